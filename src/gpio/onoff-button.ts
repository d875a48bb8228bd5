// A button on a pin of sysfs, watched by the package onoff. onoff reads the pin in its own callbacks, where a pin
// that is missing, or closed during the debounce, would throw out of the event loop and end the process: Parley
// replaces that read by one that does not throw.

import type { Button, ButtonListener, Log } from '../core/ports.ts';
import { type OnoffGpio, type OnoffLine, type OnoffPackage, onoffFailure } from './onoff-line.ts';
import { createWatchedButton, PressDetector, type Watch } from './watched-button.ts';

export interface OnoffButtonOptions extends OnoffLine {
  /** An edge counts when no other follows for so long. */
  readonly debounceMs: number;
}

class OnoffWatch implements Watch {
  readonly #onoff: OnoffPackage;
  readonly #options: OnoffButtonOptions;
  readonly #listener: ButtonListener;
  readonly #log: Log;
  readonly #presses = new PressDetector();
  #gpio: OnoffGpio | undefined;
  #ended = false;
  #failing: Promise<void> | undefined;

  constructor(onoff: OnoffPackage, options: OnoffButtonOptions, listener: ButtonListener, log: Log) {
    this.#onoff = onoff;
    this.#options = options;
    this.#listener = listener;
    this.#log = log;
  }

  async run(): Promise<void> {
    if (this.#ended) return;
    const { base, gpio, activeLow, debounceMs } = this.#options;
    try {
      const pin = new this.#onoff.Gpio(base + gpio, 'in', 'both', { activeLow, debounceTimeout: debounceMs });
      this.#gpio = pin;
      const read = pin.readSync.bind(pin);
      pin.readSync = () => this.#read(read);
      pin.watch((error, value) => this.#changed(error, value));
    } catch (error) {
      this.#fail(error);
    }
    await this.#failing;
  }

  async stop(): Promise<void> {
    this.#ended = true;
    const pin = this.#gpio;
    this.#gpio = undefined;
    try {
      pin?.unexport();
    } catch (error) {
      this.#log.debug({ error: String(error) }, 'The pin of the button was already released.');
    }
  }

  #read(read: () => 0 | 1): 0 | 1 {
    if (this.#ended) return 0;
    try {
      return read();
    } catch (error) {
      this.#fail(error);
      return 0;
    }
  }

  #changed(error: Error | null | undefined, value: 0 | 1): void {
    if (this.#ended) return;
    if (error) this.#fail(error);
    else if (this.#presses.edge(value === 1)) this.#listener.pressed();
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    // Not during `start`, and not before onoff's own callback has returned.
    this.#failing ??= new Promise((resolve) => {
      setImmediate(() => {
        if (!this.#ended) {
          void this.stop();
          this.#listener.failed(onoffFailure(this.#options, error));
        }
        resolve();
      });
    });
  }
}

/** A button that must be started; a pin that cannot be had is told by `failed`. */
export const createOnoffButton = (onoff: OnoffPackage, options: OnoffButtonOptions, log: Log): Button =>
  createWatchedButton((listener) => new OnoffWatch(onoff, options, listener, log));
