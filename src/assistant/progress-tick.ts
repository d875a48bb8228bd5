// Silence while something is being done sounds like a fault: after a while a soft tick says that it goes on.

import type { Clock } from '../core/ports.ts';

const betweenTicksMs = 1500;

export class ProgressTick {
  readonly #clock: Clock;
  readonly #afterMs: number | undefined;
  readonly #tick: () => void;
  #cancel: (() => void) | undefined;

  /** @param afterMs undefined: never */
  constructor(clock: Clock, afterMs: number | undefined, tick: () => void) {
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#tick = tick;
  }

  /** From now on, unless it has begun. */
  begin(): void {
    if (this.#cancel === undefined && this.#afterMs !== undefined) this.#next(this.#afterMs);
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #next(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#next(betweenTicksMs);
      this.#tick();
    });
  }
}
