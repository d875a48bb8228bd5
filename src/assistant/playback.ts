// What is heard, as the phases want it: replies with the echo that dies away after them, the tick of work that
// takes its time, the ringing of a timer.

import type { Outputs } from '../core/conversation.ts';
import type { Clock, Log, Loudspeaker } from '../core/ports.ts';
import { ProgressTick } from './progress-tick.ts';
import { Ringer } from './ringer.ts';

/** Sounds of our own, as PCM. */
export interface Sounds {
  /** Something is being worked at. */
  tick(): Buffer;
  /** One round of a timer's ringing. */
  ring(): Buffer;
}

export interface PlaybackParts {
  readonly loudspeaker: Loudspeaker;
  readonly clock: Clock;
  readonly log: Log;
  readonly sounds: Sounds;
  /** From the last sound of a reply to `drained`. */
  readonly echoTailMs: number;
  /** How long work may go on in silence before it ticks; undefined: for ever. */
  readonly tickAfterMs: number | undefined;
  /** The first samples of a reply are with the card. */
  started(): void;
  /** Everything was heard, and its echo has died away. */
  drained(how: string): void;
  failed(sentence: string): void;
}

type Wanted = Outputs['loudspeaker'];

export class Playback {
  readonly #parts: PlaybackParts;
  readonly #ringer: Ringer;
  readonly #progressTick: ProgressTick;
  #cancelEchoTail = (): void => {};
  #howReplyEnded = '';
  /** Nothing is being heard that a tick would disturb. */
  #quiet = true;

  constructor(parts: PlaybackParts) {
    this.#parts = parts;
    this.#ringer = new Ringer({ ...parts, sound: parts.sounds.ring });
    this.#progressTick = new ProgressTick(parts.clock, parts.tickAfterMs, () => {
      if (this.#quiet) parts.loudspeaker.playEarcon(parts.sounds.tick());
    });
  }

  /** To be called before anything else is switched on. */
  turnOff(was: Wanted, now: Wanted): void {
    if (now === was) return;
    this.#cancelEchoTail();
    this.#ringer.silence();
    if (now === 'silent') void this.#parts.loudspeaker.stop();
  }

  turnOn(was: Wanted, now: Wanted): void {
    if (now === was) return;
    if (now === 'playing') this.#start();
    if (now === 'draining') this.#parts.loudspeaker.end();
    if (now === 'ringing') this.#ringer.ring();
  }

  /** What was said so far is complete, and is heard to its end; a reply may follow. */
  endReply(): void {
    this.#quiet = false;
    this.#parts.loudspeaker.end();
  }

  /** While somebody waits for work to be done. */
  tickWhile(working: boolean): void {
    if (working) this.#progressTick.begin();
    else this.#progressTick.end();
  }

  /** Silence, at once. @returns milliseconds of the replies that were heard */
  flush(): number {
    this.#howReplyEnded = 'the reply was interrupted';
    return this.#parts.loudspeaker.flush();
  }

  stop(): Promise<void> {
    this.#cancelEchoTail();
    this.#progressTick.end();
    this.#ringer.silence();
    return this.#parts.loudspeaker.stop();
  }

  #start(): void {
    const { loudspeaker, started, failed, echoTailMs } = this.#parts;
    this.#howReplyEnded = 'the reply was heard to its end';
    let sounded = false;
    loudspeaker.start({
      started: () => {
        sounded = true;
        started();
      },
      drained: () => {
        this.#quiet = true;
        // What made no sound leaves no echo.
        this.#letEchoDieAway(sounded ? echoTailMs : 0);
      },
      failed: ({ sentence }) => failed(sentence),
    });
  }

  #letEchoDieAway(tailMs: number): void {
    this.#cancelEchoTail();
    this.#cancelEchoTail = this.#parts.clock.after(tailMs, () => this.#parts.drained(this.#howReplyEnded));
  }
}
