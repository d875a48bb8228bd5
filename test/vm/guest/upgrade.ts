// From one release to the next, and back again where the next one is no good.

import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { Child } from '../../../src/system/child-process.ts';
import { openHouse } from './house.ts';
import { currentRelease, isWhole, releases, setup } from './setup.ts';
import { chipName, holderOf } from './simulated-chip.ts';
import { stepsOf } from './steps.ts';
import { conversation } from './talk.ts';
import { property, systemctl, untilActive } from './unit.ts';
import { becomes } from './waiting.ts';

const yes = ['--yes'];

const isActive = async (): Promise<void> => {
  assert.equal(await property('ActiveState'), 'active');
  assert.equal(await property('NRestarts'), '0');
};

const upgrades = (): void => {
  test('upgrade', async (context) => {
    const house = await openHouse();
    context.after(() => house.close());
    const { step } = stepsOf(context);
    const old = currentRelease();
    let next = '';
    await step('setup.sh of a newer checkout: the new release runs, the old one is kept', async () => {
      const { code, output, errors } = await setup('next', yes);
      assert.equal(code, 0, `${output}${errors}`);
      next = currentRelease();
      assert.match(next, /^0\.2\.0-/);
      assert.deepEqual(releases(), [old, next].sort());
      assert.ok(isWhole(next));
      await isActive();
    });
    await step('a conversation with the new one', () => conversation(house));
    await step('once more: nothing is changed', async () => {
      const made = statSync(`/opt/parley/releases/${next}/dist`).mtimeMs;
      const { code, output, errors } = await setup('next', yes);
      assert.equal(code, 0, `${output}${errors}`);
      assert.match(output, /is here already/);
      assert.equal(currentRelease(), next);
      assert.equal(statSync(`/opt/parley/releases/${next}/dist`).mtimeMs, made);
    });
    await step(
      'a release that does not start: the one before comes back by itself, and it is said why',
      async () => {
        const { code, errors } = await setup('broken', yes);
        assert.equal(code, 1);
        assert.match(
          errors,
          /release 0\.3\.0-\S+ is not well: the service does not start .*broken on purpose/,
        );
        assert.match(errors, /back to release 0\.2\.0-/);
        assert.equal(currentRelease(), next);
        assert.deepEqual(releases(), [old, next].sort());
        await isActive();
      },
    );
    await step('a conversation after that', () => conversation(house));
  });
};

/** Refused with these words, and nothing is other than before. */
const refuses = async (words: readonly string[], sentence: RegExp): Promise<void> => {
  const before = [currentRelease(), releases()];
  const { code, output, errors } = await setup('next', words);
  assert.equal(code, 1, `${output}${errors}`);
  assert.match(errors, sentence);
  assert.deepEqual([currentRelease(), releases()], before);
};

const refusals = (): void => {
  test('what setup.sh refuses on a machine that runs', async (context) => {
    const { step } = stepsOf(context);
    await step('a second setup while one runs', async () => {
      const first = new Child('flock', ['--no-fork', '/run/parley-setup.lock', 'sleep', 'infinity']);
      await becomes(
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
      await becomes(async () => (await holderOf(17)) === 'doorbell', 'the other one to hold the line');
      await refuses(yes, /GPIO 17, wanted for the button, is in use by doorbell/);
      await other.kill();
      await systemctl('start', 'parley');
      await untilActive();
    });
  });
};

export const upgrade = (): void => {
  upgrades();
  refusals();
};
