// Chunks of a reply come in any length; a card takes whole samples. A byte that was cut off waits here
// for the other half of its sample, and is dropped with the reply that never brought it.

import { BYTES_PER_SAMPLE } from '../../core/pcm.ts';

export class WholeSamples {
  #rest: Buffer = Buffer.alloc(0);

  /** The whole samples that `chunk` completes; they may share memory with `chunk`. */
  push(chunk: Buffer): Buffer {
    const joined = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = joined.length - (joined.length % BYTES_PER_SAMPLE);
    this.#rest = joined.subarray(whole);
    return joined.subarray(0, whole);
  }
}
