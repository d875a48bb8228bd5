// A signal in which every sample has its number, and the samples of a recording.

import { BYTES_PER_SAMPLE } from '../../src/core/pcm.ts';

const HIGHEST = 30_000;

/** Counts 1, 2, 3 ... 30000, 1 ...: a lost, doubled or reordered sample shows. Never silent. */
export const ramp = (count: number, first = 1): Buffer => {
  const pcm = Buffer.alloc(count * BYTES_PER_SAMPLE);
  for (let at = 0; at < count; at += 1) {
    pcm.writeInt16LE(((first - 1 + at) % HIGHEST) + 1, at * BYTES_PER_SAMPLE);
  }
  return pcm;
};

/** A copy; half a sample at the end is left out. */
export const samplesOf = (pcm: Buffer): Int16Array => {
  const samples = new Int16Array(Math.floor(pcm.length / BYTES_PER_SAMPLE));
  Buffer.from(samples.buffer).set(pcm.subarray(0, samples.byteLength));
  return samples;
};

/** The samples that are not silence. */
export const soundOf = (pcm: Buffer): number[] => [...samplesOf(pcm)].filter((sample) => sample !== 0);

/** `pcm` in pieces of `size` bytes. */
export const piecesOf = (pcm: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(pcm.length / size) }, (_, at) => pcm.subarray(at * size, (at + 1) * size));
