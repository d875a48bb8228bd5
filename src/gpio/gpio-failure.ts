// Why a GPIO line cannot be used: a code, its severity, and one sentence that names the line and the remedy. The
// same for both backends.

import type { Failure, Severity } from '../core/errors.ts';

interface Kind {
  readonly severity: Severity;
  /** `where` names the line, or what lacks it; `detail` is the holder, the tool or the reason. */
  sentence(where: string, detail: string): string;
}

const kinds = {
  'line-busy': {
    severity: 'temporary',
    sentence: (line, holder) => `${line} is in use by ${holder}; end that, or choose another gpio.`,
  },
  'line-denied': {
    severity: 'permanent',
    sentence: (line) =>
      `No permission for ${line}; add the user that runs Parley to the group gpio and start Parley again.`,
  },
  'line-missing': {
    severity: 'permanent',
    sentence: (line) => `There is no ${line}; choose a gpio that the chip has.`,
  },
  'line-unexported': {
    severity: 'temporary',
    sentence: (line) =>
      `${line} is missing in /sys/class/gpio; another program has unexported it, or this kernel has no sysfs GPIO.`,
  },
  'line-failed': {
    severity: 'temporary',
    sentence: (line, reason) => `${line} failed (${reason}); the program pinctrl shows its state.`,
  },
  'chip-missing': {
    severity: 'permanent',
    sentence: (chip) => `There is no GPIO chip ${chip}; gpiodetect lists the chips.`,
  },
  'tool-missing': {
    severity: 'permanent',
    sentence: (_line, tool) => `The program ${tool} is missing; install the package gpiod, version 2.`,
  },
  'tool-killed': {
    severity: 'temporary',
    sentence: (line, tool) =>
      `${line} is lost, because ${tool}; unless a user did that, "journalctl -k" may say why.`,
  },
  'tool-failed': {
    severity: 'temporary',
    sentence: (line, reason) => `${line} cannot be held (${reason}); try the same tool by hand.`,
  },
  'onoff-missing': {
    severity: 'permanent',
    sentence: (_line, reason) => `The package onoff cannot be loaded (${reason}); run: npm rebuild epoll.`,
  },
  'gpio-unavailable': {
    severity: 'permanent',
    sentence: (_line, reasons) =>
      `The GPIO pins cannot be used (${reasons}); set chip, or backend = "none" in [button] and in [light], ` +
      'and press with SIGUSR1.',
  },
} satisfies Record<string, Kind>;

export type GpioFailureCode = keyof typeof kinds;

export const gpioFailureCodes = Object.keys(kinds) as GpioFailureCode[];

export const gpioFailure = (code: GpioFailureCode, where: string, detail = ''): Failure => {
  const { severity, sentence } = kinds[code];
  return { code, severity, sentence: sentence(where, detail) };
};
