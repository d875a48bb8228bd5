// The network delivers a reply in bursts, a card plays it evenly. Samples are held back until enough has arrived to
// bridge the next late burst. After an underrun as much must arrive again: one pause sounds like a pause, ten
// short ones sound like a fault.

import { BYTES_PER_SAMPLE, Framer } from '../core/pcm.ts';

export class JitterBuffer {
  readonly #fillBytes: number;
  readonly #samples = new Framer(BYTES_PER_SAMPLE);
  #chunks: Buffer[] = [];
  #bytes = 0;
  #filling = true;
  #complete = false;

  constructor(fillBytes: number) {
    this.#fillBytes = fillBytes;
  }

  /** What waits here, in bytes. The caller limits it. */
  get bytes(): number {
    return this.#bytes;
  }

  push(pcm: Buffer): void {
    const whole = this.#samples.join(pcm);
    if (whole.length === 0) return;
    this.#chunks.push(whole);
    this.#bytes += whole.length;
  }

  get isComplete(): boolean {
    return this.#complete;
  }

  /** No more samples will come: nothing is held back from now on. */
  complete(): void {
    this.#complete = true;
  }

  /** What may go to the card now, in order. @param dry the card has nothing left to play */
  take(dry: boolean): Buffer[] {
    if (dry) this.#filling = true;
    if (this.#filling && !this.#complete && this.#bytes < this.#fillBytes) return [];
    const taken = this.#chunks;
    if (taken.length > 0) this.#filling = false;
    this.#chunks = [];
    this.#bytes = 0;
    return taken;
  }
}
