// The GPIO chip that the kernel's gpio-sim simulates, from the outer side of its lines.

import { closeSync, openSync, readdirSync, readSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { outputOf } from './run.ts';

const PLATFORM = '/sys/devices/platform';

const chipFolder = (): string => {
  for (const device of readdirSync(PLATFORM).filter((name) => name.startsWith('gpio-sim.'))) {
    const chip = readdirSync(join(PLATFORM, device)).find((name) => /^gpiochip\d+$/.test(name));
    if (chip !== undefined) return join(PLATFORM, device, chip);
  }
  throw new Error('No simulated GPIO chip: load gpio-sim before the tests.');
};

/** As in /dev; the emulated board of arm64 has another chip. */
export const chipName = (): string => basename(chipFolder());

/** The folder of a line, with `pull` (set by a button) and `value` (shown by a light). */
const lineFolder = (gpio: number): string => join(chipFolder(), `sim_gpio${gpio}`);

export const pull = (gpio: number, direction: 'up' | 'down'): void =>
  writeFileSync(join(lineFolder(gpio), 'pull'), `pull-${direction}`);

export interface Level {
  high(): boolean;
  close(): void;
}

/** The level of a line, for repeated reads. */
export const watchLevel = (gpio: number): Level => {
  const file = openSync(join(lineFolder(gpio), 'value'), 'r');
  const byte = Buffer.alloc(1);
  return {
    high: () => readSync(file, byte, 0, 1, 0) === 1 && byte.toString('latin1') === '1',
    close: () => closeSync(file),
  };
};

/** The line's consumer, as `gpioinfo` prints it; undefined for a free line. */
export const holderOf = async (gpio: number): Promise<string | undefined> => {
  const words = ['--chip', chipName(), String(gpio)];
  return /consumer="?([^"\n]+?)"?\s*$/m.exec(await outputOf('gpioinfo', words))?.[1];
};
