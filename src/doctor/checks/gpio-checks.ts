// The pins: which chip has them, whether the lines are free, and whether light and button work. While the
// service runs it holds both lines, and the checks that would need them are skipped.

import type { Clock, Log } from '../../core/ports.ts';
import {
  type ButtonOptions,
  type ChooseGpio,
  chooseGpioOnce,
  createButton,
  createLight,
  type GpioChoice,
  type LightOptions,
} from '../../gpio/backend.ts';
import { holderIn, infoArguments } from '../../gpio/gpiod-tools.ts';
import { systemClock } from '../../system/clock.ts';
import { type Check, createCheck, type Finding, fail, findingFromError, pass, skip, warn } from '../check.ts';
import { withTimeLimit } from '../time-limit.ts';
import type { UserDialog } from '../user-dialog.ts';
import type { Machine } from './machine.ts';

export interface GpioCheckOptions {
  readonly button: ButtonOptions;
  readonly light: LightOptions;
  readonly machine: Machine;
  /** Where there is a person at a terminal. */
  readonly dialog: UserDialog | undefined;
  /** Parley itself holds the lines. */
  readonly serviceRuns: boolean;
  readonly log: Log;
  /** Default: finds the chip, once for all checks. */
  readonly choose?: ChooseGpio;
  readonly clock?: Clock;
}

type Context = Required<GpioCheckOptions>;
type Kind = 'button' | 'light';
type UsableChoice = Exclude<GpioChoice, { backend: 'none' }>;

const FLASHING_MS = 2000;
const PRESS_LIMIT_MS = 15_000;
const notUsed = skip('gpio-not-used', 'backend "none"');

/** The pins of the header by GPIO number, from 2 on: 0 and 1 are reserved for the identification of boards. */
const pins = [
  3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16, 18, 22, 37, 13,
];

/** "GPIO 17 (pin 11)", since people count pins; without the pin for a line that is not on the header. */
export const nameOfLine = (gpio: number): string => {
  const pin = pins[gpio - 2];
  return pin === undefined ? `GPIO ${gpio}` : `GPIO ${gpio} (pin ${pin})`;
};

type Run = (choice: UsableChoice) => Finding | Promise<Finding>;

/** Runs a check where the chip was found. */
const onChip = async (kind: Kind, { choose, ...options }: Context, run: Run): Promise<Finding> => {
  const choice = await choose(options[kind]).catch(() => undefined);
  if (choice === undefined) return skip('gpio-chip-missing', 'the chip was not found');
  return choice.backend === 'none' ? notUsed : run(choice);
};

/** Runs a check that needs the line for itself. */
const whereFree = (kind: Kind, context: Context, run: Run): Promise<Finding> =>
  onChip(kind, context, (choice) =>
    context.serviceRuns
      ? skip(
          'skipped-service-runs',
          'held by Parley, which is running; stop it first: sudo systemctl stop parley',
        )
      : run(choice),
  );

const chipCheck = (kind: Kind, { choose, ...options }: Context): Check =>
  createCheck(`${kind}-chip`, async () => {
    try {
      const choice = await choose(options[kind]);
      return choice.backend === 'none' ? notUsed : pass('gpio-chip-found', describeChoice(choice));
    } catch (error) {
      return findingFromError(error, 'gpio-chip-unusable', 'cannot be used');
    }
  });

const describeChoice = (choice: UsableChoice): string =>
  choice.backend === 'gpiod' ? `${choice.chip}, by gpiod` : `/sys/class/gpio, base ${choice.base}, by onoff`;

const lineCheck = (kind: Kind, context: Context): Check => {
  const run = async (choice: UsableChoice): Promise<Finding> => {
    if (choice.backend === 'onoff')
      return skip('line-holder-unknown', 'backend "onoff" cannot show which program holds a line');
    const { gpio } = context[kind];
    const args = infoArguments({ chip: choice.chip, gpio });
    const { code, stdout, stderr } = await context.machine.run('gpioinfo', args);
    const invalid = `${nameOfLine(gpio)}: ${stderr}`;
    if (code !== 0) return fail('line-invalid', invalid, 'Choose a gpio that the chip has.');
    return judgeHolder(gpio, holderIn(stdout), context.serviceRuns, kind);
  };
  return createCheck(`${kind}-line`, () => onChip(kind, context, run));
};

/** @param holder the consumer of the line, as the kernel names it; undefined where the line is free */
export const judgeHolder = (
  gpio: number,
  holder: string | undefined,
  serviceRuns: boolean,
  kind: Kind,
): Finding => {
  const line = nameOfLine(gpio);
  if (holder === undefined) return pass('line-free', `${line} is free`);
  const other = `End that, or choose another gpio in [${kind}].`;
  if (!holder.startsWith('parley-'))
    return fail('line-held-by-other', `${line} is in use by "${holder}"`, other);
  if (serviceRuns) return pass('line-held-by-service', `${line}, held by Parley, which is running`);
  const remedy = 'End it; it may be a parley run in another terminal.';
  return fail('line-held-by-parley', `${line} is held by a Parley that is not the service`, remedy);
};

/** A button that is active while it is not pressed is stuck, or its line is not pulled up. */
const levelCheck = (context: Context): Check => {
  const run = async (choice: UsableChoice): Promise<Finding> => {
    if (choice.backend === 'onoff')
      return skip('button-level-unknown', 'backend "onoff" cannot read a line without taking it');
    const { gpio, activeLow } = context.button;
    const bias = activeLow ? 'pull-up' : 'pull-down';
    const args = ['--chip', choice.chip, '--bias', bias, '--numeric', String(gpio)];
    const { code, stdout, stderr } = await context.machine.run('gpioget', args);
    if (code !== 0) return fail('button-level-unreadable', stderr, 'See the wiring in README.md.');
    const line = nameOfLine(gpio);
    if (stdout.trim() === (activeLow ? '1' : '0')) return pass('button-at-rest', `${line} is at rest`);
    const rail = activeLow ? 'ground' : '3.3 V';
    const remedy = `If the button is not pressed, it is stuck, or ${line} is always connected to ${rail}.`;
    return warn('button-stuck', `${line} reads as pressed`, remedy);
  };
  return createCheck('button-level', () => whereFree('button', context, run));
};

const lightCheck = (context: Context): Check => {
  const run = async (): Promise<Finding> => {
    const { light, dialog, log, choose, clock } = context;
    try {
      const lamp = await createLight(light, log, choose);
      lamp.show('alarm');
      await new Promise<void>((resolve) => clock.after(FLASHING_MS, resolve)).finally(() => lamp.stop());
    } catch (error) {
      return findingFromError(error, 'light-failed', 'cannot be switched');
    }
    if (dialog === undefined) return pass('light-switched', 'was made to flash');
    if (await dialog.confirm('Did the light flash?')) return pass('light-flashed', 'flashed');
    const remedy = `The long leg of the LED goes towards ${nameOfLine(light.gpio)}, the short one to ground.`;
    return fail('light-dark', 'did not flash', remedy);
  };
  return createCheck('light', () => whereFree('light', context, run), { limitMs: 60_000 });
};

/**
 * Whether a press came in time.
 * @throws what makes the button unusable
 */
const waitForPress = async ({ button, log, choose, clock }: Context): Promise<boolean> => {
  const opened = await createButton(button, log, choose);
  const press = new Promise<boolean>((resolve, reject) => {
    void opened.start({ pressed: () => resolve(true), failed: reject });
  });
  return withTimeLimit(press, PRESS_LIMIT_MS, () => false, clock).finally(() => opened.stop());
};

const buttonCheck = (context: Context): Check => {
  const run = async (): Promise<Finding> => {
    const { button, dialog } = context;
    if (dialog === undefined) return skip('skipped-no-terminal', 'needs a person at a terminal');
    // Only here, and not as the check's prompt: without the line a press cannot be seen.
    dialog.say('Press the button, within 15 seconds.');
    try {
      if (await waitForPress(context)) return pass('button-pressed', 'was seen');
    } catch (error) {
      return findingFromError(error, 'button-failed', 'cannot be read');
    }
    const remedy = `It must connect ${nameOfLine(button.gpio)} to ground while it is pressed.`;
    return fail('button-not-pressed', 'no press was seen in 15 s', remedy);
  };
  const limitMs = PRESS_LIMIT_MS + 10_000;
  return createCheck('button', () => whereFree('button', context, run), { limitMs });
};

/** In this order, in sequence: they share the lines. */
export const gpioChecks = (options: GpioCheckOptions): Check[] => {
  const context = { choose: chooseGpioOnce(), clock: systemClock, ...options };
  return [
    chipCheck('button', context),
    chipCheck('light', context),
    lineCheck('button', context),
    lineCheck('light', context),
    levelCheck(context),
    lightCheck(context),
    buttonCheck(context),
  ];
};
