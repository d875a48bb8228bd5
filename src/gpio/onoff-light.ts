// A light on a pin of sysfs. sysfs cannot blink, so a timer does it, which runs only while a pattern blinks.

import type { LightPattern } from '../core/conversation.ts';
import { FailureError } from '../core/errors.ts';
import type { Light, Log } from '../core/ports.ts';
import { lightPatterns } from './light-patterns.ts';
import { type OnoffGpio, type OnoffLine, type OnoffPackage, onoffFailure } from './onoff-line.ts';

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
      this.#log.debug({ error: String(error) }, 'The pin of the light was already released.');
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
      const { code, sentence } = onoffFailure(this.#line, error);
      this.#log.warn({ failure: code }, `The light failed: ${sentence}`);
    }
  }
}

const orFailure = <Result>(line: OnoffLine, act: () => Result): Result => {
  try {
    return act();
  } catch (error) {
    throw new FailureError(onoffFailure(line, error));
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
 * @throws FailureError where the pin cannot be used
 */
export const createOnoffLight = (onoff: OnoffPackage, line: OnoffLine, log: Log): Light =>
  orFailure(line, () => new OnoffLight(openDark(onoff, line), line, log));

/**
 * Switches off a light that was left on, and releases the pin.
 * @throws FailureError where the pin cannot be used
 */
export const darkenOnoffLight = (onoff: OnoffPackage, line: OnoffLine): void =>
  orFailure(line, () => openDark(onoff, line).unexport());
