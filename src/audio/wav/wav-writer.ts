// Writes 24 kHz mono s16le into a WAV file bit by bit; the file is a valid one after each `settle`.
// Synchronous, because a sample that was heard must not be lost when Parley ends.

import { closeSync, openSync, writeSync } from 'node:fs';
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
/** The header has 32 bits for the length of everything after the first eight bytes. */
const MOST_DATA_BYTES = 0xffff_ffff - HEADER_BYTES;

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
   * Whether it can be written, without changing what it holds.
   * @throws Error whose message is a sentence
   */
  check(): void {
    this.#attempt(() => closeSync(openSync(this.#file, 'a')));
  }

  /**
   * The first time what the file held is replaced; after a `close` it is continued.
   * @throws Error, as all others here, whose message is a sentence
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
    if (this.#dataBytes + pcm.length > MOST_DATA_BYTES) {
      throw new Error(`${this.#file} is full: a WAV file holds 4 GB; choose another file.`);
    }
    this.#attempt(() => this.#write(pcm, HEADER_BYTES + this.#dataBytes));
    this.#dataBytes += pcm.length;
  }

  /** Makes the header true. */
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
      const { code, message } = error as NodeJS.ErrnoException;
      const removed = code === 'ENOENT' && this.#created;
      const reason = removed ? 'somebody removed it meanwhile: start again' : (reasons.get(code) ?? message);
      throw new Error(`${this.#file} cannot be written: ${reason}.`, { cause: error });
    }
  }
}

/** Writes `pcm` as a whole file, in place of what it held. */
export const writeWav = (file: string, pcm: Buffer): void => {
  const writer = new WavWriter(file);
  writer.open();
  writer.append(pcm);
  writer.close();
};
