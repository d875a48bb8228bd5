// Runs the calls of a reply, some at a time, and answers each exactly once.

import pLimit from 'p-limit';
import { ToolError } from '../core/errors.ts';
import type { Answer, FunctionCall, Tools } from '../core/ports.ts';
import { failed, type Outcome, type Toolbox } from './toolbox.ts';

/** Of one reply; more are answered with an error. */
const mostCalls = 16;

const tooMany = `There were too many calls at once, and this one was not run: ${mostCalls} at most.`;

export class CallRunner implements Tools {
  readonly #toolbox: Toolbox;
  readonly #limit: ReturnType<typeof pLimit>;
  /** What ends the calls that have no answer yet, with what tells them so. */
  readonly #running = new Map<AbortController, (why: string) => void>();

  constructor(toolbox: Toolbox, parallelCalls: number) {
    this.#toolbox = toolbox;
    this.#limit = pLimit(parallelCalls);
  }

  run(calls: readonly FunctionCall[], answered: (answer: Answer) => void): void {
    for (const [index, call] of calls.entries()) void this.#begin(call, index < mostCalls, answered);
  }

  cancel(why: string): void {
    for (const [controller, answer] of this.#running) {
      answer(why);
      controller.abort(new ToolError(why));
    }
    this.#running.clear();
  }

  async #begin(call: FunctionCall, allowed: boolean, answered: (answer: Answer) => void): Promise<void> {
    const controller = new AbortController();
    const answer = ({ output, next }: Outcome): void => answered({ callId: call.callId, output, next });
    this.#running.set(controller, (why) => answer(failed(why, 'nothing')));
    const outcome = await this.#limit(async () => {
      if (controller.signal.aborted) return undefined;
      return allowed ? this.#toolbox.call(call.name, call.arguments, controller.signal) : failed(tooMany);
    });
    // Whoever was cancelled has been answered.
    if (outcome !== undefined && this.#running.delete(controller)) answer(outcome);
  }
}
