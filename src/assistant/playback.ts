// What the loudspeaker plays in each phase: replies with their echo tail, the tick while calls run, the
// ringing of a timer.

import type { Outputs } from '../core/conversation.ts';
import type { Failure } from '../core/errors.ts';
import type { Clock, Log, Loudspeaker } from '../core/ports.ts';

/** Sounds of our own, as PCM. */
export interface Sounds {
  /** Calls are running. */
  tick(): Buffer;
  /** One round of a timer's ringing. */
  ring(): Buffer;
}

export interface PlaybackHardware {
  readonly loudspeaker: Loudspeaker;
  readonly sounds: Sounds;
  readonly clock: Clock;
  readonly log: Log;
}

export interface PlaybackTimes {
  /** From the last sound of a reply to an open microphone. */
  readonly echoTailMs: number;
  /** How long calls may run in silence before the first tick; undefined: no tick. */
  readonly tickAfterMs: number | undefined;
}

interface PlaybackOptions extends PlaybackHardware, PlaybackTimes {
  /** The first samples of a reply are with the card. */
  started(): void;
  /** Everything was heard, and its echo has died away. */
  drained(reason: string): void;
  failed(failure: Failure): void;
}

const TICK_INTERVAL_MS = 1500;
/** Silence between two rounds of ringing; without it a card without pacing would be rung in a busy loop. */
const RING_PAUSE_MS = 200;
const RING_RETRY_MS = 5000;

export class Playback {
  readonly #options: PlaybackOptions;
  #cancelTick = (): void => {};
  /** The echo tail, or the pause before the next round of ringing. */
  #cancelPause = (): void => {};
  #howReplyEnded = '';
  /** The code of the last failure while ringing: each is logged once. */
  #ringFailure = '';

  constructor(options: PlaybackOptions) {
    this.#options = options;
  }

  /** Call it before anything else is switched on. */
  turnOff(was: Outputs, now: Outputs): void {
    if (now.progressTick === 'off') this.#cancelTick();
    if (now.loudspeaker === was.loudspeaker) return;
    this.#cancelPause();
    if (now.loudspeaker === 'silent') void this.#options.loudspeaker.stop();
  }

  turnOn(was: Outputs, now: Outputs): void {
    const { loudspeaker, tickAfterMs } = this.#options;
    if (was.progressTick === 'off' && now.progressTick === 'on' && tickAfterMs !== undefined)
      this.#tickAfter(tickAfterMs);
    if (now.loudspeaker === was.loudspeaker) return;
    this.#ringFailure = '';
    if (now.loudspeaker === 'playing') this.#start();
    if (now.loudspeaker === 'draining') loudspeaker.end();
    if (now.loudspeaker === 'ringing') this.#ring();
  }

  /** What was said so far is complete and is played to its end; another reply may follow. */
  endReply(): void {
    this.#options.loudspeaker.end();
  }

  /** Silence, at once. @returns milliseconds of the replies that were heard */
  flush(): number {
    this.#howReplyEnded = 'the reply was interrupted';
    return this.#options.loudspeaker.flush();
  }

  stop(): Promise<void> {
    this.#cancelTick();
    this.#cancelPause();
    return this.#options.loudspeaker.stop();
  }

  #start(): void {
    const { loudspeaker, started, drained, failed, echoTailMs } = this.#options;
    this.#howReplyEnded = 'the reply was heard to its end';
    let hasSounded = false;
    loudspeaker.start({
      started: () => {
        hasSounded = true;
        started();
      },
      // What made no sound leaves no echo.
      drained: () => this.#pause(hasSounded ? echoTailMs : 0, () => drained(this.#howReplyEnded)),
      failed,
    });
  }

  /** A soft tick, again and again: silence would sound like a fault. */
  #tickAfter(ms: number): void {
    const { loudspeaker, sounds, clock } = this.#options;
    this.#cancelTick = clock.after(ms, () => {
      this.#tickAfter(TICK_INTERVAL_MS);
      loudspeaker.playEarcon(sounds.tick());
    });
  }

  /** A card that fails is tried again: the light goes on blinking, and the timer is heard when the card is back. */
  #ring(): void {
    const { loudspeaker, sounds, log } = this.#options;
    const playRound = (): void => {
      loudspeaker.play(sounds.ring());
      loudspeaker.end();
    };
    loudspeaker.start({
      started: () => undefined,
      drained: () => this.#pause(RING_PAUSE_MS, playRound),
      failed: ({ code, sentence }) => {
        if (code !== this.#ringFailure) log.warn({ code }, sentence);
        this.#ringFailure = code;
        this.#pause(RING_RETRY_MS, () => this.#ring());
      },
    });
    playRound();
  }

  #pause(ms: number, then: () => void): void {
    this.#cancelPause();
    this.#cancelPause = this.#options.clock.after(ms, then);
  }
}
