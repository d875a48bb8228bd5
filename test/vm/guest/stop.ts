// systemctl stop in each phase: in time, the light off, the lines free, no process left; and a new start.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BUTTON_GPIO } from './button.ts';
import { holdConversation, startConversation } from './conversation-steps.ts';
import { LIGHT_GPIO } from './light.ts';
import { playToMicrophone } from './loopback-audio.ts';
import { type Rig, startRig } from './rig.ts';
import { holderOf } from './simulated-chip.ts';
import { microphoneIsClosed } from './sound-cards.ts';
import { createSteps } from './steps.ts';
import { synthesizeSpeech } from './synthetic-speech.ts';
import { processes, property, systemctl, untilActive } from './unit.ts';

/** Command lines of all processes that run something of /opt/parley, in any cgroup. */
const parleyProcesses = (): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        // Ended since it was listed.
        return '';
      }
    })
    .filter((words) => words.includes('/opt/parley/'));

export const expectNoProcesses = (): void => {
  assert.deepEqual(processes(), []);
  assert.deepEqual(parleyProcesses(), []);
};

/** Nothing of Parley is left but its files. */
const expectNothingLeft = async (): Promise<void> => {
  expectNoProcesses();
  assert.ok(microphoneIsClosed());
  for (const gpio of [BUTTON_GPIO, LIGHT_GPIO]) assert.equal(await holderOf(gpio), undefined, `GPIO ${gpio}`);
};

const stopFrom = async (rig: Rig, phase: 'idle' | 'listening' | 'speaking'): Promise<number> => {
  if (phase !== 'idle') await startConversation(rig);
  if (phase === 'speaking') {
    const { mark } = rig.journal;
    await Promise.all([
      playToMicrophone(synthesizeSpeech(6_000, rig.nextSeed)),
      rig.journal.phase(mark, 'speaking'),
    ]);
  }
  const from = performance.now();
  await systemctl('stop', 'parley');
  return performance.now() - from;
};

const expectStopped = async (rig: Rig): Promise<void> => {
  assert.equal(rig.light.isLit, false);
  assert.equal(await property('ActiveState'), 'inactive');
  // Neither "timeout" nor "signal": it ended by itself and in time.
  assert.equal(await property('Result'), 'success');
  assert.equal(await property('ExecMainStatus'), '0');
  await expectNothingLeft();
};

const stops = (backend: 'gpiod' | 'onoff'): void => {
  test(`stop and start, ${backend}`, async (context) => {
    const gpio = { 'button.backend': `"${backend}"`, 'light.backend': `"${backend}"` };
    const rig = await startRig({ settings: gpio });
    context.after(() => rig.close());
    const { step } = createSteps(context);
    for (const phase of ['idle', 'listening', 'speaking'] as const) {
      await step(`stopped in ${phase}: in time, light off, lines free, no process left`, async () => {
        const ms = await stopFrom(rig, phase);
        context.diagnostic(`benchmark: stop in ${phase} ${ms.toFixed(0)} ms`);
        await expectStopped(rig);
      });
      await step('and started again', async () => {
        await systemctl('start', 'parley');
        await untilActive();
      });
    }
    await step('a conversation works', () => holdConversation(rig));
  });
};

export const stopTests = (): void => {
  stops('gpiod');
  stops('onoff');
};
