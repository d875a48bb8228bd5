// A clean end from every phase: in time, the light off, the lines free, nobody left; and a new start.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BUTTON_GPIO } from './button.ts';
import { nobodyRecords } from './card.ts';
import { type House, openHouse } from './house.ts';
import { LIGHT_GPIO } from './light.ts';
import { say } from './room.ts';
import { holderOf } from './simulated-chip.ts';
import { stepsOf } from './steps.ts';
import { begin, conversation } from './talk.ts';
import { processes, property, systemctl, untilActive } from './unit.ts';
import { speak } from './voice.ts';

/** Command lines that run something of /opt/parley, wherever they live. */
const parleyProcesses = (): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        // Gone since it was listed.
        return '';
      }
    })
    .filter((words) => words.includes('/opt/parley/'));

export const expectNoProcesses = (): void => {
  assert.deepEqual(processes(), []);
  assert.deepEqual(parleyProcesses(), []);
};

/** Nothing of Parley is left in the machine but its files. */
const expectNobodyLeft = async (): Promise<void> => {
  expectNoProcesses();
  assert.ok(nobodyRecords());
  for (const gpio of [BUTTON_GPIO, LIGHT_GPIO]) assert.equal(await holderOf(gpio), undefined, `GPIO ${gpio}`);
};

const stopFrom = async (house: House, phase: 'idle' | 'listening' | 'speaking'): Promise<number> => {
  if (phase !== 'idle') await begin(house);
  if (phase === 'speaking') {
    const { mark } = house.journal;
    await Promise.all([say(speak(6_000, house.nextSeed)), house.journal.phase(mark, 'speaking')]);
  }
  const from = performance.now();
  await systemctl('stop', 'parley');
  return performance.now() - from;
};

const expectStopped = async (house: House): Promise<void> => {
  assert.equal(house.light.isLit, false);
  assert.equal(await property('ActiveState'), 'inactive');
  // Not "timeout", not "signal": it ended by itself and in time.
  assert.equal(await property('Result'), 'success');
  assert.equal(await property('ExecMainStatus'), '0');
  await expectNobodyLeft();
};

const stops = (backend: 'gpiod' | 'onoff'): void => {
  test(`stop and start, ${backend}`, async (context) => {
    const gpio = { 'button.backend': `"${backend}"`, 'light.backend': `"${backend}"` };
    const house = await openHouse({ settings: gpio });
    context.after(() => house.close());
    const { step } = stepsOf(context);
    for (const phase of ['idle', 'listening', 'speaking'] as const) {
      await step(`stopped in ${phase}: in time, dark, lines free, nobody left`, async () => {
        const ms = await stopFrom(house, phase);
        context.diagnostic(`benchmark: stop in ${phase} ${ms.toFixed(0)} ms`);
        await expectStopped(house);
      });
      await step('and started again', async () => {
        await systemctl('start', 'parley');
        await untilActive();
      });
    }
    await step('a conversation works', () => conversation(house));
  });
};

export const stop = (): void => {
  stops('gpiod');
  stops('onoff');
};
