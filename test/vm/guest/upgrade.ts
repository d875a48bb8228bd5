// An upgrade to the next release, the roll-back from a broken one, and what setup.sh refuses.

import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { Child } from '../../../src/system/child-process.ts';
import { holdConversation } from './conversation-steps.ts';
import { startRig } from './rig.ts';
import { currentRelease, isComplete, releases, setup } from './setup.ts';
import { chipName, holderOf } from './simulated-chip.ts';
import { createSteps } from './steps.ts';
import { property, systemctl, untilActive } from './unit.ts';
import { waitFor } from './wait-for.ts';

const yes = ['--yes'];

const isActive = async (): Promise<void> => {
  assert.equal(await property('ActiveState'), 'active');
  assert.equal(await property('NRestarts'), '0');
};

export const upgradeTests = (): void => {
  test('upgrade', async (context) => {
    const rig = await startRig();
    context.after(() => rig.close());
    const { step } = createSteps(context);
    const old = currentRelease();
    let next = '';
    await step('setup.sh of a newer checkout: the new release runs, the old one is kept', async () => {
      const { code, output, errors } = await setup('next', yes);
      assert.equal(code, 0, `${output}${errors}`);
      next = currentRelease();
      assert.match(next, /^0\.2\.0-/);
      assert.deepEqual(releases(), [old, next].sort());
      assert.ok(isComplete(next));
      await isActive();
    });
    await step('a conversation with the new one', () => holdConversation(rig));
    await step('a second run changes nothing', async () => {
      const made = statSync(`/opt/parley/releases/${next}/dist`).mtimeMs;
      const { code, output, errors } = await setup('next', yes);
      assert.equal(code, 0, `${output}${errors}`);
      assert.match(output, /Release \S+ exists already/);
      assert.equal(currentRelease(), next);
      assert.equal(statSync(`/opt/parley/releases/${next}/dist`).mtimeMs, made);
    });
    await step('a release that does not start: setup.sh rolls back, and says why', async () => {
      const { code, errors } = await setup('broken', yes);
      assert.equal(code, 1);
      assert.match(errors, /release 0\.3\.0-\S+ .*broken on purpose/);
      assert.match(errors, /release 0\.2\.0-\S+ runs again/);
      assert.equal(currentRelease(), next);
      assert.deepEqual(releases(), [old, next].sort());
      await isActive();
    });
    await step('a conversation after the roll-back', () => holdConversation(rig));
  });
};

/** Refused with this sentence, and nothing is changed. */
const refuses = async (words: readonly string[], sentence: RegExp): Promise<void> => {
  const before = [currentRelease(), releases()];
  const { code, output, errors } = await setup('next', words);
  assert.equal(code, 1, `${output}${errors}`);
  assert.match(errors, sentence);
  assert.deepEqual([currentRelease(), releases()], before);
};

export const refusalTests = (): void => {
  test('setup.sh refuses', async (context) => {
    const { step } = createSteps(context);
    await step('a second setup while one runs', async () => {
      const first = new Child('flock', ['--no-fork', '/run/parley-setup.lock', 'sleep', 'infinity']);
      context.after(() => first.kill());
      await waitFor(
        async () => (await setup('next', yes)).errors.includes('another setup'),
        'it to be refused',
      );
      await refuses(yes, /another setup of Parley is running/);
      await first.kill();
    });
    await step('a key file that others may read', async () => {
      chmodSync('/rig/api-key', 0o644);
      await refuses([...yes, '--api-key-file', '/rig/api-key'], /others may read the key .*chmod 600/);
      chmodSync('/rig/api-key', 0o600);
    });
    await step('a line that another program holds', async () => {
      await systemctl('stop', 'parley');
      const other = new Child('gpiomon', ['--chip', chipName(), '--consumer', 'doorbell', '17'], {
        onOutput: () => undefined,
      });
      // Where the step fails, it would keep the machine running.
      context.after(() => other.kill());
      await waitFor(async () => (await holderOf(17)) === 'doorbell', 'the other program to hold the line');
      await refuses(yes, /GPIO 17, .* by doorbell: /);
      await other.kill();
      await systemctl('start', 'parley');
      await untilActive();
    });
  });
};
