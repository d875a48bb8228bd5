// Which way to the pins: the character device through the tools of libgpiod 2 where there are such tools and
// a chip that we know, else sysfs through onoff, else one sentence that says why neither, and what to do.

import { errorMessage } from '../core/errors.ts';
import type { Button, Light, Log } from '../core/ports.ts';
import { type Found, findGpiodChip, findSysfsChip } from './chip.ts';
import { createGpiodButton } from './gpiod-button.ts';
import { createGpiodLight, darkenGpiodLight } from './gpiod-light.ts';
import { noButton, noLight } from './no-gpio.ts';
import { createOnoffButton } from './onoff-button.ts';
import { createOnoffLight, darkenOnoffLight } from './onoff-light.ts';
import { loadOnoff, type OnoffPackage } from './onoff-line.ts';

export interface LightOptions {
  readonly backend: 'auto' | 'gpiod' | 'onoff' | 'none';
  /** `auto` for the chip of the Pi's header, or a label, a name or a path. */
  readonly chip: string;
  /** The number of the line on its chip: the BCM number. */
  readonly gpio: number;
  readonly activeLow: boolean;
}

export interface ButtonOptions extends LightOptions {
  readonly debounceMs: number;
}

/** Where things are; a test has others. */
export interface GpioPlaces {
  readonly sysfs: string;
  readonly loadOnoff: () => Promise<OnoffPackage>;
}

const realPlaces: GpioPlaces = { sysfs: '/sys/class/gpio', loadOnoff };

export type GpioChoice =
  | { readonly backend: 'none' }
  | { readonly backend: 'gpiod'; readonly chip: string }
  | { readonly backend: 'onoff'; readonly base: number; readonly onoff: OnoffPackage };

const remedy = 'set chip, or backend = "none" in [button] and in [light], and press with SIGUSR1';

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
    return { reason: errorMessage(error) };
  }
};

/**
 * The backend for these options, with what it needs to know.
 * @throws Error with one sentence where there is none
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
  throw new Error(`The GPIO pins cannot be used (${reasons.join('; ')}); ${remedy}.`);
};

export type ChooseGpio = typeof chooseGpio;

/** Asks once for the same options: button and light are nearly always on one chip. */
export const chooseGpioOnce = (): ChooseGpio => {
  const chosen = new Map<string, Promise<GpioChoice>>();
  return (options, places) => {
    const name = `${options.backend} ${options.chip}`;
    const choice = chosen.get(name) ?? chooseGpio(options, places);
    chosen.set(name, choice);
    return choice;
  };
};

const sentenceFirst = (log: Log, thing: string, choice: GpioChoice, gpio: number): void => {
  if (choice.backend === 'none') return;
  const where = choice.backend === 'gpiod' ? choice.chip : `/sys/class/gpio, base ${choice.base}`;
  log.debug({ backend: choice.backend }, `The ${thing} is GPIO ${gpio} of ${where}.`);
};

/**
 * The button of these options, to be started.
 * @throws Error with one sentence where no backend can be had
 */
export const createButton = async (
  options: ButtonOptions,
  log: Log,
  places: GpioPlaces = realPlaces,
  choose: ChooseGpio = chooseGpio,
): Promise<Button> => {
  const choice = await choose(options, places);
  sentenceFirst(log, 'button', choice, options.gpio);
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
 * The light of these options, dark, its line taken.
 * @throws Error with one sentence where no backend or no line can be had
 */
export const createLight = async (
  options: LightOptions,
  log: Log,
  places: GpioPlaces = realPlaces,
  choose: ChooseGpio = chooseGpio,
): Promise<Light> => {
  const choice = await choose(options, places);
  sentenceFirst(log, 'light', choice, options.gpio);
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
 * Switches off a light that its owner, killed, may have left on, and gives its line back.
 * @throws Error with one sentence where there is such a light and it cannot be had
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
