// Findings on the pins, on a virtual chip: with the package onoff, which needs no programs, or with a chip of
// libgpiod whose programs have a given output.

import type { Finding } from '../../../src/doctor/check.ts';
import { gpioChecks, judgeHolder } from '../../../src/doctor/checks/gpio-checks.ts';
import type { GpioChoice } from '../../../src/gpio/backend.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeLog } from '../../fakes/fake-log.ts';
import { createFakeOnoff } from '../../fakes/fake-onoff.ts';
import { VirtualChip } from '../../fakes/virtual-chip.ts';
import { until } from '../../rigs/until.ts';
import { createFakeMachine, type Parts } from '../fake-machine.ts';
import { type Case, createDialog, runById } from './case.ts';

const gpiod: GpioChoice = { backend: 'gpiod', chip: '/dev/gpiochip0' };
const noChip = new Error('The GPIO pins cannot be used (no chip); set chip, or backend = "none".');

interface Setup {
  readonly programs?: NonNullable<Parts['programs']>;
  readonly serviceRuns?: boolean;
  /** The answer of the person at the terminal. */
  readonly answer?: boolean;
  /** The error code of every access to a pin. */
  readonly refused?: string;
  /** Presses the button; without it the time runs out. */
  readonly press?: boolean;
}

/** @param choice default: onoff */
const run =
  (id: string, setup: Setup = {}, choice?: GpioChoice | Error) =>
  async (): Promise<Finding> => {
    const chip = new VirtualChip();
    const machine = createFakeMachine({ programs: setup.programs ?? {} });
    const clock = createFakeClock();
    const onoff = createFakeOnoff(chip, 512);
    onoff.refuse(setup.refused);
    chip.pull(17, 'up');
    const chosen = choice ?? { backend: 'onoff', base: 512, onoff };
    const line = { backend: 'auto', chip: 'auto', activeLow: false } as const;
    const checks = gpioChecks({
      button: { ...line, gpio: 17, activeLow: true, debounceMs: 0 },
      light: { ...line, gpio: 27 },
      machine,
      dialog: createDialog(setup.answer),
      serviceRuns: setup.serviceRuns ?? false,
      log: createFakeLog(),
      choose: () => (chosen instanceof Error ? Promise.reject(chosen) : Promise.resolve(chosen)),
      clock,
    });
    let ended = false;
    const finding = runById(checks, id).finally(() => {
      ended = true;
    });
    try {
      // The light is on, or the button is watched, and the check waits.
      await until(() => ended || clock.waiting > 0, 'the check');
      if (setup.press) chip.pull(17, 'down');
      else clock.advance(15_000);
      return await finding;
    } finally {
      machine.remove();
      chip.dispose();
    }
  };

const held =
  (holder: string | undefined, serviceRuns = false) =>
  () =>
    judgeHolder(17, holder, serviceRuns, 'button');
const failing = { code: 1, stdout: '', stderr: 'offset 17 is out of range' };
const info = (id: string, gpioinfo: string | typeof failing) => run(id, { programs: { gpioinfo } }, gpiod);
const level = (gpioget: string | typeof failing) => run('button-level', { programs: { gpioget } }, gpiod);

export const cases: Case[] = [
  ['pass', 'line-free', '', held(undefined)],
  ['pass', 'line-held-by-service', '', held('parley-button', true)],
  ['fail', 'line-held-by-parley', '', held('parley-button')],
  ['fail', 'line-held-by-other', '', held('fan', true)],
  ['pass', 'gpio-chip-found', 'gpiod', run('button-chip', {}, gpiod)],
  ['pass', 'gpio-chip-found', 'onoff', run('light-chip')],
  ['fail', 'gpio-chip-unusable', '', run('button-chip', {}, noChip)],
  ['skip', 'gpio-not-used', '', run('light-chip', {}, { backend: 'none' })],
  ['skip', 'gpio-chip-missing', 'line', run('light-line', {}, noChip)],
  ['skip', 'gpio-chip-missing', 'light', run('light', {}, noChip)],
  ['skip', 'line-holder-unknown', '', run('button-line')],
  ['pass', 'line-free', 'as gpioinfo tells', info('button-line', 'line 17: unnamed input\n')],
  ['fail', 'line-held-by-other', 'the light', info('light-line', 'line 27: "LED" output consumer="fan"\n')],
  ['fail', 'line-invalid', '', info('button-line', failing)],
  ['pass', 'button-at-rest', '', level('1\n')],
  ['warn', 'button-stuck', '', level('0\n')],
  ['fail', 'button-level-unreadable', '', level(failing)],
  ['skip', 'button-level-unknown', '', run('button-level')],
  ['skip', 'skipped-service-runs', 'level', run('button-level', { serviceRuns: true })],
  ['skip', 'skipped-service-runs', 'light', run('light', { serviceRuns: true })],
  ['skip', 'skipped-service-runs', 'button', run('button', { serviceRuns: true })],
  ['pass', 'light-switched', '', run('light')],
  ['pass', 'light-flashed', '', run('light', { answer: true })],
  ['fail', 'light-dark', '', run('light', { answer: false })],
  ['fail', 'light-failed', '', run('light', { refused: 'EACCES' })],
  ['skip', 'skipped-no-terminal', '', run('button')],
  ['pass', 'button-pressed', '', run('button', { answer: true, press: true })],
  ['fail', 'button-not-pressed', '', run('button', { answer: true })],
  ['fail', 'button-failed', '', run('button', { answer: true, refused: 'EACCES' })],
];
