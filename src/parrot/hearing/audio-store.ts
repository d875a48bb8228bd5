// A growing stretch of PCM, addressed by how many bytes came before it in the whole session. It can only
// forget its beginning. One piece of memory however finely the audio was sliced.

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

  /** The same without a copy; good until the next append or drop. */
  peek(from: number, to: number): Buffer {
    return this.#memory.subarray(Math.max(0, from - this.#start), Math.min(this.#length, to - this.#start));
  }

  /** Forgets what lies before a position. */
  dropBefore(position: number): void {
    const count = Math.min(Math.max(0, position - this.#start), this.#length);
    this.#memory.copyWithin(0, count, this.#length);
    this.#start += count;
    this.#length -= count;
    // A long utterance must not be paid for until the end of the session.
    if (this.#memory.length > FIRST_CAPACITY && this.#length < this.#memory.length / 8)
      this.#resize(2 * this.#length);
  }
}
