// What is said before the service can hear it, kept in order. Bounded: the oldest goes first.

import { bytesOfMs } from '../core/pcm.ts';

export class PreRoll {
  readonly #mostBytes: number;
  #frames: Buffer[] = [];
  #bytes = 0;

  constructor(mostMs: number) {
    this.#mostBytes = bytesOfMs(mostMs);
  }

  /** @returns false where older frames had to go for this one */
  keep(frame: Buffer): boolean {
    this.#frames.push(frame);
    this.#bytes += frame.length;
    let whole = true;
    while (this.#bytes > this.#mostBytes) {
      this.#bytes -= this.#frames.shift()?.length ?? this.#bytes;
      whole = false;
    }
    return whole;
  }

  /** Everything kept, oldest first; nothing is kept after it. */
  drain(): Buffer[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#bytes = 0;
    return frames;
  }
}
