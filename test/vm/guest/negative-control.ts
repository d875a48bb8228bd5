// The negative control: the tests of a conversation with the light's backend turned off. The tests of the light
// must fail, and no others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conversationTest } from './conversation.ts';
import { run } from './run.ts';

/** The name of the scenario that must fail. */
export const DISABLED_LIGHT = 'disabled-light';

export const disabledLightTests = (): void =>
  conversationTest(
    { button: 'gpiod', light: 'none', loudspeaker: 'aplay' },
    // Longer than a light must be dark to count as off, and shorter than the reply.
    { lightLimitMs: 4500, utteranceMs: 8000 },
  );

const LIMIT_MS = 600_000;

const namesOf = (tap: string, result: 'ok' | 'not ok'): string[] =>
  [...tap.matchAll(/^ +(not ok|ok) \d+ - (.*)$/gm)]
    .filter((line) => line[1] === result && !line[2]?.includes('# SKIP'))
    .map((line) => line[2] ?? '');

export const negativeControlTest = (): void => {
  test('with the light turned off the tests of the light fail, and no others', async (context) => {
    const flags = ['--test-reporter=tap', '--test-reporter-destination=stdout'];
    const program = [process.argv[1] ?? '', DISABLED_LIGHT];
    const { code, output } = await run(process.execPath, [...flags, ...program], { limitMs: LIMIT_MS });
    const failed = namesOf(output, 'not ok');
    for (const name of failed) context.diagnostic(`failed as expected: ${name}`);
    assert.equal(code, 1);
    // In idle the light is off, so that test passes.
    const mustFail = ['connects', 'listens', 'thinks', 'speaks'];
    assert.equal(failed.length, mustFail.length, output);
    for (const [at, word] of mustFail.entries())
      assert.match(failed[at] ?? '', new RegExp(`^light: .* while it ${word}$`));
    assert.ok(namesOf(output, 'ok').includes('the reply equals the utterance, sample for sample'));
  });
};
