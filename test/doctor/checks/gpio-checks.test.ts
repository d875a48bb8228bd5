// The doctor at the pins: of a virtual chip, with tools that behave as those of libgpiod.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ask } from '../../../src/doctor/ask.ts';
import { gpioChecks, judgeHolder } from '../../../src/doctor/checks/gpio-checks.ts';
import { pinOf } from '../../../src/doctor/checks/header-pins.ts';
import { createMachine } from '../../../src/doctor/checks/machine.ts';
import { silentLog } from '../../../src/doctor/silent-log.ts';
import { VirtualChip } from '../../fakes/virtual-chip.ts';

describe('who holds a line', () => {
  test.each([
    [undefined, false, 'pass', /GPIO 17 is free/],
    ['parley-button', true, 'pass', /held by Parley, which runs/],
    ['parley-button', false, 'fail', /a Parley that is not the service/],
    ['fan', true, 'fail', /in use by "fan"/],
  ] as const)('%s', (holder, serviceRuns, verdict, detail) => {
    const finding = judgeHolder('GPIO 17', holder, serviceRuns, 'button');
    expect(finding).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  });

  test('people count pins', () => {
    expect([17, 27, 2, 21].map(pinOf)).toEqual([' (pin 11)', ' (pin 13)', ' (pin 3)', ' (pin 40)']);
    expect([0, 1, 28, 500].map(pinOf)).toEqual(['', '', '', '']);
  });
});

describe('on a virtual chip', () => {
  let chip: VirtualChip;
  beforeEach(() => {
    chip = new VirtualChip();
  });
  afterEach(() => chip.dispose());

  const line = { backend: 'gpiod', chip: 'auto', activeLow: false } as const;
  const checksWith = async (
    options: { ask?: Ask; serviceRuns?: boolean; backend?: 'gpiod' | 'none' } = {},
  ) => {
    const backend = options.backend ?? 'gpiod';
    const checks = gpioChecks({
      button: { ...line, backend, gpio: 17, activeLow: true, debounceMs: 30 },
      light: { ...line, backend, gpio: 27 },
      machine: createMachine(),
      ask: options.ask,
      serviceRuns: options.serviceRuns ?? false,
      log: silentLog,
    });
    const verdicts: [string, string][] = [];
    // One after another, as the doctor runs them: they share the lines.
    for (const check of checks) verdicts.push([check.id, (await check.run()).verdict]);
    return verdicts;
  };

  test('all is well; nobody is there to press', async () => {
    expect(await checksWith()).toEqual([
      ['button-chip', 'pass'],
      ['light-chip', 'pass'],
      ['button-line', 'pass'],
      ['light-line', 'pass'],
      ['button-level', 'pass'],
      ['light', 'pass'],
      ['button', 'skip'],
    ]);
  });

  const person = (sees: boolean): Ask => ({ say: () => undefined, confirm: () => Promise.resolve(sees) });

  test('a button that is stuck is told, whether anybody is there or not', async () => {
    chip.pull(17, 'down');
    expect(Object.fromEntries(await checksWith())).toMatchObject({ 'button-level': 'warn' });
  });

  test('a press is seen, and the person is believed about the light', async () => {
    chip.pull(17, 'up');
    const finger = setInterval(() => {
      chip.pull(17, 'down');
      setTimeout(() => chip.pull(17, 'up'), 100);
    }, 500);
    const verdicts = Object.fromEntries(await checksWith({ ask: person(false) }));
    clearInterval(finger);
    expect(verdicts).toMatchObject({ button: 'pass', light: 'fail' });
    expect(chip.read('27.trace')).toMatch(/1.*0.*1/s);
  });

  test('what the service holds is left alone', async () => {
    const verdicts = Object.fromEntries(await checksWith({ serviceRuns: true }));
    expect(verdicts).toMatchObject({ light: 'skip', button: 'skip' });
  });

  test('without pins nothing is looked at', async () => {
    const verdicts = Object.fromEntries(await checksWith({ backend: 'none' }));
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['skip']));
  });
});
