// A button on a pin of sysfs, watched by the package onoff. onoff reads the pin in its own callbacks, where a pin
// that is missing, or closed during the debounce, would throw out of the event loop and end the process: Parley
// replaces that read by one that does not throw.

import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Button, ButtonListener, Log } from '../core/ports.ts';
import { type OnoffGpio, type OnoffLine, type OnoffPackage, onoffFailure } from './onoff-line.ts';
import { createWatchedButton, type Debounced, PressDetector, type Watch } from './watched-button.ts';

type OnoffButtonOptions = OnoffLine & Debounced;

/** A button that must be started; a pin that cannot be opened is reported by `failed`. */
export const createOnoffButton = (onoff: OnoffPackage, options: OnoffButtonOptions, log: Log): Button =>
  createWatchedButton((listener) => createWatch(onoff, options, log, listener));

const createWatch = (
  { Gpio }: OnoffPackage,
  options: OnoffButtonOptions,
  log: Log,
  listener: ButtonListener,
): Watch => {
  const presses = new PressDetector();
  let pin: OnoffGpio | undefined;
  let ended = false;
  let failing: Promise<void> | undefined;

  const end = (): void => {
    ended = true;
    try {
      pin?.unexport();
    } catch (error) {
      log.debug({ error: String(error) }, 'The pin of the button was already released.');
    }
    pin = undefined;
  };

  const fail = (error: unknown): void => {
    // Not during `start`, and not before onoff's own callback has returned.
    failing ??= eventLoopTurn().then(() => {
      if (ended) return;
      end();
      listener.failed(onoffFailure(options, error));
    });
  };

  const readOrFail = (read: () => 0 | 1): 0 | 1 => {
    if (ended) return 0;
    try {
      return read();
    } catch (error) {
      fail(error);
      return 0;
    }
  };

  return {
    async run() {
      if (ended) return;
      const { base, gpio, activeLow, debounceMs } = options;
      try {
        pin = new Gpio(base + gpio, 'in', 'both', { activeLow, debounceTimeout: debounceMs });
        const read = pin.readSync.bind(pin);
        pin.readSync = () => readOrFail(read);
        pin.watch((error, value) => {
          if (ended) return;
          if (error) fail(error);
          else if (presses.edge(value === 1)) listener.pressed();
        });
      } catch (error) {
        fail(error);
      }
      await failing;
    },
    async stop() {
      end();
    },
  };
};
