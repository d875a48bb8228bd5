// Tools whose calls a test ends. Each call is answered exactly once.

import type { Answer, FunctionCall, Tools } from '../../src/core/ports.ts';

export interface FakeTools extends Tools {
  /** The ids of the calls without an answer, in order. */
  open(): string[];
  /** Every call so far. */
  readonly calls: FunctionCall[];
  /** Answers the oldest open call. */
  finish(answer?: Partial<Answer>): void;
}

export const createFakeTools = (): FakeTools => {
  const waiting = new Map<string, (answer: Answer) => void>();
  const calls: FunctionCall[] = [];
  const settle = (callId: string, answer: Partial<Answer>): void => {
    const answered = waiting.get(callId);
    waiting.delete(callId);
    answered?.({ callId, output: 'done', next: 'reply', ...answer });
  };
  return {
    calls,
    open: () => [...waiting.keys()],
    run: (fresh, answered) => {
      calls.push(...fresh);
      for (const { callId } of fresh) waiting.set(callId, answered);
    },
    cancel: (why) => {
      for (const callId of [...waiting.keys()]) settle(callId, { output: why, next: 'nothing' });
    },
    finish: (answer = {}) => {
      const [oldest] = waiting.keys();
      if (oldest !== undefined) settle(oldest, answer);
    },
  };
};
