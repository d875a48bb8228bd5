// The host cuts the power during an upgrade, or after a timer is set. The state at the next boot is tested in a
// scenario of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { holdConversation, startConversation } from './conversation-steps.ts';
import { requestPowerCut } from './host.ts';
import type { Line } from './journal.ts';
import { playToMicrophone } from './loopback-audio.ts';
import { startRig } from './rig.ts';
import { outputOf } from './run.ts';
import { currentRelease, isComplete, releases, setup } from './setup.ts';
import { createSteps } from './steps.ts';
import { synthesizeSpeech } from './synthetic-speech.ts';
import { untilActive } from './unit.ts';
import { WAIT_LIMIT_MS, waitFor } from './wait-for.ts';

/** @param progress the line of setup.sh at which the power is cut */
export const cutPowerInUpgrade = (progress: string): void => {
  test(`the power is cut at "${progress}"`, async () => {
    let printed = '';
    const { code, errors } = await setup('next', ['--yes'], {
      onOutput: (text) => {
        printed += text;
        if (printed.includes(progress)) requestPowerCut();
      },
    });
    assert.fail(`the upgrade ended (${code}) with the power on: ${errors}`);
  });
};

export const afterCutInUpgrade = (): void => {
  test('after the power cut', async (context) => {
    const { step } = createSteps(context);
    await step('the current release is complete, the old or the new', async () => {
      const release = currentRelease();
      context.diagnostic(`found: ${release} of ${releases().join(', ')}`);
      assert.match(release, /^0\.[12]\.0-/);
      assert.ok(isComplete(release));
      assert.equal((await outputOf('/usr/local/bin/parley', ['--version'])).trim(), release.split('-')[0]);
      await untilActive();
    });
    const rig = await startRig();
    context.after(() => rig.close());
    await step('a conversation works', () => holdConversation(rig));
    await step('the upgrade, run again, succeeds and removes incomplete releases', async () => {
      const { code, output, errors } = await setup('next', ['--yes']);
      assert.equal(code, 0, `${output}${errors}`);
      assert.match(currentRelease(), /^0\.2\.0-/);
      for (const name of releases()) assert.ok(isComplete(name), name);
    });
    await step('a conversation works after the upgrade', () => holdConversation(rig));
  });
};

export const cutPowerAfterTimer = (): void => {
  test('the power is cut when a timer is set', async () => {
    const rig = await startRig();
    const eggs = { name: 'set_timer', arguments: '{"name":"eggs","seconds":20}' };
    await rig.startService([{ turn: 1, calls: [eggs] }]);
    await startConversation(rig);
    const { mark } = rig.journal;
    await Promise.all([
      playToMicrophone(synthesizeSpeech(1500, rig.nextSeed)),
      rig.journal.line(mark, ({ msg }) => msg === 'Called set_timer', 'the timer to be set'),
    ]);
    requestPowerCut();
    await delay(WAIT_LIMIT_MS);
    assert.fail('the power is still on');
  });
};

export const afterCutAfterTimer = (): void => {
  test('after the power cut', async (context) => {
    // A restart of Parley here would end the ringing and start it again.
    const rig = await startRig();
    context.after(() => rig.close());
    const { step } = createSteps(context);
    await step('it rings, and says how late', async () => {
      await rig.journal.phase(0, 'ringing');
      await waitFor(() => rig.recorder.nonZeroSamples > 20_000, 'the ringing to be recorded');
      const isLate = ({ code, msg = '' }: Line): boolean => code === 'timer-late' && msg.includes('"eggs"');
      await rig.journal.line(0, isLate, 'a line on how late');
    });
    await step('until the button is pressed', async () => {
      const pressed = await rig.button.press();
      await rig.journal.phase(pressed, 'idle');
    });
  });
};
