// Which chip has the pins of the header. Numbers of chips change with the kernel and the model, labels do not.
// gpiodetect lists the labels of the character devices, which are nowhere else; sysfs has the label in a file, and
// since kernel 6.6 a base that must be added to the number of a pin.

import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runTool, timeoutReason } from './gpiod-tools.ts';

/** The chips of the header: Pi 5; Pi 4; Pi 3, Zero 2 and older. A Pi has exactly one of them. */
export const headerLabels = ['pinctrl-rp1', 'pinctrl-bcm2711', 'pinctrl-bcm2835'];

export interface Chip {
  readonly name: string;
  readonly label: string;
}

/** A chip, or why there is none: a code, and a reason to follow a colon. */
export type Found<Thing> = { readonly chip: Thing } | { readonly code: string; readonly reason: string };

export interface SysfsChip extends Chip {
  /** To be added to the number of a pin. */
  readonly base: number;
}

/** The first chip that matches: the header's where `wanted` is `auto`, else by label, name or path. */
export const pickChip = <Any extends Chip>(chips: readonly Any[], wanted: string): Any | undefined => {
  const names = wanted === 'auto' ? headerLabels : [wanted, basename(wanted)];
  return names
    .map((name) => chips.find((chip) => chip.label === name || chip.name === name))
    .find((chip) => chip !== undefined);
};

/** The lines `gpiochip0 [pinctrl-rp1] (54 lines)` of gpiodetect. */
export const parseGpiodetect = (output: string): Chip[] =>
  [...output.matchAll(/^(\S+) \[(.*)\] \(\d+ lines\)$/gm)].map(([, name = '', label = '']) => ({
    name,
    label,
  }));

const noneOf = (chips: readonly Chip[], wanted: string): Found<never> => {
  const present = chips.map((chip) => `${chip.name} [${chip.label}]`).join(', ');
  const description = wanted === 'auto' ? `labelled ${headerLabels.join(', ')}` : `called ${wanted}`;
  const others = present === '' ? 'there is none at all' : `there is ${present}`;
  return { code: 'chip-not-found', reason: `no GPIO chip ${description} (${others})` };
};

/** A Pi 5 links /dev/gpiochip4, the chip's former name, to the chip; gpiodetect lists no links. */
const withoutLinks = (wanted: string): string => {
  if (!wanted.startsWith('/')) return wanted;
  try {
    return realpathSync(wanted);
  } catch {
    return wanted;
  }
};

/** The chip for the tools of libgpiod 2; `chip.name` is what they take as `--chip`. */
export const findGpiodChip = async (wanted: string): Promise<Found<Chip>> => {
  // At the same time: starting programs one after the other is what takes long before READY.
  const [version, list] = await Promise.all([
    runTool('gpiodetect', ['--version']),
    runTool('gpiodetect', []),
  ]);
  if (version.failure === 'timed-out' || list.failure === 'timed-out')
    return { code: 'tools-timed-out', reason: timeoutReason('gpiodetect') };
  if (version.failure === 'missing')
    return { code: 'tools-missing', reason: 'the gpiod tools are not installed (sudo apt install gpiod)' };
  const major = Number(/\bv(\d+)\./.exec(version.stdout)?.[1]);
  if (!(major >= 2)) {
    const found = version.stdout.split('\n')[0] ?? '';
    return { code: 'tools-too-old', reason: `the gpiod tools are too old, version 2 is needed (${found})` };
  }
  const chips = parseGpiodetect(list.stdout);
  const chip = pickChip(chips, withoutLinks(wanted));
  if (chip !== undefined) return { chip };
  if (list.stderr.includes('ermission denied'))
    return {
      code: 'chips-denied',
      reason: 'no permission for the GPIO chips (add the user to the group gpio)',
    };
  return noneOf(chips, wanted);
};

const readChip = (root: string, name: string): SysfsChip | undefined => {
  try {
    const [label = '', base] = ['label', 'base'].map((file) => readFileSync(join(root, name, file), 'utf8'));
    return { name, label: label.trim(), base: Number(base) };
  } catch {
    // Removed since it was listed, or of the layout without a base, which onoff cannot use.
    return undefined;
  }
};

/** The chip below `root`, usually `/sys/class/gpio`. Needs no privileges. */
export const findSysfsChip = (root: string, wanted: string): Found<SysfsChip> => {
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return { code: 'sysfs-missing', reason: `this kernel has no ${root}` };
  }
  const chips = names
    .filter((name) => /^gpiochip\d+$/.test(name))
    .map((name) => readChip(root, name))
    .filter((chip) => chip !== undefined);
  const chip = pickChip(chips, wanted);
  if (chip !== undefined) return { chip };
  if (chips.length === 0 && names.some((name) => /^chip\d+$/.test(name)))
    return {
      code: 'sysfs-layout-unknown',
      reason: `this kernel's ${root} has only the new layout (chip0), which onoff does not know`,
    };
  return noneOf(chips, wanted);
};
