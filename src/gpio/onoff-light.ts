// A light on a pin of sysfs. sysfs cannot blink, so the process does: a timer runs only while a pattern
// blinks, and none while it is dark or solid.

import type { LightPattern } from '../core/conversation.ts';
import type { Light, Log } from '../core/ports.ts';
import { lightPatterns } from './light-patterns.ts';
import { explainOnoff, type OnoffGpio, type OnoffLine, type OnoffPackage } from './onoff-line.ts';

class OnoffLight implements Light {
  readonly #gpio: OnoffGpio;
  readonly #line: OnoffLine;
  readonly #log: Log;
  #shown: LightPattern = 'off';
  #timer: NodeJS.Timeout | undefined;
  #failed = false;
  #stopped = false;

  constructor(gpio: OnoffGpio, line: OnoffLine, log: Log) {
    this.#gpio = gpio;
    this.#line = line;
    this.#log = log;
  }

  show(pattern: LightPattern): void {
    if (this.#stopped || pattern === this.#shown) return;
    this.#shown = pattern;
    clearTimeout(this.#timer);
    const shape = lightPatterns[pattern];
    this.#write(shape !== 'off');
    if (shape !== 'off' && shape !== 'on') this.#blink(shape, 0);
  }

  stop(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#write(false);
    try {
      this.#gpio.unexport();
    } catch (error) {
      this.#log.debug({ error: String(error) }, 'The pin of the light was already gone.');
    }
    return Promise.resolve();
  }

  #blink(stepsMs: readonly number[], step: number): void {
    this.#timer = setTimeout(() => {
      const next = (step + 1) % stepsMs.length;
      this.#write(next % 2 === 0);
      this.#blink(stepsMs, next);
    }, stepsMs[step]);
  }

  #write(lit: boolean): void {
    try {
      this.#gpio.writeSync(lit ? 1 : 0);
      this.#failed = false;
    } catch (error) {
      if (this.#failed) return;
      this.#failed = true;
      this.#log.warn({}, `The light failed: ${explainOnoff(this.#line, error)}`);
    }
  }
}

/** The pin as an output that is dark from its first moment. */
const openDark = ({ Gpio }: OnoffPackage, { base, gpio, activeLow }: OnoffLine): OnoffGpio => {
  // The direction sets the level of the line itself, whatever active-low says.
  const dark = activeLow ? 'high' : 'low';
  return new Gpio(base + gpio, dark, 'none', { activeLow, debounceTimeout: 0 });
};

/**
 * A dark light whose pin is ours.
 * @throws Error with one sentence where the pin cannot be had
 */
export const createOnoffLight = (onoff: OnoffPackage, line: OnoffLine, log: Log): Light => {
  try {
    return new OnoffLight(openDark(onoff, line), line, log);
  } catch (error) {
    throw new Error(explainOnoff(line, error));
  }
};

/**
 * Switches off what somebody left on, and gives the pin back.
 * @throws Error with one sentence where the pin cannot be had
 */
export const darkenOnoffLight = (onoff: OnoffPackage, line: OnoffLine): void => {
  try {
    openDark(onoff, line).unexport();
  } catch (error) {
    throw new Error(explainOnoff(line, error));
  }
};
