// The proof that the rig can fail: the tests of a conversation, with a light that nobody writes. Those of the
// light must fail, and no others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchedConversation } from './conversation.ts';
import { run } from './run.ts';

/** The name of the scenario that must fail. */
export const DARK_LIGHT = 'dark-light';

/** Longer than a light must be dark to count as off, and shorter than the reply. */
const IN_VAIN_MS = 4500;

export const darkLight = (): void =>
  watchedConversation({ button: 'gpiod', light: 'none', loudspeaker: 'aplay' }, IN_VAIN_MS);

const LIMIT_MS = 600_000;

const namesOf = (tap: string, result: 'ok' | 'not ok'): string[] =>
  [...tap.matchAll(/^ +(not ok|ok) \d+ - (.*)$/gm)]
    .filter((line) => line[1] === result && !line[2]?.includes('# SKIP'))
    .map((line) => line[2] ?? '');

export const negativeControl = (): void => {
  test('with a light that nobody writes the tests of the light fail, and no others', async (context) => {
    const flags = ['--test-reporter=tap', '--test-reporter-destination=stdout'];
    const program = [process.argv[1] ?? '', DARK_LIGHT];
    const { code, output } = await run(process.execPath, [...flags, ...program], { limitMs: LIMIT_MS });
    const failed = namesOf(output, 'not ok');
    for (const name of failed) context.diagnostic(`failed, as it must: ${name}`);
    assert.equal(code, 1);
    // A light that is never lit is off in idle, too.
    const mustFail = ['connects', 'listens', 'thinks', 'speaks'];
    assert.equal(failed.length, mustFail.length, output);
    for (const [at, word] of mustFail.entries())
      assert.match(failed[at] ?? '', new RegExp(`^light: .* while it ${word}$`));
    assert.ok(namesOf(output, 'ok').includes('the reply is what was said, sample for sample'));
  });
};
