// Runs the calls of a reply, a limited number at the same time, and answers each exactly once.

import pLimit from 'p-limit';
import { ToolError } from '../core/errors.ts';
import type { Answer, FunctionCall, Tools } from '../core/ports.ts';
import { failed, type Outcome, type ToolRegistry } from './tool-registry.ts';

/** Of one reply; the others are answered with an error. */
const MAX_CALLS = 16;

const tooManyCalls = new ToolError(
  'too-many-calls',
  `There were too many calls at once, and this one was not run: ${MAX_CALLS} at most.`,
);

export class CallRunner implements Tools {
  readonly #registry: ToolRegistry;
  readonly #limit: ReturnType<typeof pLimit>;
  /** The calls without an answer: what aborts each, and what answers it. */
  readonly #running = new Map<AbortController, (outcome: Outcome) => void>();

  constructor(registry: ToolRegistry, parallelCalls: number) {
    this.#registry = registry;
    this.#limit = pLimit(parallelCalls);
  }

  run(calls: readonly FunctionCall[], answered: (answer: Answer) => void): void {
    for (const [index, call] of calls.entries()) void this.#run(call, index < MAX_CALLS, answered);
  }

  cancel(why: string): void {
    const error = new ToolError('cancelled', why);
    for (const [controller, answer] of this.#running) {
      answer(failed(error, 'nothing'));
      controller.abort(error);
    }
    this.#running.clear();
  }

  async #run(call: FunctionCall, allowed: boolean, answered: (answer: Answer) => void): Promise<void> {
    const controller = new AbortController();
    const answer = ({ output, next }: Outcome): void => answered({ callId: call.callId, output, next });
    this.#running.set(controller, answer);
    const outcome = await this.#limit(async () => {
      if (controller.signal.aborted) return undefined;
      return allowed
        ? this.#registry.call(call.name, call.arguments, controller.signal)
        : failed(tooManyCalls);
    });
    // A call that was cancelled has been answered.
    if (outcome !== undefined && this.#running.delete(controller)) answer(outcome);
  }
}
