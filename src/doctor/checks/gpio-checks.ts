// The pins: which way leads to them, whether the lines are free, and whether light and button do what they
// are there for. While the service runs it holds both lines, and what would take them is left out.

import { errorMessage } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import {
  type ButtonOptions,
  chooseGpio,
  createButton,
  createLight,
  type GpioChoice,
  type LightOptions,
} from '../../gpio/backend.ts';
import type { Ask } from '../ask.ts';
import { type Check, type Finding, fail, pass, skip, warn } from '../check.ts';
import { failedBy } from '../finding-from-error.ts';
import { pinOf } from './header-pins.ts';
import type { Machine } from './machine.ts';

export interface GpioCheckOptions {
  readonly button: ButtonOptions;
  readonly light: LightOptions;
  readonly machine: Machine;
  /** Where a person sits at a terminal. */
  readonly ask: Ask | undefined;
  /** Parley itself holds the lines. */
  readonly serviceRuns: boolean;
  readonly log: Log;
}

type Thing = 'button' | 'light';

const seeWiring = 'See the wiring in README.md.';
const SHOWN_MS = 2000;
const PRESS_LIMIT_MS = 15_000;
const held = skip('held by Parley, which runs; stop it and ask again: sudo systemctl stop parley');

const chipCheck = (thing: Thing, options: LightOptions): Check => ({
  id: `${thing}-chip`,
  title: thing === 'button' ? 'Button chip' : 'Light chip',
  run: async () => {
    try {
      const choice = await chooseGpio(options);
      return choice.backend === 'none'
        ? skip('backend "none"')
        : pass(`${inWords(choice)}, by ${choice.backend}`);
    } catch (error) {
      // The sentence ends in its remedy, after the last semicolon.
      const [, why = errorMessage(error), remedy = 'sudo apt install gpiod'] =
        /^(.*); (.*?)\.?$/.exec(errorMessage(error)) ?? [];
      return fail(why, remedy.charAt(0).toUpperCase() + remedy.slice(1));
    }
  },
});

const inWords = (choice: GpioChoice): string => {
  if (choice.backend === 'gpiod') return choice.chip;
  return choice.backend === 'onoff' ? `/sys/class/gpio, base ${choice.base}` : 'none';
};

const lineCheck = (
  thing: Thing,
  options: LightOptions,
  { machine, serviceRuns }: GpioCheckOptions,
): Check => ({
  id: `${thing}-line`,
  title: thing === 'button' ? 'Button line' : 'Light line',
  run: async () => {
    const choice = await chooseGpio(options).catch(() => undefined);
    const line = `GPIO ${options.gpio}${pinOf(options.gpio)}`;
    if (choice === undefined) return skip('there is no chip to ask');
    if (choice.backend !== 'gpiod') return skip(`backend "${choice.backend}": nobody tells who holds a line`);
    const { code, output, errors } = await machine.run('gpioinfo', [
      '--chip',
      choice.chip,
      String(options.gpio),
    ]);
    if (code !== 0) return fail(`${line}: ${errors}`, 'Choose a gpio that the chip has.');
    return judgeHolder(line, /consumer="?([^"\n]+)"?/.exec(output)?.[1]?.trim(), serviceRuns, thing);
  },
});

/** @param holder what the kernel calls whoever has the line; undefined where it is free */
export const judgeHolder = (
  line: string,
  holder: string | undefined,
  serviceRuns: boolean,
  thing: Thing,
): Finding => {
  if (holder === undefined) return pass(`${line} is free`);
  const ours = holder.startsWith('parley-');
  if (ours && serviceRuns) return pass(`${line}, held by Parley, which runs`);
  if (ours)
    return fail(
      `${line} is held by a Parley that is not the service`,
      'End it; it may be a parley run in another terminal.',
    );
  return fail(`${line} is in use by "${holder}"`, `End that, or choose another gpio in [${thing}].`);
};

/** Only where the lines can be had at all. */
const whereFree = async (
  { serviceRuns }: GpioCheckOptions,
  options: LightOptions,
  run: () => Promise<Finding>,
): Promise<Finding> => {
  const choice = await chooseGpio(options).catch(() => undefined);
  if (choice === undefined) return skip('there is no chip');
  if (choice.backend === 'none') return skip('backend "none"');
  return serviceRuns ? held : run();
};

/** Active while nobody presses: stuck, or nothing pulls the line up. */
const levelCheck = (options: GpioCheckOptions): Check => ({
  id: 'button-level',
  title: 'Button at rest',
  run: () =>
    whereFree(options, options.button, async () => {
      const { button, machine } = options;
      const choice = await chooseGpio(button);
      if (choice.backend !== 'gpiod')
        return skip(`backend "${choice.backend}" cannot ask without taking the line`);
      const bias = button.activeLow ? 'pull-up' : 'pull-down';
      const words = ['--chip', choice.chip, '--bias', bias, '--numeric', String(button.gpio)];
      const { code, output, errors } = await machine.run('gpioget', words);
      if (code !== 0) return fail(errors, seeWiring);
      const line = `GPIO ${button.gpio}${pinOf(button.gpio)}`;
      return output.trim() === (button.activeLow ? '1' : '0')
        ? pass(`${line} is at rest`)
        : warn(`${line} is as if pressed`, stuck(line, button.activeLow));
    }),
});

const stuck = (line: string, activeLow: boolean): string =>
  `If nobody presses it, the button is stuck, or ${line} is connected to ${activeLow ? 'ground' : '3.3 V'} all the time.`;

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const lightCheck = (options: GpioCheckOptions): Check => ({
  id: 'light',
  title: 'Light',
  limitMs: 60_000,
  run: () =>
    whereFree(options, options.light, async () => {
      const { light, ask, log } = options;
      try {
        const lamp = await createLight(light, log);
        lamp.show('alarm');
        await after(SHOWN_MS).finally(() => lamp.stop());
      } catch (error) {
        return failedBy(errorMessage(error), seeWiring);
      }
      if (ask === undefined) return pass('was made to flash');
      if (await ask.confirm('Did the light flash?')) return pass('flashed');
      const line = `GPIO ${light.gpio}${pinOf(light.gpio)}`;
      return fail('did not flash', `The long leg of the LED goes towards ${line}, the short one to ground.`);
    }),
});

/** Whether a press came in time; a sentence where the button cannot be read. */
const waitForPress = async (options: GpioCheckOptions): Promise<boolean | string> => {
  const button = await createButton(options.button, options.log);
  let timer: NodeJS.Timeout | undefined;
  const result = await new Promise<boolean | string>((resolve) => {
    timer = setTimeout(() => resolve(false), PRESS_LIMIT_MS);
    void button.start({ pressed: () => resolve(true), failed: ({ sentence }) => resolve(sentence) });
  });
  clearTimeout(timer);
  await button.stop();
  return result;
};

const buttonCheck = (options: GpioCheckOptions): Check => ({
  id: 'button',
  title: 'Button',
  limitMs: PRESS_LIMIT_MS + 10_000,
  run: () =>
    whereFree(options, options.button, async () => {
      const { button, ask } = options;
      if (ask === undefined) return skip('nobody is here to press it');
      // Only here: where the line cannot be had, nobody is asked to press in vain.
      ask.say('Press the button, within 15 seconds.');
      const seen = await waitForPress(options).catch(errorMessage);
      if (typeof seen === 'string') return failedBy(seen, seeWiring);
      const line = `GPIO ${button.gpio}${pinOf(button.gpio)}`;
      return seen
        ? pass('was seen')
        : fail('no press was seen in 15 s', `It must connect ${line} to ground while it is pressed.`);
    }),
});

/** In this order, one after another: they share the lines. */
export const gpioChecks = (options: GpioCheckOptions): Check[] => [
  chipCheck('button', options.button),
  chipCheck('light', options.light),
  lineCheck('button', options.button, options),
  lineCheck('light', options.light, options),
  levelCheck(options),
  lightCheck(options),
  buttonCheck(options),
];
