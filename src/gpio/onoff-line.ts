// One pin through the package onoff, which writes to sysfs. The package is loaded only when it is wanted:
// it is optional, and its native part belongs to one version of Node. sysfs has no pull-up: that is one
// line in the Pi's own configuration. A pin stays exported when its owner is killed; the next one takes it.

import { errorCode, errorMessage } from '../core/errors.ts';

/** What we use of onoff's Gpio. */
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

/** @throws Error with one sentence where the package is not there or not built for this Node */
export const loadOnoff = async (): Promise<OnoffPackage> => {
  try {
    return await import('onoff');
  } catch (error) {
    const words = errorMessage(error).split('\n')[0];
    throw new Error(`The package onoff cannot be loaded (${words}); run: npm rebuild epoll.`);
  }
};

/** One sentence on what went wrong with the line, and what to do. */
export const explainOnoff = (line: OnoffLine, error: unknown): string => {
  const where = `GPIO ${line.gpio} (${line.base + line.gpio} in /sys/class/gpio)`;
  const code = errorCode(error);
  switch (code) {
    case 'EBUSY':
      return `${where} is in use by another program or driver; end that, or choose another gpio.`;
    case 'EACCES':
    case 'EPERM':
      return `No permission for ${where}; add the user who runs Parley to the group gpio and start it anew.`;
    case 'EINVAL':
      return `There is no ${where}; choose a gpio that the chip has.`;
    case 'ENODEV':
    case 'ENOENT':
      return `${where} is gone from /sys/class/gpio; something else has unexported it, or this kernel has no sysfs GPIO.`;
    default:
      return `${where} failed (${errorMessage(error)}); look at the pin with: pinctrl get ${line.gpio}.`;
  }
};
