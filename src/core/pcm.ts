// The audio format everywhere in Parley: 24 kHz, mono, signed 16-bit little-endian ("s16le").
// PCM travels as Buffers; lengths are bytes, durations milliseconds. Only this file has these numbers; child
// processes get them as arguments.

export const SAMPLE_RATE = 24_000;
export const BYTES_PER_SAMPLE = 2;
/** The amplitude 1.0, or 0 dBFS; the largest sample is one less. */
export const FULL_SCALE = 2 ** (8 * BYTES_PER_SAMPLE - 1);
export const BYTES_PER_MS = (SAMPLE_RATE * BYTES_PER_SAMPLE) / 1000;

/** The period of the sound cards: short enough not to be heard as a delay, long enough to cost little. */
export const FRAME_MS = 20;
export const FRAME_BYTES = FRAME_MS * BYTES_PER_MS;

/** Milliseconds (fractions included) that `bytes` of PCM last. */
export const msOfBytes = (bytes: number): number => bytes / BYTES_PER_MS;

/** Bytes that `ms` of PCM take, rounded down to a whole sample. */
export const bytesOfMs = (ms: number): number => Math.floor((ms * SAMPLE_RATE) / 1000) * BYTES_PER_SAMPLE;

/** `ms` of digital silence. */
export const silence = (ms: number): Buffer => Buffer.alloc(bytesOfMs(ms));

/** Joins the chunks of a byte stream, of any lengths, to whole pieces; the rest is kept for the next chunk. */
export class Framer {
  readonly #size: number;
  #rest: Buffer = Buffer.alloc(0);

  /** @param size of a piece, in bytes */
  constructor(size: number) {
    this.#size = size;
  }

  /** All whole pieces that `chunk` completes, in one Buffer, which may share memory with `chunk`. */
  join(chunk: Buffer): Buffer {
    const joined = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = joined.length - (joined.length % this.#size);
    this.#rest = joined.subarray(whole);
    return joined.subarray(0, whole);
  }

  /** The same, one Buffer per piece, in order. */
  split(chunk: Buffer): Buffer[] {
    const whole = this.join(chunk);
    return Array.from({ length: whole.length / this.#size }, (_, at) =>
      whole.subarray(at * this.#size, (at + 1) * this.#size),
    );
  }
}
