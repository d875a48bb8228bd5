// Estimates what a card has played, from what it was given and the time that has passed: a card plays in real time
// and without a pause as long as it has samples. The programs do not report what was heard; jitter buffer,
// truncation and deadlines use this estimate.

import { bytesOfMs, msOfBytes } from '../core/pcm.ts';
import type { Clock } from '../core/ports.ts';

export class PlayoutClock {
  readonly #clock: Clock;
  #handedBytes = 0;
  #open: boolean;
  /** When the last given sample will have been heard. */
  #drainsAtMs = Number.NEGATIVE_INFINITY;

  /** A card that is not `open` yet plays nothing until it is. */
  constructor(clock: Clock, open = true) {
    this.#clock = clock;
    this.#open = open;
  }

  get open(): boolean {
    return this.#open;
  }

  /** The card plays from now on. */
  opened(): void {
    if (this.#open) return;
    this.#drainsAtMs = this.#clock.now() + this.remainingMs;
    this.#open = true;
  }

  /** Samples were given to the card; after an underrun they are heard from now on. */
  hand(bytes: number): void {
    this.#handedBytes += bytes;
    this.#drainsAtMs = Math.max(this.#clock.now(), this.#drainsAtMs) + msOfBytes(bytes);
  }

  /** Milliseconds until the card has nothing left, if it opened now. */
  get remainingMs(): number {
    if (!this.#open) return msOfBytes(this.#handedBytes);
    return Math.max(0, this.#drainsAtMs - this.#clock.now());
  }

  /** The card has nothing to play: nothing yet, or nothing more. */
  get dry(): boolean {
    return this.remainingMs === 0;
  }

  /** Bytes heard so far, whole samples; the gaps of underruns do not count. */
  get heardBytes(): number {
    return Math.max(0, this.#handedBytes - bytesOfMs(this.remainingMs));
  }
}
