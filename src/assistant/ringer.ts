// Rings through the loudspeaker, again and again. A card that is not there is tried again: the light rings on,
// and a timer that nobody hears now may be heard when the card is back.

import type { Clock, Log, Loudspeaker } from '../core/ports.ts';

/** Silence between two rounds: a card that takes sound in no time must not be rung without a pause. */
const pauseMs = 200;
const retryMs = 5000;

export interface RingerOptions {
  readonly loudspeaker: Loudspeaker;
  readonly clock: Clock;
  readonly log: Log;
  /** One round. */
  readonly sound: () => Buffer;
}

export class Ringer {
  readonly #parts: RingerOptions;
  #cancel = (): void => {};
  #failure = '';

  constructor(parts: RingerOptions) {
    this.#parts = parts;
  }

  /** To be called once before each `silence`; whoever calls it has the loudspeaker. */
  ring(): void {
    this.#parts.loudspeaker.start({
      started: () => undefined,
      drained: () => this.#later(pauseMs, () => this.#round()),
      failed: ({ sentence }) => {
        if (sentence !== this.#failure) this.#parts.log.warn({}, sentence);
        this.#failure = sentence;
        this.#later(retryMs, () => this.ring());
      },
    });
    this.#round();
  }

  /** No more rounds; what is being heard is for the loudspeaker's own `stop`. */
  silence(): void {
    this.#cancel();
    this.#failure = '';
  }

  #round(): void {
    this.#parts.loudspeaker.play(this.#parts.sound());
    this.#parts.loudspeaker.end();
  }

  #later(ms: number, then: () => void): void {
    this.#cancel();
    this.#cancel = this.#parts.clock.after(ms, then);
  }
}
