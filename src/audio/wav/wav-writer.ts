// Writes 24 kHz mono s16le into a WAV file in parts; the file is valid after each `settle`. Synchronous, because a
// sample that was heard must not be lost when Parley ends.

import { closeSync, openSync, writeSync } from 'node:fs';
import { errorCode, errorMessage, Unavailable } from '../../core/errors.ts';
import { BYTES_PER_SAMPLE, SAMPLE_RATE } from '../../core/pcm.ts';
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

export class WavWriter {
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
    if (this.#descriptor !== undefined) return;
    this.#attempt(() => {
      this.#descriptor = openSync(this.#file, this.#created ? 'r+' : 'w');
      this.#created = true;
      this.#writeHeader();
    });
  }

  append(pcm: Buffer): void {
    if (this.#dataBytes + pcm.length > MAX_DATA_BYTES) {
      throw new Unavailable('wav-full', `${this.#file} is full: a WAV file holds 4 GB; choose another file.`);
    }
    this.#attempt(() => this.#write(pcm, HEADER_BYTES + this.#dataBytes));
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
    this.#write(wavHeader(format, this.#dataBytes), 0);
  }

  #write(bytes: Buffer, position: number): void {
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

/** Writes `pcm` as a whole file, which replaces what it held. @throws Unavailable: wav-unwritable, wav-full */
export const writeWav = (file: string, pcm: Buffer): void => {
  const writer = new WavWriter(file);
  writer.open();
  writer.append(pcm);
  writer.close();
};
