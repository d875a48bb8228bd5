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

/** From one start to its stop or failure. */
export interface Watch {
  /** Resolves when the line is watched, the listener knows why not, or the watch was stopped. */
  run(): Promise<void>;
  /** Resolves when the line is free. */
  stop(): Promise<void>;
}

export class WatchedButton implements Button {
  readonly #createWatch: (listener: ButtonListener) => Watch;
  #watch: Watch | undefined;
  #started = Promise.resolve();
  #free = Promise.resolve();

  constructor(createWatch: (listener: ButtonListener) => Watch) {
    this.#createWatch = createWatch;
  }

  start(listener: ButtonListener): Promise<void> {
    if (this.#watch === undefined) {
      const watch = this.#createWatch(listener);
      this.#watch = watch;
      // The previous watch may not have ended yet.
      this.#started = this.#free.then(() => watch.run());
    }
    return this.#started;
  }

  stop(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    if (watch !== undefined) this.#free = Promise.all([this.#free, watch.stop()]).then(() => undefined);
    return this.#free;
  }
}
