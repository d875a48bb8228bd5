// What the loudspeaker plays in each phase: replies with their echo tail, the tick while calls run, the
// ringing of a timer.

import type { Outputs } from '../core/conversation.ts';
import type { Failure } from '../core/errors.ts';
import type { Clock, Log, Loudspeaker } from '../core/ports.ts';
import { ProgressTick } from './progress-tick.ts';
import { Ringer } from './ringer.ts';

/** Sounds of our own, as PCM. */
export interface Sounds {
  /** Calls are running. */
  tick(): Buffer;
  /** One round of a timer's ringing. */
  ring(): Buffer;
}

export interface PlaybackOptions {
  readonly loudspeaker: Loudspeaker;
  readonly clock: Clock;
  readonly log: Log;
  readonly sounds: Sounds;
  /** From the last sound of a reply to `drained`. */
  readonly echoTailMs: number;
  /** How long calls may run in silence before the first tick; undefined: no tick. */
  readonly tickAfterMs: number | undefined;
  /** The first samples of a reply are with the card. */
  started(): void;
  /** Everything was heard, and its echo has died away. */
  drained(reason: string): void;
  failed(failure: Failure): void;
}

export class Playback {
  readonly #options: PlaybackOptions;
  readonly #ringer: Ringer;
  readonly #progressTick: ProgressTick;
  #cancelEchoTail = (): void => {};
  #howReplyEnded = '';
  /** The loudspeaker has played all that it got: a tick would disturb nothing. */
  #isDrained = true;

  constructor(options: PlaybackOptions) {
    const { loudspeaker, sounds, clock, tickAfterMs } = options;
    this.#options = options;
    this.#ringer = new Ringer({ ...options, sound: sounds.ring });
    this.#progressTick = new ProgressTick(clock, tickAfterMs, () => {
      if (this.#isDrained) loudspeaker.playEarcon(sounds.tick());
    });
  }

  /** Call it before anything else is switched on. */
  turnOff(was: Outputs, now: Outputs): void {
    if (now.progressTick === 'off') this.#progressTick.stop();
    if (now.loudspeaker === was.loudspeaker) return;
    this.#cancelEchoTail();
    this.#ringer.stop();
    if (now.loudspeaker === 'silent') void this.#options.loudspeaker.stop();
  }

  turnOn(was: Outputs, now: Outputs): void {
    if (now.progressTick === 'on') this.#progressTick.start();
    if (now.loudspeaker === was.loudspeaker) return;
    if (now.loudspeaker === 'playing') this.#start();
    if (now.loudspeaker === 'draining') this.#options.loudspeaker.end();
    if (now.loudspeaker === 'ringing') this.#ringer.start();
  }

  /** What was said so far is complete and is played to its end; another reply may follow. */
  endReply(): void {
    this.#isDrained = false;
    this.#options.loudspeaker.end();
  }

  /** Silence, at once. @returns milliseconds of the replies that were heard */
  flush(): number {
    this.#howReplyEnded = 'the reply was interrupted';
    return this.#options.loudspeaker.flush();
  }

  stop(): Promise<void> {
    this.#cancelEchoTail();
    this.#progressTick.stop();
    this.#ringer.stop();
    return this.#options.loudspeaker.stop();
  }

  #start(): void {
    const { loudspeaker, started, failed, echoTailMs } = this.#options;
    this.#howReplyEnded = 'the reply was heard to its end';
    let hasSounded = false;
    loudspeaker.start({
      started: () => {
        hasSounded = true;
        started();
      },
      drained: () => {
        this.#isDrained = true;
        // What made no sound leaves no echo.
        this.#waitForEcho(hasSounded ? echoTailMs : 0);
      },
      failed,
    });
  }

  #waitForEcho(tailMs: number): void {
    this.#cancelEchoTail();
    this.#cancelEchoTail = this.#options.clock.after(tailMs, () =>
      this.#options.drained(this.#howReplyEnded),
    );
  }
}
