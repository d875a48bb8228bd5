// Synthetic speech, because the guest has no speech synthesis: a buzz of varying pitch through the resonances of
// changing vowels, in syllables. The parrot's voice activity detection takes it for speech. Deterministic: the
// same seed makes the same samples, and another seed others.

import { bytesOfMs, SAMPLE_RATE } from '../../../src/core/pcm.ts';

const SYLLABLE = 0.26 * SAMPLE_RATE;
const LOUDEST = 9000;
const ATTENUATION = 20;
/** The first two resonances of a, e, i, o, u, in Hz. */
const vowels = [
  [730, 1090],
  [530, 1840],
  [300, 2250],
  [570, 840],
  [320, 870],
] as const;
const BANDWIDTH_HZ = 90;

const R = Math.exp((-Math.PI * BANDWIDTH_HZ) / SAMPLE_RATE);

/** A two-pole filter. */
class Resonance {
  #feedback = 0;
  #last = 0;
  #beforeLast = 0;

  tune(hz: number): void {
    this.#feedback = 2 * R * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE);
  }

  next(input: number): number {
    const value = input * (1 - R) + this.#feedback * this.#last - R * R * this.#beforeLast;
    this.#beforeLast = this.#last;
    this.#last = value;
    return value;
  }
}

/** The buzz through the resonances. One plain loop, because under emulation anything else takes seconds. */
const voiced = (count: number, seed: number): Float64Array => {
  const sound = new Float64Array(count);
  const low = new Resonance();
  const high = new Resonance();
  let phase = 0;
  for (let at = 0; at < count; at += 1) {
    const within = (at % SYLLABLE) / SYLLABLE;
    const syllable = Math.floor(at / SYLLABLE) + seed;
    if (within === 0) {
      const [lowHz, highHz] = vowels[syllable % vowels.length] ?? vowels[0];
      low.tune(lowHz);
      high.tune(highHz);
    }
    // The pitch falls within each syllable, as in speech and not in the noise of machines.
    phase += (140 + (seed % 29) + 12 * (syllable % 4) - 35 * within) / SAMPLE_RATE;
    const pulse = phase >= 1 ? 1 : 0;
    phase -= pulse;
    sound[at] = (low.next(pulse) + 0.5 * high.next(pulse)) * (0.15 + 4 * within * (1 - within));
  }
  return sound;
};

/** Too quiet to be speech: background noise. No sample is zero. */
export const attenuate = (pcm: Buffer): Buffer => {
  const far = Buffer.alloc(pcm.length);
  for (let at = 0; at < pcm.length; at += 2)
    far.writeInt16LE(Math.round(pcm.readInt16LE(at) / ATTENUATION) || 1, at);
  return far;
};

/**
 * `ms` of speech, 24 kHz mono s16le. No sample is zero, so that a recording can be distinguished from silence.
 */
export const synthesizeSpeech = (ms: number, seed: number): Buffer => {
  const sound = voiced(bytesOfMs(ms) / 2, seed);
  let peak = 0;
  for (const sample of sound) peak = Math.max(peak, Math.abs(sample));
  const pcm = Buffer.alloc(bytesOfMs(ms));
  for (let at = 0; at < sound.length; at += 1)
    pcm.writeInt16LE(Math.round(((sound[at] ?? 0) / peak) * LOUDEST) || 1, at * 2);
  return pcm;
};
