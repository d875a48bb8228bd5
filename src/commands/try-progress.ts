// When `parley try` is over by itself, and with which exit code.

import type { Step } from '../assistant/transition-log.ts';
import type { Event } from '../core/conversation.ts';
import { exitCodes } from '../core/exit-codes.ts';
import type { Clock } from '../core/ports.ts';
import type { Ending } from './run.ts';

export interface Goal {
  /** A file speaks: nobody is there to press again. */
  readonly bySelf: boolean;
  /** End after so many replies; undefined: after the last reply to the file, or never. */
  readonly turns: number | undefined;
}

/** The end of a file that nobody has taken for speech by then was silence. */
const afterthoughtMs = 2000;
/** Long enough for it to be heard in the file. */
const ringingMs = 3000;

export class Progress {
  readonly #goal: Goal;
  readonly #ending: Ending;
  readonly #clock: Clock;
  #replies = 0;
  #allSaid = false;
  #last: Event | undefined;
  #cancelAfterthought = (): void => {};

  constructor(goal: Goal, ending: Ending, clock: Clock) {
    this.#goal = goal;
    this.#ending = ending;
    this.#clock = clock;
  }

  /** Replies that were heard. */
  get replies(): number {
    return this.#replies;
  }

  /** Why no reply to `said` was heard. */
  why(said: string): string {
    switch (this.#last) {
      case 'timeout':
        return this.#replies === 0
          ? `No reply to ${said} was heard: is there speech in it?`
          : `No further reply to ${said} was heard: is there a pause at its end?`;
      case 'timerDue':
        return 'A timer ended the conversation before the reply was heard.';
      case 'buttonPressed':
        return 'The conversation was ended before a reply was heard.';
      default:
        return 'The turn failed; the last lines above say why.';
    }
  }

  /** The file has been said to its end. */
  allSaid(): void {
    this.#allSaid = true;
    if (this.#replies > 0 && this.#endsWithFile())
      this.#cancelAfterthought = this.#clock.after(afterthoughtMs, () => this.#ending.end(exitCodes.ok));
  }

  note({ event, to }: Step): void {
    this.#cancelAfterthought();
    this.#last = event;
    if (event === 'playbackDrained') this.#replyHeard();
    if (!this.#goal.bySelf) return;
    // Nobody is there to press, and a timer rings for a quarter of an hour.
    if (to === 'ringing') this.#cancelAfterthought = this.#clock.after(ringingMs, () => this.#end());
    if (to === 'failed' || (event === 'replyEnded' && to === 'listening')) this.#ending.end(exitCodes.failed);
    if (to === 'idle') this.#end();
  }

  #end(): void {
    this.#ending.end(this.#replies < (this.#goal.turns ?? 1) ? exitCodes.failed : exitCodes.ok);
  }

  #replyHeard(): void {
    this.#replies += 1;
    const enough = this.#endsWithFile() ? this.#allSaid : this.#replies === this.#goal.turns;
    if (enough) this.#ending.end(exitCodes.ok);
  }

  #endsWithFile(): boolean {
    return this.#goal.bySelf && this.#goal.turns === undefined;
  }
}
