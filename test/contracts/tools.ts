// The promises of what runs the calls of the service (src/core/ports.ts).

import { describe, expect, test } from 'vitest';
import type { Answer, Tools } from '../../src/core/ports.ts';

export interface ToolsHarness {
  readonly tools: Tools;
  /** Ends the oldest call that runs; resolves when it is answered. */
  finish(): Promise<void>;
}

export const toolsContract = (name: string, createHarness: () => ToolsHarness): void => {
  const begin = (...ids: string[]) => {
    const harness = createHarness();
    const answers: Answer[] = [];
    harness.tools.run(
      ids.map((callId) => ({ callId, name: 'do_it', arguments: '{}' })),
      (answer) => answers.push(answer),
    );
    return { ...harness, answers, answered: () => answers.map(({ callId }) => callId) };
  };

  describe(`${name} keeps the promises of tools`, () => {
    test('each call is answered once, and none before `run` returns', async () => {
      const { finish, answered } = begin('a', 'b');
      expect(answered()).toEqual([]);
      await finish();
      await finish();
      await finish();
      expect(answered()).toEqual(['a', 'b']);
    });

    test('a cancelled call is answered at once, with the reason and without a reply, and not again', async () => {
      const { tools, finish, answers, answered } = begin('a', 'b', 'c');
      await finish();
      tools.cancel('Enough.');
      expect(answered()).toEqual(['a', 'b', 'c']);
      expect(answers.slice(1).map(({ next }) => next)).toEqual(['nothing', 'nothing']);
      expect(answers.slice(1).every(({ output }) => output.includes('Enough.'))).toBe(true);
      tools.cancel('Enough.');
      await finish();
      expect(answered()).toEqual(['a', 'b', 'c']);
    });

    test('calls run after a cancel, and no call needs no answer', async () => {
      const { tools, finish } = begin();
      tools.cancel('Enough.');
      const answers: Answer[] = [];
      tools.run([{ callId: 'd', name: 'do_it', arguments: '{}' }], (answer) => answers.push(answer));
      await finish();
      expect(answers.map(({ callId }) => callId)).toEqual(['d']);
    });
  });
};
