// One pin through the package onoff, which writes to sysfs. The package is loaded only when it is needed: it is
// optional, and its native part belongs to one version of Node. sysfs has no pull-up: that is one line in the
// configuration of the Pi. A pin stays exported when its owner is killed; the next owner takes it.

import { errorCode, errorMessage, type Failure, Unavailable } from '../core/errors.ts';
import { type GpioFailureCode, gpioFailure } from './gpio-failure.ts';

/** The part of onoff's Gpio that Parley uses. */
export interface OnoffGpio {
  readSync: () => 0 | 1;
  writeSync(value: 0 | 1): void;
  watch(callback: (error: Error | null | undefined, value: 0 | 1) => void): void;
  unexport(): void;
}

export interface OnoffPackage {
  readonly Gpio: new (
    gpio: number,
    direction: 'in' | 'high' | 'low',
    edge: 'none' | 'both',
    options: { readonly activeLow: boolean; readonly debounceTimeout: number },
  ) => OnoffGpio;
}

export interface OnoffLine {
  /** The number of the pin on its chip, as printed on every wiring diagram. */
  readonly gpio: number;
  /** Of the chip, to be added to `gpio`. */
  readonly base: number;
  readonly activeLow: boolean;
}

/** @throws Unavailable: onoff-missing, where the package is missing or not built for this Node */
export const loadOnoff = async (): Promise<OnoffPackage> => {
  try {
    return await import('onoff');
  } catch (error) {
    throw Unavailable.of(gpioFailure('onoff-missing', '', errorMessage(error).split('\n')[0]));
  }
};

const codes: Readonly<Record<string, GpioFailureCode>> = {
  EBUSY: 'line-busy',
  EACCES: 'line-denied',
  EPERM: 'line-denied',
  EINVAL: 'line-missing',
  ENODEV: 'line-unexported',
  ENOENT: 'line-unexported',
};

/** What went wrong with the line. */
export const onoffFailure = (line: OnoffLine, error: unknown): Failure => {
  const where = `GPIO ${line.gpio} (${line.base + line.gpio} in /sys/class/gpio)`;
  const code = codes[errorCode(error) ?? ''] ?? 'line-failed';
  return gpioFailure(code, where, code === 'line-busy' ? 'another program or driver' : errorMessage(error));
};
