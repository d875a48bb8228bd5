// The network delivers a reply in lumps, a card eats it evenly. Nothing is let through until enough has
// arrived to bridge the next late lump; a card that ran dry all the same waits until as much has
// arrived again, for one pause is heard as a pause and ten short ones as a fault.

import { WholeSamples } from './wav/whole-samples.ts';

export class JitterBuffer {
  readonly #fillBytes: number;
  readonly #samples = new WholeSamples();
  #chunks: Buffer[] = [];
  #bytes = 0;
  #filling = true;
  #complete = false;

  constructor(fillBytes: number) {
    this.#fillBytes = fillBytes;
  }

  /** What waits here, in bytes. Whoever pushes sees to the limit. */
  get bytes(): number {
    return this.#bytes;
  }

  push(pcm: Buffer): void {
    const whole = this.#samples.push(pcm);
    if (whole.length === 0) return;
    this.#chunks.push(whole);
    this.#bytes += whole.length;
  }

  /** Nothing more will come, so nothing is worth waiting for. */
  complete(): void {
    this.#complete = true;
  }

  /** What may go to the card now, in order; `dry` says that the card has nothing left to play. */
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
