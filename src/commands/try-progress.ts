// When `parley try` is over by itself, and with which exit code.

import type { Step } from '../assistant.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Ending } from './run.ts';

export interface Goal {
  /** A file speaks: nobody is there to press again. */
  readonly bySelf: boolean;
  /** End after so many replies; undefined: after the last reply to the file, or never. */
  readonly turns: number | undefined;
}

export class Progress {
  readonly #goal: Goal;
  readonly #ending: Ending;
  #replies = 0;
  #allSaid = false;

  constructor(goal: Goal, ending: Ending) {
    this.#goal = goal;
    this.#ending = ending;
  }

  get replies(): number {
    return this.#replies;
  }

  /** The file has been said to its end. */
  allSaid(): void {
    this.#allSaid = true;
  }

  note({ event, to }: Step): void {
    if (to === 'listening' && (event === 'playbackDrained' || event === 'replyEnded')) this.#replyOver();
    if (!this.#goal.bySelf) return;
    if (to === 'failed') this.#ending.end(exitCodes.failed);
    if (to === 'idle') this.#ending.end(this.#replies === 0 ? exitCodes.failed : exitCodes.ok);
  }

  #replyOver(): void {
    this.#replies += 1;
    const { turns, bySelf } = this.#goal;
    const enough = turns === undefined ? bySelf && this.#allSaid : this.#replies >= turns;
    if (enough) this.#ending.end(exitCodes.ok);
  }
}
