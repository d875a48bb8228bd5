// A loudspeaker for machines without a sound card: it writes what would have been heard to a WAV file (24 kHz mono
// s16le), one reply after the other without the pauses between them, in real time. The file is valid after each reply
// and stop. Written synchronously, because a sample that was heard must not be lost when Parley ends.

import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { errorCode, Unavailable } from '../../core/errors.ts';
import { BYTES_PER_SAMPLE, SAMPLE_RATE } from '../../core/pcm.ts';
import type { Loudspeaker } from '../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';
import { writeFailure } from '../../system/text-file.ts';
import { PacedLoudspeaker, type PlayoutSink } from '../paced-loudspeaker.ts';
import { wavHeader } from './wav-header.ts';

const format = {
  encoding: 1,
  channels: 1,
  rate: SAMPLE_RATE,
  bits: BYTES_PER_SAMPLE * 8,
  blockBytes: BYTES_PER_SAMPLE,
};
const HEADER_BYTES = wavHeader(format, 0).length;
/** The header has 32 bits for the length of what follows the first eight bytes. */
const MAX_DATA_BYTES = 0xffff_ffff - HEADER_BYTES;

export class WavWriter implements PlayoutSink {
  readonly #file: string;
  #descriptor: number | undefined;
  #dataBytes = 0;
  #created = false;

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Checks that the file can be written, without changing it.
   * @throws Unavailable: file-not-writable, wav-not-a-file
   */
  check(): void {
    // Opening a pipe waits for its reader.
    if (statSync(this.#file, { throwIfNoEntry: false })?.isFIFO())
      throw new Unavailable('wav-not-a-file', `${this.#file} is a pipe: name a file for the reply.`);
    this.#attempt(() => closeSync(openSync(this.#file, 'a')));
  }

  /**
   * The first time it replaces what the file held; after a `close` it continues the file.
   * @throws Unavailable: file-not-writable, wav-removed, as all other methods
   */
  open(): void {
    this.#attempt(() => {
      this.#descriptor = openSync(this.#file, this.#created ? 'r+' : 'w');
      this.#created = true;
      this.#writeHeader();
    });
  }

  write(pcm: Buffer): void {
    if (this.#dataBytes + pcm.length > MAX_DATA_BYTES) {
      throw new Unavailable('wav-full', `${this.#file} is full: a WAV file holds 4 GB; choose another file.`);
    }
    this.#attempt(() => this.#writeAt(HEADER_BYTES + this.#dataBytes, pcm));
    this.#dataBytes += pcm.length;
  }

  /** Writes the length into the header. */
  settle(): void {
    this.#attempt(() => this.#writeHeader());
  }

  close(): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    this.#attempt(() => {
      try {
        this.#writeHeader();
      } finally {
        this.#descriptor = undefined;
        closeSync(descriptor);
      }
    });
  }

  #writeHeader(): void {
    this.#writeAt(0, wavHeader(format, this.#dataBytes));
  }

  #writeAt(position: number, bytes: Buffer): void {
    if (this.#descriptor === undefined) return;
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, position + written);
    }
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && this.#created)
        throw new Unavailable('wav-removed', `${this.#file} was removed meanwhile: start again.`);
      throw writeFailure(this.#file, error);
    }
  }
}

/**
 * @param file replaced at the first start; later starts add to it
 * @param maxQueueMs how much may wait to be played; default: ten minutes
 */
export const createWavLoudspeaker = (file: string, clock = systemClock, maxQueueMs = 600_000): Loudspeaker =>
  new PacedLoudspeaker({ name: file, sink: new WavWriter(file), maxQueueMs, clock });
