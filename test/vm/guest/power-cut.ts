// An upgrade in whose middle the power is cut. The host cuts it, when a line of the script's progress comes
// by on the port of the results; what is found at the next boot is looked at in a scenario of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from './house.ts';
import { outputOf } from './run.ts';
import { currentRelease, isWhole, releases, setup } from './setup.ts';
import { stepsOf } from './steps.ts';
import { conversation } from './talk.ts';
import { tellHost } from './tell-host.ts';
import { untilActive } from './unit.ts';

export const powerCut = (): void => {
  test('the host cuts the power during an upgrade', async () => {
    await untilActive();
    const { code, errors } = await setup('next', ['--yes'], {
      onOutput: (text) => {
        for (const line of text.split('\n').filter((words) => words !== '')) tellHost(`setup: ${line}`);
      },
    });
    assert.fail(`the upgrade came to its end (${code}) with the power on: ${errors}`);
  });
};

export const afterPowerCut = (): void => {
  test('after the power cut', async (context) => {
    const { step } = stepsOf(context);
    await step('one whole release is current, the old or the new', async () => {
      const release = currentRelease();
      context.diagnostic(`found: ${release} of ${releases().join(', ')}`);
      assert.match(release, /^0\.[12]\.0-/);
      assert.ok(isWhole(release));
      assert.equal((await outputOf('/usr/local/bin/parley', ['--version'])).trim(), release.split('-')[0]);
      await untilActive();
    });
    const house = await openHouse();
    context.after(() => house.close());
    await step('it talks', () => conversation(house));
    await step('the upgrade, run again, succeeds and clears what was left', async () => {
      const { code, output, errors } = await setup('next', ['--yes']);
      assert.equal(code, 0, `${output}${errors}`);
      assert.match(currentRelease(), /^0\.2\.0-/);
      for (const name of releases()) assert.ok(isWhole(name), name);
    });
    await step('and talks', () => conversation(house));
  });
};
