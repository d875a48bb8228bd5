// A loudspeaker for machines without a sound card: it writes what would have been heard to a WAV file (24 kHz mono
// s16le), one reply after the other without the pauses between them, in real time. The file is valid after each reply
// and stop. Written synchronously, because a sample that was heard must not be lost when Parley ends.

import { closeSync, openSync, writeSync } from 'node:fs';
import { errorCode, errorMessage, Unavailable } from '../../core/errors.ts';
import { BYTES_PER_SAMPLE, SAMPLE_RATE } from '../../core/pcm.ts';
import type { Loudspeaker } from '../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';
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

const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'its folder does not exist: make it first'],
  ['ENOTDIR', 'its folder is a file: choose another name'],
  ['EISDIR', 'it is a folder: add the name of a file'],
  ['EACCES', 'no permission: choose a folder that you may write to'],
  ['EROFS', 'the disk can only be read: choose another'],
  ['ENOSPC', 'the disk is full: make room on it'],
]);

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
   * @throws Unavailable: wav-unwritable
   */
  check(): void {
    this.#attempt(() => closeSync(openSync(this.#file, 'a')));
  }

  /**
   * The first time it replaces what the file held; after a `close` it continues the file.
   * @throws Unavailable: wav-unwritable, as all other methods
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
      const code = errorCode(error);
      const removed = code === 'ENOENT' && this.#created;
      const reason = removed
        ? 'it was removed meanwhile: start again'
        : (reasons.get(code) ?? errorMessage(error));
      throw new Unavailable('wav-unwritable', `${this.#file} cannot be written: ${reason}.`);
    }
  }
}

/**
 * @param file replaced at the first start; later starts add to it
 * @param maxQueueMs how much may wait to be played; default: ten minutes
 */
export const createWavLoudspeaker = (file: string, clock = systemClock, maxQueueMs = 600_000): Loudspeaker =>
  new PacedLoudspeaker({ name: file, sink: new WavWriter(file), maxQueueMs, clock });
