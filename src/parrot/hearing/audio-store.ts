// PCM that grows at its end and is dropped from its start. A position is the number of bytes before it in the whole
// session. One block of memory, independent of the size of the appended slices.

const FIRST_CAPACITY = 64 * 1024;

export class AudioStore {
  #memory = Buffer.alloc(0);
  #start = 0;
  #length = 0;

  /** The position of the first byte kept. */
  get start(): number {
    return this.#start;
  }

  /** The position after the last byte. */
  get end(): number {
    return this.#start + this.#length;
  }

  append(pcm: Buffer): void {
    const length = this.#length + pcm.length;
    if (length > this.#memory.length) this.#resize(2 * length);
    pcm.copy(this.#memory, this.#length);
    this.#length = length;
  }

  #resize(bytes: number): void {
    const memory = Buffer.alloc(Math.max(bytes, FIRST_CAPACITY));
    this.#memory.copy(memory, 0, 0, this.#length);
    this.#memory = memory;
  }

  /** A copy of what lies between two positions. */
  slice(from: number, to: number): Buffer {
    return Buffer.from(this.peek(from, to));
  }

  /** The same without a copy; valid until the next append or drop. */
  peek(from: number, to: number): Buffer {
    return this.#memory.subarray(Math.max(0, from - this.#start), Math.min(this.#length, to - this.#start));
  }

  /** Drops what lies before a position. */
  dropBefore(position: number): void {
    const count = Math.min(Math.max(0, position - this.#start), this.#length);
    this.#memory.copyWithin(0, count, this.#length);
    this.#start += count;
    this.#length -= count;
    // The memory of a long utterance must not stay allocated until the end of the session.
    if (this.#memory.length > FIRST_CAPACITY && this.#length < this.#memory.length / 8)
      this.#resize(2 * this.#length);
  }
}
