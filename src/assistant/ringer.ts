// Rings a timer through the loudspeaker until it is stopped. A card that fails is tried again: the light goes on
// blinking, and the timer is heard when the card is back.

import type { Clock, Log, Loudspeaker } from '../core/ports.ts';

/** Silence between two rounds; without it a card without pacing would be rung in a busy loop. */
const PAUSE_MS = 200;
const RETRY_MS = 5000;

export interface RingerOptions {
  readonly loudspeaker: Loudspeaker;
  readonly clock: Clock;
  readonly log: Log;
  /** One round. */
  readonly sound: () => Buffer;
}

export class Ringer {
  readonly #options: RingerOptions;
  #cancel = (): void => {};
  /** The code of the last failure: each is logged once. */
  #failure = '';

  constructor(options: RingerOptions) {
    this.#options = options;
  }

  /** Takes the loudspeaker. Call it once before each `stop`. */
  start(): void {
    this.#options.loudspeaker.start({
      started: () => undefined,
      drained: () => this.#later(PAUSE_MS, () => this.#round()),
      failed: ({ code, sentence }) => {
        if (code !== this.#failure) this.#options.log.warn({ code }, sentence);
        this.#failure = code;
        this.#later(RETRY_MS, () => this.start());
      },
    });
    this.#round();
  }

  /** No more rounds. The round that plays is ended by the loudspeaker's own `stop`. */
  stop(): void {
    this.#cancel();
    this.#failure = '';
  }

  #round(): void {
    this.#options.loudspeaker.play(this.#options.sound());
    this.#options.loudspeaker.end();
  }

  #later(ms: number, then: () => void): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(ms, then);
  }
}
