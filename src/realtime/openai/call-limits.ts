// Which of the calls that a service makes are run: none twice in a turn, and only so many in a conversation. Pure.

import type { FunctionCall } from '../../core/ports.ts';
import { dropOldest } from './responses.ts';

/** Of one response, and without an answer. */
export const MAX_CALLS = 256;
/** Follow-ups of one turn: the calls of a service must end. */
const MAX_ROUNDS = 8;

export class CallLimits {
  readonly #maxMade: number;
  /** Calls of the conversation. */
  #made = 0;
  /** Follow-ups of the turn. */
  #rounds = 0;
  /** Calls of the turn, each as text: a service may repeat a call, and may use its ids again. */
  readonly #known = new Set<string>();

  /** @param maxMade calls of one conversation that are run */
  constructor(maxMade: number) {
    this.#maxMade = maxMade;
  }

  turnBegan(): void {
    this.#rounds = 0;
    this.#known.clear();
  }

  /** A follow-up is requested. @returns whether it may call */
  followUp(): boolean {
    this.#rounds += 1;
    return this.#rounds <= MAX_ROUNDS;
  }

  /** The follow-up will be requested again. */
  postponed(): void {
    this.#rounds -= 1;
  }

  /** @param open the ids of calls without an answer */
  fresh(calls: readonly FunctionCall[], open: ReadonlySet<string>): FunctionCall[] {
    return calls.filter((call) => {
      const text = JSON.stringify([call.callId, call.name, call.arguments]);
      if (open.has(call.callId) || this.#known.has(text)) return false;
      this.#known.add(text);
      dropOldest(this.#known, MAX_CALLS);
      return true;
    });
  }

  /**
   * @param openCount calls without an answer, these included
   * @returns why they are not run, for the service; undefined where they are, and count
   */
  refusal(calls: readonly FunctionCall[], openCount: number): string | undefined {
    if (this.#rounds > MAX_ROUNDS || openCount > MAX_CALLS)
      return 'There were too many calls in a row; it was not run.';
    if (this.#made + calls.length > this.#maxMade)
      return 'There were too many calls in this conversation; it was not run.';
    this.#made += calls.length;
    return undefined;
  }
}
