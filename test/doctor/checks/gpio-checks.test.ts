// The doctor on a virtual chip, with programs that behave as those of libgpiod; findings.test.ts has the rest.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gpioChecks, nameOfLine } from '../../../src/doctor/checks/gpio-checks.ts';
import { createMachine } from '../../../src/doctor/checks/machine.ts';
import type { UserDialog } from '../../../src/doctor/user-dialog.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeLog } from '../../fakes/fake-log.ts';
import { VirtualChip } from '../../fakes/virtual-chip.ts';
import { until } from '../../rigs/until.ts';

test('people count pins', () => {
  expect([17, 27, 2, 21].map(nameOfLine)).toEqual([
    'GPIO 17 (pin 11)',
    'GPIO 27 (pin 13)',
    'GPIO 2 (pin 3)',
    'GPIO 21 (pin 40)',
  ]);
  expect([0, 1, 28, 500].map(nameOfLine)).toEqual(['GPIO 0', 'GPIO 1', 'GPIO 28', 'GPIO 500']);
});

describe('on a virtual chip', () => {
  let chip: VirtualChip;
  beforeEach(() => {
    chip = new VirtualChip();
  });
  afterEach(() => chip.dispose());

  const clock = createFakeClock();
  const createChecks = (dialog?: UserDialog) => {
    const line = { backend: 'gpiod', chip: 'auto', activeLow: false } as const;
    return gpioChecks({
      button: { ...line, gpio: 17, activeLow: true, debounceMs: 30 },
      light: { ...line, gpio: 27 },
      machine: createMachine(),
      dialog,
      serviceRuns: false,
      log: createFakeLog(),
      clock,
    });
  };

  test('everything works, and the lines are released', async () => {
    chip.pull(17, 'up');
    const pressButton = async (): Promise<void> => {
      while (!(await chip.held(17))) await new Promise((resolve) => setTimeout(resolve, 5));
      chip.pull(17, 'down');
    };
    const dialog: UserDialog = { confirm: () => Promise.resolve(true), say: () => void pressButton() };
    const codes: Record<string, string> = {};
    // In sequence, as the doctor runs them: they share the lines.
    for (const check of createChecks(dialog)) {
      const finding = check.run();
      if (check.id === 'light') {
        await until(() => /1.*0.*1/s.test(chip.read('27.trace')), 'the light to flash');
        clock.advance(2000);
      }
      codes[check.id] = (await finding).code;
    }
    expect(codes).toEqual({
      'button-chip': 'gpio-chip-found',
      'light-chip': 'gpio-chip-found',
      'button-line': 'line-free',
      'light-line': 'line-free',
      'button-level': 'button-at-rest',
      light: 'light-flashed',
      button: 'button-pressed',
    });
    expect([await chip.held(17), await chip.held(27)]).toEqual([false, false]);
  });

  test('a stuck button', async () => {
    chip.pull(17, 'down');
    const check = createChecks().find(({ id }) => id === 'button-level');
    expect(await check?.run()).toMatchObject({ code: 'button-stuck' });
  });
});
