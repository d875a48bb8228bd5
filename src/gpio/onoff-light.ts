// A light on a pin of sysfs. sysfs cannot blink, so a timer does it, which runs only while a pattern blinks.

import type { LightPattern } from '../core/conversation.ts';
import { Unavailable } from '../core/errors.ts';
import type { Light, Log } from '../core/ports.ts';
import { lightPatterns } from './light-patterns.ts';
import { type OnoffGpio, type OnoffLine, type OnoffPackage, onoffFailure } from './onoff-line.ts';

const createLight = (pin: OnoffGpio, line: OnoffLine, log: Log): Light => {
  let shown: LightPattern = 'off';
  let timer: NodeJS.Timeout | undefined;
  let failed = false;
  let stopped = false;

  const write = (lit: boolean): void => {
    try {
      pin.writeSync(lit ? 1 : 0);
      failed = false;
    } catch (error) {
      if (failed) return;
      failed = true;
      const { code, sentence } = onoffFailure(line, error);
      log.warn({ code }, `The light failed: ${sentence}`);
    }
  };

  const blink = (stepsMs: readonly number[], step: number): void => {
    timer = setTimeout(() => {
      const next = (step + 1) % stepsMs.length;
      write(next % 2 === 0);
      blink(stepsMs, next);
    }, stepsMs[step]);
  };

  return {
    show(pattern) {
      if (stopped || pattern === shown) return;
      shown = pattern;
      clearTimeout(timer);
      const { shape } = lightPatterns[pattern];
      write(shape !== 'off');
      if (shape !== 'off' && shape !== 'on') blink(shape, 0);
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      clearTimeout(timer);
      write(false);
      try {
        pin.unexport();
      } catch (error) {
        log.debug({ error: String(error) }, 'The pin of the light was already released.');
      }
    },
  };
};

const orFailure = <Result>(line: OnoffLine, act: () => Result): Result => {
  try {
    return act();
  } catch (error) {
    throw Unavailable.of(onoffFailure(line, error));
  }
};

/** The pin as an output that is dark from the start. */
const openDark = ({ Gpio }: OnoffPackage, { base, gpio, activeLow }: OnoffLine): OnoffGpio => {
  // The direction sets the level of the line itself, whether it is active-low or not.
  const dark = activeLow ? 'high' : 'low';
  return new Gpio(base + gpio, dark, 'none', { activeLow, debounceTimeout: 0 });
};

/**
 * A dark light that holds its pin.
 * @throws Unavailable where the pin cannot be used
 */
export const createOnoffLight = (onoff: OnoffPackage, line: OnoffLine, log: Log): Light =>
  orFailure(line, () => createLight(openDark(onoff, line), line, log));

/**
 * Switches off a light that was left on, and releases the pin.
 * @throws Unavailable where the pin cannot be used
 */
export const darkenOnoffLight = (onoff: OnoffPackage, line: OnoffLine): void =>
  orFailure(line, () => openDark(onoff, line).unexport());
