// A voice made of numbers, because the guest has no speech synthesis: a buzz whose pitch wanders through the
// resonances of changing vowels, in syllables. The parrot's voice activity detection takes it for speech as it
// takes a person's. Deterministic: the same seed says the same samples, and another seed others.

import { bytesOfMs, SAMPLE_RATE } from '../../../src/pcm.ts';

const SYLLABLE_MS = 260;
const LOUDEST = 9000;
/** The first two resonances of a, e, i, o, u, in Hz. */
const vowels = [
  [730, 1090],
  [530, 1840],
  [300, 2250],
  [570, 840],
  [320, 870],
] as const;
const BANDWIDTH_HZ = 90;

/** A resonance: rings at `hz` when it is struck. */
const createResonance = () => {
  let last = 0;
  let beforeLast = 0;
  const r = Math.exp((-Math.PI * BANDWIDTH_HZ) / SAMPLE_RATE);
  return (struck: number, hz: number): number => {
    const value =
      struck * (1 - r) + 2 * r * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE) * last - r * r * beforeLast;
    beforeLast = last;
    last = value;
    return value;
  };
};

/** The samples of the buzz through the resonances, about -1 to 1. */
const voiced = (count: number, seed: number): Float64Array => {
  const first = createResonance();
  const second = createResonance();
  const syllable = (SAMPLE_RATE * SYLLABLE_MS) / 1000;
  let phase = 0;
  return Float64Array.from({ length: count }, (_, at) => {
    const number = Math.floor(at / syllable);
    const within = (at % syllable) / syllable;
    const [f1, f2] = vowels[(number * 3 + seed) % vowels.length] ?? vowels[0];
    // Falls within a syllable and starts anew with the next: no machine does that.
    phase += (140 + (seed % 29) + 12 * ((number + seed) % 4) - 35 * within) / SAMPLE_RATE;
    const struck = phase >= 1 ? 1 : 0;
    phase %= 1;
    return (first(struck, f1) + 0.5 * second(struck, f2)) * (0.15 + Math.sin(Math.PI * within));
  });
};

/**
 * `ms` of speech, 24 kHz mono s16le. No sample of it is zero, so that in a recording it is told from silence.
 */
export const speak = (ms: number, seed: number): Buffer => {
  const sound = voiced(bytesOfMs(ms) / 2, seed);
  const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const pcm = Buffer.alloc(bytesOfMs(ms));
  sound.forEach((sample, at) => {
    pcm.writeInt16LE(Math.round((sample / peak) * LOUDEST) || 1, at * 2);
  });
  return pcm;
};
