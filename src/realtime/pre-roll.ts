// What is said before the session is ready, kept in order. Bounded: the oldest frame is dropped first.

import { bytesOfMs } from '../core/pcm.ts';

export class PreRoll {
  readonly #maxBytes: number;
  #frames: Buffer[] = [];
  #bytes = 0;

  constructor(maxMs: number) {
    this.#maxBytes = bytesOfMs(maxMs);
  }

  /** @returns false where older frames were dropped for this one */
  keep(frame: Buffer): boolean {
    this.#frames.push(frame);
    this.#bytes += frame.length;
    let whole = true;
    while (this.#bytes > this.#maxBytes) {
      this.#bytes -= this.#frames.shift()?.length ?? this.#bytes;
      whole = false;
    }
    return whole;
  }

  /** All frames, oldest first; none is kept after it. */
  drain(): Buffer[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#bytes = 0;
    return frames;
  }
}
