// A soft tick while calls run: silence would sound like a fault.

import type { Clock } from '../core/ports.ts';

const TICK_INTERVAL_MS = 1500;

export class ProgressTick {
  readonly #clock: Clock;
  readonly #afterMs: number | undefined;
  readonly #tick: () => void;
  #cancel: (() => void) | undefined;

  /** @param afterMs from the start to the first tick; undefined: no tick at all */
  constructor(clock: Clock, afterMs: number | undefined, tick: () => void) {
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#tick = tick;
  }

  /** Does nothing where it has started. */
  start(): void {
    if (this.#cancel === undefined && this.#afterMs !== undefined) this.#next(this.#afterMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #next(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#next(TICK_INTERVAL_MS);
      this.#tick();
    });
  }
}
