// Chooses how to reach the pins: the character device through the tools of libgpiod 2 where those and a known chip
// are present, else sysfs through onoff, else one sentence that says why not, and what to do.

import { errorCode, errorMessage, Unavailable } from '../core/errors.ts';
import type { Button, Light, Log } from '../core/ports.ts';
import { type Found, findGpiodChip, findSysfsChip } from './chip.ts';
import { gpioFailure } from './gpio-failure.ts';
import { createGpiodButton } from './gpiod-button.ts';
import { createGpiodLight, darkenGpiodLight } from './gpiod-light.ts';
import { createOnoffButton } from './onoff-button.ts';
import { createOnoffLight, darkenOnoffLight } from './onoff-light.ts';
import { loadOnoff, type OnoffPackage } from './onoff-line.ts';

export interface LightOptions {
  readonly backend: 'auto' | 'gpiod' | 'onoff' | 'none';
  /** `auto` for the chip of the Pi's header; or a label, a name or a path. */
  readonly chip: string;
  /** The number of the line on its chip: the BCM number. */
  readonly gpio: number;
  readonly activeLow: boolean;
}

export interface ButtonOptions extends LightOptions {
  readonly debounceMs: number;
}

/** Where sysfs and onoff are; a test has others. */
export interface GpioPlaces {
  readonly sysfs: string;
  readonly loadOnoff: () => Promise<OnoffPackage>;
}

const realPlaces: GpioPlaces = { sysfs: '/sys/class/gpio', loadOnoff };

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

const chooseGpiod = async (chip: string): Promise<Found<GpioChoice>> => {
  const found = await findGpiodChip(chip);
  if ('reason' in found) return found;
  return { chip: { backend: 'gpiod', chip: `/dev/${found.chip.name}` } };
};

const chooseOnoff = async (chip: string, places: GpioPlaces): Promise<Found<GpioChoice>> => {
  const found = findSysfsChip(places.sysfs, chip);
  if ('reason' in found) return found;
  try {
    return { chip: { backend: 'onoff', base: found.chip.base, onoff: await places.loadOnoff() } };
  } catch (error) {
    return { code: errorCode(error) ?? 'onoff-missing', reason: errorMessage(error) };
  }
};

/**
 * The backend for these options, with the chip.
 * @throws Unavailable: gpio-unavailable
 */
export const chooseGpio = async (
  { backend, chip }: Pick<LightOptions, 'backend' | 'chip'>,
  places: GpioPlaces = realPlaces,
): Promise<GpioChoice> => {
  if (backend === 'none') return { backend };
  const reasons: string[] = [];
  for (const [name, choose] of [
    ['gpiod', chooseGpiod],
    ['onoff', chooseOnoff],
  ] as const) {
    if (backend !== 'auto' && backend !== name) continue;
    const found = await choose(chip, places);
    if ('chip' in found) return found.chip;
    reasons.push(`${name}: ${found.reason.replace(/\.$/, '')}`);
  }
  throw Unavailable.of(gpioFailure('gpio-unavailable', '', reasons.join('; ')));
};

export type ChooseGpio = typeof chooseGpio;

/** Looks once for the same options: button and light are nearly always on one chip. */
export const chooseGpioOnce = (): ChooseGpio => {
  const chosen = new Map<string, Promise<GpioChoice>>();
  return (options, places) => {
    const name = `${options.backend} ${options.chip}`;
    const choice = chosen.get(name) ?? chooseGpio(options, places);
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
  places: GpioPlaces = realPlaces,
  choose: ChooseGpio = chooseGpio,
): Promise<Button> => {
  const choice = await choose(options, places);
  logChoice(log, 'button', choice, options.gpio);
  const { gpio, activeLow, debounceMs } = options;
  switch (choice.backend) {
    case 'none':
      return noButton;
    case 'gpiod':
      return createGpiodButton({ chip: choice.chip, gpio, activeLow, debounceMs }, log);
    case 'onoff':
      return createOnoffButton(choice.onoff, { base: choice.base, gpio, activeLow, debounceMs }, log);
  }
};

/**
 * The light of these options, which is dark and holds its line.
 * @throws Unavailable where no backend or no line can be used
 */
export const createLight = async (
  options: LightOptions,
  log: Log,
  places: GpioPlaces = realPlaces,
  choose: ChooseGpio = chooseGpio,
): Promise<Light> => {
  const choice = await choose(options, places);
  logChoice(log, 'light', choice, options.gpio);
  const { gpio, activeLow } = options;
  switch (choice.backend) {
    case 'none':
      return noLight;
    case 'gpiod':
      return createGpiodLight({ chip: choice.chip, gpio, activeLow }, log);
    case 'onoff':
      return createOnoffLight(choice.onoff, { base: choice.base, gpio, activeLow }, log);
  }
};

/**
 * Switches off a light that a killed owner may have left on, and releases its line.
 * @throws Unavailable where the line cannot be used
 */
export const darken = async (
  { gpio, activeLow }: Pick<LightOptions, 'gpio' | 'activeLow'>,
  choice: GpioChoice,
): Promise<void> => {
  switch (choice.backend) {
    case 'none':
      return;
    case 'gpiod':
      return darkenGpiodLight({ chip: choice.chip, gpio, activeLow });
    case 'onoff':
      return darkenOnoffLight(choice.onoff, { base: choice.base, gpio, activeLow });
  }
};
