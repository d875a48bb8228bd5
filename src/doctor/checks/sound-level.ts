// Measures a recording: level, DC offset, clipping, and the level of one frequency. Pure; PCM is 24 kHz mono
// s16le. Levels are dBFS: 0 is the maximum of 16 bits, and silence is -Infinity.

import { BYTES_PER_SAMPLE, bytesOfMs, FULL_SCALE, SAMPLE_RATE } from '../../core/pcm.ts';

export interface Level {
  /** Of the loudest sample, in dBFS. */
  readonly peak: number;
  /** Of all samples, without their mean, in dBFS. */
  readonly rms: number;
  /** The mean, as a share of full scale, -1 to 1; far from 0 on a defective card. */
  readonly offset: number;
  /** The share of samples at the limit, 0 to 1. */
  readonly clipped: number;
}

const decibels = (share: number): number => 20 * Math.log10(share);

const samplesOf = (pcm: Buffer): number[] =>
  Array.from({ length: Math.floor(pcm.length / BYTES_PER_SAMPLE) }, (_, at) =>
    pcm.readInt16LE(at * BYTES_PER_SAMPLE),
  );

export const levelOf = (pcm: Buffer): Level => {
  const samples = samplesOf(pcm);
  const count = Math.max(1, samples.length);
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / count;
  const square = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / count;
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const atLimit = samples.filter((sample) => Math.abs(sample) >= FULL_SCALE - 1).length;
  return {
    peak: decibels(peak / FULL_SCALE),
    rms: decibels(Math.sqrt(square) / FULL_SCALE),
    offset: mean / FULL_SCALE,
    clipped: atLimit / count,
  };
};

/** The level of one frequency in dBFS, by Goertzel's filter. */
export const toneLevel = (pcm: Buffer, hertz: number): number => {
  const samples = samplesOf(pcm);
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / SAMPLE_RATE);
  let previous = 0;
  let last = 0;
  for (const sample of samples) [previous, last] = [last, sample / FULL_SCALE + turn * last - previous];
  const power = previous * previous + last * last - turn * previous * last;
  // A sine has half of its amplitude at its positive frequency, the other half at the negative one.
  return decibels((2 * Math.sqrt(Math.max(0, power))) / Math.max(1, samples.length));
};

const WINDOW_MS = 40;

/** The level of a frequency in each 40 ms, in dBFS. */
const toneLevels = (pcm: Buffer, hertz: number): number[] => {
  const step = bytesOfMs(WINDOW_MS);
  return Array.from({ length: Math.floor(pcm.length / step) }, (_, at) =>
    toneLevel(pcm.subarray(at * step, (at + 1) * step), hertz),
  );
};

/** The highest level of a frequency in any 40 ms, in dBFS. */
export const loudestTone = (pcm: Buffer, hertz: number): number => Math.max(...toneLevels(pcm, hertz));

/** The median level of a frequency, in dBFS: a single noise does not count. */
export const medianTone = (pcm: Buffer, hertz: number): number => {
  const levels = toneLevels(pcm, hertz).sort((one, other) => one - other);
  return levels[Math.floor(levels.length / 2)] ?? Number.NEGATIVE_INFINITY;
};

/** PCM of a sine, faded in and out so that it does not click. `level` is its peak in dBFS. */
export const tone = (ms: number, hertz: number, level: number): Buffer => {
  const pcm = Buffer.alloc(bytesOfMs(ms));
  const count = pcm.length / BYTES_PER_SAMPLE;
  const fade = Math.min(count / 2, SAMPLE_RATE / 20);
  const height = FULL_SCALE * 10 ** (level / 20);
  for (let at = 0; at < count; at += 1) {
    const envelope = Math.min(1, at / fade, (count - 1 - at) / fade);
    const sample = Math.sin((2 * Math.PI * hertz * at) / SAMPLE_RATE) * height * Math.max(0, envelope);
    pcm.writeInt16LE(Math.round(sample), at * BYTES_PER_SAMPLE);
  }
  return pcm;
};
