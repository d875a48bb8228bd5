// When `parley try` ends by itself, and with which exit code.

import type { TransitionRecord } from '../assistant/observer.ts';
import type { Event } from '../core/conversation.ts';
import type { Failure } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import type { Clock } from '../core/ports.ts';
import type { Ending } from './run.ts';

export interface Goal {
  /** A file speaks, and no person presses the button. */
  readonly fileSpeaks: boolean;
  /** End after this number of replies; undefined: after the last reply to the file, or never. */
  readonly turns: number | undefined;
}

/** The service notices speech at the end of the file within this time. */
const LAST_SPEECH_MS = 2000;
/** Long enough to hear it in the file. */
const RINGING_MS = 3000;

export type TryFailure = Pick<Failure, 'code' | 'sentence'>;

/** By the last event of the conversation. */
const failures: Readonly<Partial<Record<Event, TryFailure>>> = {
  timerDue: {
    code: 'ended-by-timer',
    sentence: 'A timer ended the conversation before the reply was heard.',
  },
  buttonPressed: { code: 'ended-by-press', sentence: 'The conversation was ended before a reply was heard.' },
};
const turnFailed: TryFailure = {
  code: 'turn-failed',
  sentence: 'The turn failed; the last lines above say why.',
};

export class Progress {
  readonly #goal: Goal;
  readonly #ending: Ending;
  readonly #clock: Clock;
  #replies = 0;
  #isSaid = false;
  #last: Event = 'failure';
  #cancelTimer = (): void => {};

  constructor(goal: Goal, ending: Ending, clock: Clock) {
    this.#goal = goal;
    this.#ending = ending;
    this.#clock = clock;
  }

  /** Replies that were heard. */
  get replies(): number {
    return this.#replies;
  }

  /**
   * Why no reply was heard.
   * @param said the file, or "what was said"
   */
  failure(said: string): TryFailure {
    if (this.#last !== 'timeout') return failures[this.#last] ?? turnFailed;
    if (this.#replies === 0)
      return { code: 'no-reply', sentence: `No reply to ${said} was heard: is there speech in it?` };
    const sentence = `No further reply to ${said} was heard: is there a pause at its end?`;
    return { code: 'no-further-reply', sentence };
  }

  /** The microphone has reached the end of the file. */
  allSaid(): void {
    this.#isSaid = true;
    if (this.#replies > 0 && this.#endsWithFile())
      this.#cancelTimer = this.#clock.after(LAST_SPEECH_MS, () => this.#ending.end(exitCodes.ok));
  }

  note({ event, to }: TransitionRecord): void {
    this.#cancelTimer();
    this.#last = event;
    if (event === 'playbackDrained') this.#replyHeard();
    if (!this.#goal.fileSpeaks) return;
    // There is no button, and a timer rings for a quarter of an hour.
    if (to === 'ringing') this.#cancelTimer = this.#clock.after(RINGING_MS, () => this.#end());
    if (to === 'failed' || (event === 'replyEnded' && to === 'listening')) this.#ending.end(exitCodes.failed);
    if (to === 'idle') this.#end();
  }

  #end(): void {
    this.#ending.end(this.#replies < (this.#goal.turns ?? 1) ? exitCodes.failed : exitCodes.ok);
  }

  #replyHeard(): void {
    this.#replies += 1;
    const enough = this.#endsWithFile() ? this.#isSaid : this.#replies === this.#goal.turns;
    if (enough) this.#ending.end(exitCodes.ok);
  }

  #endsWithFile(): boolean {
    return this.#goal.fileSpeaks && this.#goal.turns === undefined;
  }
}
