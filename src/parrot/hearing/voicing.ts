// Whether a sound is a voice: three measures of a 10 ms frame, for the voice activity detection:
// how loud the band of speech is, whether it repeats at the pace of a voice (its pitch), and whether it
// continues to repeat unchanged, as machines do and voices do not. Works on an 8 kHz copy of the band from
// 300 to 3400 Hz, so that mains hum, rumble and hiss have little weight.

import { BYTES_PER_SAMPLE, FULL_SCALE, SAMPLE_RATE } from '../../core/pcm.ts';

/** The length of a frame. */
export const STEP_MS = 10;
export const STEP_SAMPLES = (SAMPLE_RATE * STEP_MS) / 1000;
const DECIMATION = 3;
const BAND_RATE = SAMPLE_RATE / DECIMATION;
const BAND_STEP = STEP_SAMPLES / DECIMATION;

const WINDOW_FRAMES = 3;
const WINDOW = WINDOW_FRAMES * BAND_STEP;
const SHORTEST_PITCH_LAG = BAND_RATE / 420;
const LONGEST_PITCH_LAG = BAND_RATE / 70;
/** At these lags a machine's sound still matches itself; a voice, whose pitch drifts, does not. */
const LONG_LAG_FROM = 0.08 * BAND_RATE;
const LONG_LAG_TO = 0.1 * BAND_RATE;
/** The energy of a window at less than -110 dBFS. */
const INAUDIBLE = 1e-11 * WINDOW;
const HISTORY = WINDOW + LONG_LAG_TO + BAND_STEP;

/** A second-order filter section (bilinear transform, direct form II transposed): filters sample by sample. */
const biquad = (kind: 'highPass' | 'lowPass', cutoffHz: number, q: number) => {
  const w = (2 * Math.PI * cutoffHz) / SAMPLE_RATE;
  const alpha = Math.sin(w) / (2 * q);
  const a0 = 1 + alpha;
  const one = kind === 'lowPass' ? 1 - Math.cos(w) : 1 + Math.cos(w);
  const b0 = one / 2 / a0;
  const b1 = (kind === 'lowPass' ? one : -one) / a0;
  const a1 = (-2 * Math.cos(w)) / a0;
  const a2 = (1 - alpha) / a0;
  let z1 = 0;
  let z2 = 0;
  return (x: number): number => {
    const y = b0 * x + z1;
    z1 = b1 * x - a1 * y + z2;
    z2 = b0 * x - a2 * y;
    return y;
  };
};

// The two sections of a fourth-order Butterworth filter.
const QUALITIES = [0.5412, 1.3066];

export class Voicing {
  readonly #filters = [
    ...QUALITIES.map((q) => biquad('highPass', 300, q)),
    ...QUALITIES.map((q) => biquad('lowPass', 3400, q)),
  ];
  readonly #band = new Float64Array(HISTORY);
  /** Of each frame of the window, oldest first: its product with the sound `lag` samples earlier, NaN until computed. */
  readonly #products = Array.from({ length: WINDOW_FRAMES }, () =>
    new Float64Array(LONG_LAG_TO + 1).fill(NaN),
  );

  /** Takes the next 10 ms of s16le; returns the mean square of the speech band, full scale being 1. */
  add(frame: Buffer): number {
    const band = this.#band;
    band.copyWithin(0, BAND_STEP);
    const oldest = this.#products.shift();
    if (oldest !== undefined) this.#products.push(oldest.fill(NaN));
    let at = HISTORY - BAND_STEP;
    let energy = 0;
    for (let sample = 0; sample < STEP_SAMPLES; sample += 1) {
      let value = frame.readInt16LE(sample * BYTES_PER_SAMPLE) / FULL_SCALE;
      for (const filter of this.#filters) value = filter(value);
      if (sample % DECIMATION !== DECIMATION - 1) continue;
      band[at] = value;
      at += 1;
      energy += value * value;
    }
    return energy / BAND_STEP;
  }

  /** How well the last 30 ms match themselves a pitch period earlier, from 0 to 1. */
  periodicity(): number {
    return this.#bestMatch(SHORTEST_PITCH_LAG, LONGEST_PITCH_LAG);
  }

  /** How well the last 30 ms match the sound of 80 to 100 ms ago, from 0 to 1. */
  persistence(): number {
    return this.#bestMatch(LONG_LAG_FROM, LONG_LAG_TO);
  }

  /** The best normalised cross-correlation of the last window with one that much earlier. */
  #bestMatch(from: number, to: number): number {
    const now = this.#correlation(0);
    let before = this.#energy(Math.ceil(from));
    let best = 0;
    for (let lag = Math.ceil(from); lag <= to; lag += 1) {
      const product = this.#correlation(lag);
      // Without this an inaudible remainder of rounding would match itself well.
      if (now > INAUDIBLE && before > INAUDIBLE) best = Math.max(best, product / Math.sqrt(now * before));
      const next = this.#band[HISTORY - WINDOW - lag - 1] ?? 0;
      const last = this.#band[HISTORY - lag - 1] ?? 0;
      before += next * next - last * last;
    }
    return best;
  }

  /** Of the last window with the one that ended `lag` samples earlier. */
  #correlation(lag: number): number {
    let sum = 0;
    let from = HISTORY - WINDOW;
    for (const products of this.#products) {
      let product = products[lag] ?? NaN;
      // Two frames in three are those of the last window.
      if (Number.isNaN(product)) {
        product = this.#product(from, lag);
        products[lag] = product;
      }
      sum += product;
      from += BAND_STEP;
    }
    return sum;
  }

  #product(from: number, lag: number): number {
    const band = this.#band;
    let sum = 0;
    for (let i = from; i < from + BAND_STEP; i += 1) sum += (band[i] ?? 0) * (band[i - lag] ?? 0);
    return sum;
  }

  /** Of the window that ended `ago` samples ago. */
  #energy(ago: number): number {
    let sum = 0;
    for (const value of this.#band.subarray(HISTORY - WINDOW - ago, HISTORY - ago)) sum += value * value;
    return sum;
  }
}
