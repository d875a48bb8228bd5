// How long to wait before a child that died is started again: longer each time, so that a child that
// cannot live never becomes a busy loop, and short again after one that lived well.

const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/** A child that lived this long was healthy; its death is a new story. */
const HEALTHY_MS = 10_000;

export class RestartDelay {
  #deaths = 0;

  /** Milliseconds to wait after a child that lived for `livedMs`. */
  next(livedMs: number): number {
    this.#deaths = livedMs < HEALTHY_MS ? this.#deaths + 1 : 1;
    return Math.min(FIRST_MS * 2 ** (this.#deaths - 1), LONGEST_MS);
  }

  /** Early deaths in a row, the one of the last `next` included. */
  get deaths(): number {
    return this.#deaths;
  }
}
