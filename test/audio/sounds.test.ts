import { expect, it } from 'vitest';
import { ringSound, tickSound } from '../../src/audio/sounds.ts';
import { BYTES_PER_SAMPLE, msOfBytes } from '../../src/core/pcm.ts';

const samplesOf = (pcm: Buffer): number[] =>
  Array.from({ length: pcm.length / BYTES_PER_SAMPLE }, (_, index) =>
    pcm.readInt16LE(index * BYTES_PER_SAMPLE),
  );
const peakDbfs = (samples: readonly number[]): number =>
  20 * Math.log10(Math.max(...samples.map(Math.abs)) / 32_768);
/** The largest jump between neighbours: a click would be far above what the notes themselves do. */
const steepest = (samples: readonly number[]): number =>
  Math.max(...samples.map((sample, index) => Math.abs(sample - (samples[index - 1] ?? 0))));

it.each([
  ['the ring', ringSound, 2000, -9],
  ['the tick', tickSound, 40, -30],
])('%s is as long and as loud as it should be, and does not click', (_, sound, lengthMs, dbfs) => {
  const pcm = sound();
  const samples = samplesOf(pcm);
  const peak = Math.max(...samples.map(Math.abs));
  expect(pcm.length % BYTES_PER_SAMPLE).toBe(0);
  expect(msOfBytes(pcm.length)).toBe(lengthMs);
  expect(peakDbfs(samples)).toBeCloseTo(dbfs, 1);
  expect(samples[0]).toBe(0);
  expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(peak / 500);
  expect(steepest(samples)).toBeLessThan(peak * 0.6);
  expect(sound()).toBe(pcm);
});

it('the ring is silent for its last half second', () => {
  expect(
    samplesOf(ringSound())
      .slice(-12_000)
      .every((sample) => sample === 0),
  ).toBe(true);
});
