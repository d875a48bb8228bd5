// How long to wait before a child that has ended is started again: longer each time, so that a child that cannot
// run is not started in a busy loop, and short again after one that has run for a while.

const FIRST_MS = 100;
const MAX_MS = 10_000;
/** A child that ran this long had worked: its end is the first of a new series. */
const HEALTHY_MS = 10_000;

export class RestartDelay {
  #earlyEnds = 0;

  /** How long to wait after a child that ran for `livedMs`, and how many in a row have ended early, with this one. */
  next(livedMs: number): { readonly pauseMs: number; readonly earlyEnds: number } {
    this.#earlyEnds = livedMs < HEALTHY_MS ? this.#earlyEnds + 1 : 1;
    const pauseMs = Math.min(FIRST_MS * 2 ** (this.#earlyEnds - 1), MAX_MS);
    return { pauseMs, earlyEnds: this.#earlyEnds };
  }
}
