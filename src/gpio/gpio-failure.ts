// Why a GPIO line cannot be used: a code, its severity, and one sentence that names the line and the remedy. The
// same for both backends.

import type { Failure } from '../core/errors.ts';
import { type FailureKind, permanent, temporary } from '../core/failure-kinds.ts';

/** `where` names the line, or what lacks it; `detail` is the holder, the tool or the reason. */
const kinds = {
  'line-busy': temporary(
    (line, holder) => `${line} is in use by ${holder}; end that, or choose another gpio.`,
  ),
  'line-denied': permanent(
    (line) =>
      `No permission for ${line}; add the user that runs Parley to the group gpio and start Parley again.`,
  ),
  'line-missing': permanent((line) => `There is no ${line}; choose a gpio that the chip has.`),
  'line-unexported': temporary(
    (line) =>
      `${line} is missing in /sys/class/gpio; another program has unexported it, or this kernel has no sysfs GPIO.`,
  ),
  'line-failed': temporary(
    (line, reason) => `${line} failed (${reason}); the program pinctrl shows its state.`,
  ),
  'chip-missing': permanent((chip) => `There is no GPIO chip ${chip}; gpiodetect lists the chips.`),
  'tool-missing': permanent(
    (_line, tool) => `The program ${tool} is missing; install the package gpiod, version 2.`,
  ),
  'tool-killed': temporary(
    (line, tool) => `${line} is lost, because ${tool}; unless a user did that, "journalctl -k" may say why.`,
  ),
  'tool-restarted': temporary((line, tool) => `${tool} has ended, and is started again for ${line}.`),
  'tool-failed': temporary(
    (line, reason) => `${line} cannot be held (${reason}); try the same tool by hand.`,
  ),
  'onoff-missing': permanent(
    (_line, reason) => `The package onoff cannot be loaded (${reason}); run: npm rebuild epoll.`,
  ),
  'gpio-unavailable': permanent(
    (_line, reasons) =>
      `The GPIO pins cannot be used (${reasons}); set chip, or backend = "none" in [button] and in [light], ` +
      'and press with SIGUSR1.',
  ),
} satisfies Record<string, FailureKind<[where: string, detail: string]>>;

export type GpioFailureCode = keyof typeof kinds;

export const gpioFailureCodes = Object.keys(kinds) as GpioFailureCode[];

export const gpioFailure = (code: GpioFailureCode, where: string, detail = ''): Failure => {
  const { severity, sentence } = kinds[code];
  return { code, severity, sentence: sentence(where, detail) };
};
