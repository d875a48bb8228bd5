// What the buttons of all backends have in common: what counts as a press, and one watch from each start to its stop.

import type { Button, ButtonListener } from '../core/ports.ts';

/**
 * Finds the presses among debounced edges: an edge down is one, and the next one only after a release. A button that
 * is held at the start has not been pressed. Make a new one when edges may have been missed.
 */
export class PressDetector {
  #armed = true;

  /** Whether this edge is a press. @param down whether the button is down, not the level of the line */
  edge(down: boolean): boolean {
    const pressed = down && this.#armed;
    this.#armed = !down;
    return pressed;
  }
}

export interface Debounced {
  /** Shorter changes do not count; 0 to 4,294,967. */
  readonly debounceMs: number;
}

/** From one start to its stop or failure. */
export interface Watch {
  /** Resolves when the line is watched, `failed` was called, or the watch was stopped. */
  run(): Promise<void>;
  /** Resolves when the line is free. */
  stop(): Promise<void>;
}

export const createWatchedButton = (createWatch: (listener: ButtonListener) => Watch): Button => {
  let current: Watch | undefined;
  let started = Promise.resolve();
  let free = Promise.resolve();
  return {
    start(listener) {
      if (current === undefined) {
        const watch = createWatch(listener);
        current = watch;
        // The previous watch may not have ended yet.
        started = free.then(() => watch.run());
      }
      return started;
    },
    stop() {
      if (current !== undefined) free = Promise.all([free, current.stop()]).then(() => undefined);
      current = undefined;
      return free;
    },
  };
};
