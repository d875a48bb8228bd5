// Chooses how to reach the pins: the character device through the tools of libgpiod 2 where those and a known chip
// are present, else sysfs through onoff, else one sentence that says why not, and what to do.

import { errorMessage, Unavailable } from '../core/errors.ts';
import type { Button, Light, Log } from '../core/ports.ts';
import { type Found, findGpiodChip, findSysfsChip } from './chip.ts';
import { gpioFailure } from './gpio-failure.ts';
import { createGpiodButton } from './gpiod-button.ts';
import { createGpiodLight, darkenGpiodLight } from './gpiod-light.ts';
import { createOnoffButton } from './onoff-button.ts';
import { createOnoffLight, darkenOnoffLight } from './onoff-light.ts';
import { loadOnoff, type OnoffPackage } from './onoff-line.ts';
import type { Debounced } from './watched-button.ts';

export interface LightOptions {
  readonly backend: 'auto' | 'gpiod' | 'onoff' | 'none';
  /** `auto` for the chip of the Pi's header; or a label, a name or a path. */
  readonly chip: string;
  /** The number of the line on its chip: the BCM number. */
  readonly gpio: number;
  readonly activeLow: boolean;
}

export type ButtonOptions = LightOptions & Debounced;

export type GpioChoice =
  | { readonly backend: 'none' }
  | { readonly backend: 'gpiod'; readonly chip: string }
  | { readonly backend: 'onoff'; readonly base: number; readonly onoff: OnoffPackage };

/** Where there is no button. A SIGUSR1 is a press there too, but this does not handle it. */
export const noButton: Button = {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

const noLight: Light = {
  show: () => undefined,
  stop: () => Promise.resolve(),
};

const findGpiod = async (chip: string): Promise<Found<GpioChoice>> => {
  const found = await findGpiodChip(chip);
  return 'reason' in found ? found : { chip: { backend: 'gpiod', chip: `/dev/${found.chip.name}` } };
};

const findOnoff = async (
  sysfs: string,
  chip: string,
  load: () => Promise<OnoffPackage>,
): Promise<Found<GpioChoice>> => {
  const found = findSysfsChip(sysfs, chip);
  if ('reason' in found) return found;
  try {
    return { chip: { backend: 'onoff', base: found.chip.base, onoff: await load() } };
  } catch (error) {
    return { code: 'onoff-missing', reason: errorMessage(error) };
  }
};

/**
 * The backend for these options, with the chip.
 * @throws Unavailable: gpio-unavailable
 */
export const chooseGpio = async (
  { backend, chip }: Pick<LightOptions, 'backend' | 'chip'>,
  sysfs = '/sys/class/gpio',
  load = loadOnoff,
): Promise<GpioChoice> => {
  if (backend === 'none') return { backend };
  const finders = { gpiod: () => findGpiod(chip), onoff: () => findOnoff(sysfs, chip, load) };
  const reasons: string[] = [];
  for (const name of backend === 'auto' ? (['gpiod', 'onoff'] as const) : [backend]) {
    const found = await finders[name]();
    if ('chip' in found) return found.chip;
    reasons.push(`${name}: ${found.reason.replace(/\.$/, '')}`);
  }
  throw Unavailable.of(gpioFailure('gpio-unavailable', '', reasons.join('; ')));
};

export type ChooseGpio = (options: Pick<LightOptions, 'backend' | 'chip'>) => Promise<GpioChoice>;

/** Looks once for the same options: button and light are nearly always on one chip. */
export const chooseGpioOnce = (): ChooseGpio => {
  const chosen = new Map<string, Promise<GpioChoice>>();
  return (options) => {
    const name = `${options.backend} ${options.chip}`;
    const choice = chosen.get(name) ?? chooseGpio(options);
    chosen.set(name, choice);
    return choice;
  };
};

const logChoice = (log: Log, thing: string, choice: GpioChoice, gpio: number): void => {
  if (choice.backend === 'none') return;
  const where = choice.backend === 'gpiod' ? choice.chip : `/sys/class/gpio, base ${choice.base}`;
  log.debug({ backend: choice.backend }, `The ${thing} is GPIO ${gpio} of ${where}.`);
};

/**
 * The button of these options, which must be started.
 * @throws Unavailable: gpio-unavailable
 */
export const createButton = async (
  options: ButtonOptions,
  log: Log,
  choose: ChooseGpio = chooseGpio,
): Promise<Button> => {
  const choice = await choose(options);
  logChoice(log, 'button', choice, options.gpio);
  switch (choice.backend) {
    case 'none':
      return noButton;
    case 'gpiod':
      return createGpiodButton({ ...options, chip: choice.chip }, log);
    case 'onoff':
      return createOnoffButton(choice.onoff, { ...options, base: choice.base }, log);
  }
};

/**
 * The light of these options, which is dark and holds its line.
 * @throws Unavailable where no backend or no line can be used
 */
export const createLight = async (
  options: LightOptions,
  log: Log,
  choose: ChooseGpio = chooseGpio,
): Promise<Light> => {
  const choice = await choose(options);
  logChoice(log, 'light', choice, options.gpio);
  switch (choice.backend) {
    case 'none':
      return noLight;
    case 'gpiod':
      return createGpiodLight({ ...options, chip: choice.chip }, log);
    case 'onoff':
      return createOnoffLight(choice.onoff, { ...options, base: choice.base }, log);
  }
};

/**
 * Switches off a light that a killed owner may have left on, and releases its line.
 * @throws Unavailable where the line cannot be used
 */
export const darken = async (
  line: Pick<LightOptions, 'gpio' | 'activeLow'>,
  choice: GpioChoice,
): Promise<void> => {
  switch (choice.backend) {
    case 'none':
      return;
    case 'gpiod':
      return darkenGpiodLight({ ...line, chip: choice.chip });
    case 'onoff':
      return darkenOnoffLight(choice.onoff, { ...line, base: choice.base });
  }
};
