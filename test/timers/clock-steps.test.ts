import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchClockSteps } from '../../src/timers/clock-steps.ts';
import { until } from '../rigs/until.ts';
import { makeFolder, removeFolder } from './state.ts';

let run: string;
let folder: string;
let steps: number;
let leave: () => void;
beforeEach(() => {
  run = makeFolder();
  folder = join(run, 'timesync');
  steps = 0;
  leave = () => {};
});
afterEach(() => {
  leave();
  removeFolder(run);
});

const start = (): void => {
  leave = watchClockSteps(() => {
    steps += 1;
  }, folder);
};
const synchronise = async (): Promise<void> => {
  const before = steps;
  writeFileSync(join(folder, 'synchronized'), '');
  utimesSync(join(folder, 'synchronized'), new Date(), new Date());
  await until(() => steps > before, 'a step');
};
const settle = () => delay(100);

it('reports each answer of a time server', async () => {
  mkdirSync(folder);
  start();
  await synchronise();
  await settle();
  await synchronise();
});

it('ignores another file', async () => {
  mkdirSync(folder);
  start();
  writeFileSync(join(folder, 'other'), '');
  await settle();
  expect(steps).toBe(0);
});

it('finds a folder that is created later, and created again', async () => {
  start();
  for (let n = 0; n < 2; n += 1) {
    const before = steps;
    mkdirSync(folder);
    await until(() => steps > before, 'the folder');
    await settle();
    await synchronise();
    rmSync(folder, { recursive: true });
    await settle();
  }
});

it('reports nothing after its end, and may be ended twice', async () => {
  mkdirSync(folder);
  start();
  leave();
  leave();
  writeFileSync(join(folder, 'synchronized'), '');
  await settle();
  expect(steps).toBe(0);
});

it('does nothing where the folder and its parent are missing', () => {
  watchClockSteps(() => {}, '/nowhere/at/all')();
});
