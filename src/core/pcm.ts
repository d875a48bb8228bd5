// The one audio format of the house: 24 kHz, mono, signed 16-bit little-endian ("s16le").
// PCM travels as Buffers; lengths are bytes, durations milliseconds. Nothing else knows these numbers.

export const SAMPLE_RATE = 24_000;
export const BYTES_PER_SAMPLE = 2;
export const BYTES_PER_MS = (SAMPLE_RATE * BYTES_PER_SAMPLE) / 1000;

/** The period of the microphone: short enough not to be heard, long enough not to cost a processor. */
export const FRAME_MS = 20;
export const FRAME_BYTES = FRAME_MS * BYTES_PER_MS;

/** Milliseconds (fractions included) that `bytes` of PCM last. */
export const msOfBytes = (bytes: number): number => bytes / BYTES_PER_MS;

/** Bytes that `ms` of PCM take, rounded down to a whole sample. */
export const bytesOfMs = (ms: number): number => Math.floor((ms * SAMPLE_RATE) / 1000) * BYTES_PER_SAMPLE;

/** `ms` of digital silence. */
export const silence = (ms: number): Buffer => Buffer.alloc(bytesOfMs(ms));

/** Cuts a byte stream of any chunking into pieces of exactly `size` bytes; the rest waits for more. */
export class Framer {
  readonly #size: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(size: number = FRAME_BYTES) {
    this.#size = size;
  }

  /** The whole pieces that `chunk` completes, in order. They may share memory with `chunk`. */
  push(chunk: Buffer): Buffer[] {
    const joined = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = joined.length - (joined.length % this.#size);
    this.#rest = joined.subarray(whole);
    const pieces: Buffer[] = [];
    for (let at = 0; at < whole; at += this.#size) pieces.push(joined.subarray(at, at + this.#size));
    return pieces;
  }
}
