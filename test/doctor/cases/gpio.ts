// Findings on the pins, on a virtual chip: with the package onoff, which needs no programs, or with a chip of
// libgpiod whose programs have a given output.

import type { Finding, Verdict } from '../../../src/doctor/check.ts';
import { gpioChecks, judgeHolder } from '../../../src/doctor/checks/gpio-checks.ts';
import type { GpioChoice } from '../../../src/gpio/backend.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeLog } from '../../fakes/fake-log.ts';
import { createFakeOnoff } from '../../fakes/fake-onoff.ts';
import { VirtualChip } from '../../fakes/virtual-chip.ts';
import { until } from '../../rigs/until.ts';
import { createFakeMachine, type Parts } from '../fake-machine.ts';
import { type Case, createDialog } from './case.ts';

const gpiod: GpioChoice = { backend: 'gpiod', chip: '/dev/gpiochip0' };
const noChip = new Error('The GPIO pins cannot be used (no chip); set chip, or backend = "none".');

interface Setup {
  readonly id: string;
  /** Default: onoff. */
  readonly choice?: GpioChoice | Error;
  readonly programs?: NonNullable<Parts['programs']>;
  readonly serviceRuns?: boolean;
  /** The answer of the person at the terminal. */
  readonly answer?: boolean;
  /** The error code of every access to a pin. */
  readonly refused?: string;
  /** Presses the button; without it the time runs out. */
  readonly press?: boolean;
}

const find = async (setup: Setup): Promise<Finding> => {
  const chip = new VirtualChip();
  const machine = createFakeMachine({ programs: setup.programs ?? {} });
  const clock = createFakeClock();
  const onoff = createFakeOnoff(chip, 512);
  onoff.refuse(setup.refused);
  chip.pull(17, 'up');
  const { answer, choice = { backend: 'onoff', base: 512, onoff } } = setup;
  const line = { backend: 'auto', chip: 'auto', activeLow: false } as const;
  const checks = gpioChecks({
    button: { ...line, gpio: 17, activeLow: true, debounceMs: 0 },
    light: { ...line, gpio: 27 },
    machine,
    dialog: createDialog(answer),
    serviceRuns: setup.serviceRuns ?? false,
    log: createFakeLog(),
    choose: () => (choice instanceof Error ? Promise.reject(choice) : Promise.resolve(choice)),
    clock,
  });
  let finding: Finding | undefined;
  const check = checks.find((one) => one.id === setup.id);
  const run = check?.run().then((found) => {
    finding = found;
  });
  try {
    // The light is on, or the button is watched, and the check waits.
    await until(() => finding !== undefined || clock.waiting > 0, 'the check');
    if (setup.press) {
      await until(() => onoff.exported.has(17), 'the button to be watched');
      chip.pull(17, 'down');
    } else clock.advance(15_000);
    await run;
    if (finding === undefined) throw new Error(`no check ${setup.id}`);
    return finding;
  } finally {
    machine.remove();
    chip.dispose();
  }
};

const on = (verdict: Verdict, code: string, name: string, setup: Setup): Case => ({
  verdict,
  code,
  name,
  find: () => find(setup),
});

const held = (verdict: Verdict, code: string, holder: string | undefined, serviceRuns = false): Case => ({
  verdict,
  code,
  name: '',
  find: () => judgeHolder(17, holder, serviceRuns, 'button'),
});

const failing = { code: 1, output: '', errors: 'gpioinfo: offset 17 is out of range' };
const info = (text: string) => ({ choice: gpiod, programs: { gpioinfo: text } });
const level = (text: string) => ({ id: 'button-level', choice: gpiod, programs: { gpioget: text } });

export const cases: Case[] = [
  held('pass', 'line-free', undefined),
  held('pass', 'line-held-by-service', 'parley-button', true),
  held('fail', 'line-held-by-parley', 'parley-button'),
  held('fail', 'line-busy', 'fan', true),
  on('pass', 'gpio-chip-found', 'gpiod', { id: 'button-chip', choice: gpiod }),
  on('pass', 'gpio-chip-found', 'onoff', { id: 'light-chip' }),
  on('fail', 'gpio-chip-unusable', '', { id: 'button-chip', choice: noChip }),
  on('skip', 'gpio-not-used', '', { id: 'light-chip', choice: { backend: 'none' } }),
  on('skip', 'gpio-chip-missing', 'line', { id: 'light-line', choice: noChip }),
  on('skip', 'gpio-chip-missing', 'light', { id: 'light', choice: noChip }),
  on('skip', 'line-holder-unknown', '', { id: 'button-line' }),
  on('pass', 'line-free', 'as gpioinfo tells', { id: 'button-line', ...info('line 17: unnamed input\n') }),
  on('fail', 'line-busy', 'the light', {
    id: 'light-line',
    ...info('line 27: "LED" output consumer="fan"\n'),
  }),
  on('fail', 'line-invalid', '', { id: 'button-line', choice: gpiod, programs: { gpioinfo: failing } }),
  on('pass', 'button-at-rest', '', level('1\n')),
  on('warn', 'button-stuck', '', level('0\n')),
  on('fail', 'button-level-unreadable', '', { ...level(''), programs: { gpioget: failing } }),
  on('skip', 'button-level-unknown', '', { id: 'button-level' }),
  on('skip', 'skipped-service-runs', 'level', { ...level('1\n'), serviceRuns: true }),
  on('skip', 'skipped-service-runs', 'light', { id: 'light', serviceRuns: true }),
  on('skip', 'skipped-service-runs', 'button', { id: 'button', serviceRuns: true }),
  on('pass', 'light-switched', '', { id: 'light' }),
  on('pass', 'light-flashed', '', { id: 'light', answer: true }),
  on('fail', 'light-dark', '', { id: 'light', answer: false }),
  on('fail', 'light-failed', '', { id: 'light', refused: 'EACCES' }),
  on('skip', 'skipped-no-terminal', '', { id: 'button' }),
  on('pass', 'button-pressed', '', { id: 'button', answer: true, press: true }),
  on('fail', 'button-not-pressed', '', { id: 'button', answer: true }),
  on('fail', 'button-failed', '', { id: 'button', answer: true, refused: 'EACCES' }),
];
