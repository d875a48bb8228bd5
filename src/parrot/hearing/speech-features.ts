// The sound of speech as numbers that say which sounds were made, and little of how loudly, through which
// microphone or in which noise: for every 10 ms a few mel-frequency cepstral coefficients, their means taken
// away. Silence before and after is left out.

import { SAMPLE_RATE } from '../../core/pcm.ts';

/** One row of coefficients per frame of 10 ms. */
export type SpeechFeatures = readonly Float64Array[];

const HOP = SAMPLE_RATE / 100;
const WINDOW = 512;
const BANDS = 24;
const LOWEST_HZ = 100;
const HIGHEST_HZ = 6000;
/** Of cosines; the zeroth is loudness and left out. */
const COEFFICIENTS = 12;
/** So far below the loudest frame nothing is listened to: there is the noise of the room. */
const FLOOR = 10 ** (-30 / 10);
/** What is so far below the loudest frame, before and after, is silence. */
const SILENCE = 10 ** (-25 / 10);
/** And what is hardly louder than the quietest part of it all: the room. */
const QUIET_PART = 0.1;
const ABOVE_NOISE = 2;
/** Frames of speech that count as such: a click is shorter. */
const SHORTEST_SPEECH = 5;
/** 15 s. */
const LONGEST_FRAMES = 1500;
const LONGEST_WITH_SILENCE = 6000;

const hann = Float64Array.from(
  { length: WINDOW },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW),
);

const melOf = (hz: number): number => 1127 * Math.log(1 + hz / 700);
const hzOf = (mel: number): number => 700 * (Math.exp(mel / 1127) - 1);

/** The edges of the bands in bins of the spectrum, evenly spaced in mel. */
const edges = Array.from({ length: BANDS + 2 }, (_, i) => {
  const mel = melOf(LOWEST_HZ) + ((melOf(HIGHEST_HZ) - melOf(LOWEST_HZ)) * i) / (BANDS + 1);
  return (hzOf(mel) * WINDOW) / SAMPLE_RATE;
});

/** Triangles that overlap by half: [first bin, weights] of each band. */
const filters = Array.from({ length: BANDS }, (_, band) => {
  const [low = 0, peak = 0, high = 0] = edges.slice(band, band + 3);
  const first = Math.ceil(low);
  const weights = Array.from({ length: Math.floor(high) - first + 1 }, (_w, i) => {
    const bin = first + i;
    return bin <= peak ? (bin - low) / (peak - low) : (high - bin) / (high - peak);
  });
  return { first, weights };
});

const cosines = Array.from({ length: COEFFICIENTS }, (_, k) =>
  Float64Array.from({ length: BANDS }, (_b, band) => Math.cos((Math.PI * (k + 1) * (band + 0.5)) / BANDS)),
);

/** In place; the length is a power of two. */
const fourier = (re: Float64Array, im: Float64Array): void => {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] ?? 0, re[i] ?? 0];
      [im[i], im[j]] = [im[j] ?? 0, im[i] ?? 0];
    }
  }
  for (let size = 2; size <= n; size *= 2) butterflies(re, im, size);
};

const butterflies = (re: Float64Array, im: Float64Array, size: number): void => {
  for (let k = 0; k < size / 2; k += 1) {
    const cos = Math.cos((-2 * Math.PI * k) / size);
    const sin = Math.sin((-2 * Math.PI * k) / size);
    for (let a = k; a < re.length; a += size) {
      const b = a + size / 2;
      const [x, y] = [re[b] ?? 0, im[b] ?? 0];
      const [real, imaginary] = [x * cos - y * sin, x * sin + y * cos];
      re[b] = (re[a] ?? 0) - real;
      im[b] = (im[a] ?? 0) - imaginary;
      re[a] = (re[a] ?? 0) + real;
      im[a] = (im[a] ?? 0) + imaginary;
    }
  }
};

/** The energies of the bands of the window that begins at a sample. */
const bandsAt = (pcm: Buffer, start: number): Float64Array => {
  const re = new Float64Array(WINDOW);
  const im = new Float64Array(WINDOW);
  for (let i = 0; i < WINDOW; i += 1) re[i] = pcm.readInt16LE((start + i) * 2) * (hann[i] ?? 0);
  fourier(re, im);
  return Float64Array.from(filters, ({ first, weights }) =>
    weights.reduce(
      (sum, weight, i) => sum + weight * ((re[first + i] ?? 0) ** 2 + (im[first + i] ?? 0) ** 2),
      0,
    ),
  );
};

const sum = (row: Float64Array): number => row.reduce((total, value) => total + value, 0);

/** From the first to the last stretch of sound that is no click. */
const withoutSilence = (frames: readonly Float64Array[]): readonly Float64Array[] => {
  const energies = frames.map(sum);
  const quiet = [...energies].sort((a, b) => a - b)[Math.floor(energies.length * QUIET_PART)] ?? 0;
  const threshold = Math.max(Math.max(...energies) * SILENCE, quiet * ABOVE_NOISE);
  const loud = energies.map((energy) => energy > threshold);
  const isSpeech = loud.map(
    (_, i) => i + SHORTEST_SPEECH <= loud.length && loud.slice(i, i + SHORTEST_SPEECH).every(Boolean),
  );
  const first = isSpeech.indexOf(true);
  return first < 0 ? [] : frames.slice(first, isSpeech.lastIndexOf(true) + SHORTEST_SPEECH);
};

const cepstrum = (bands: Float64Array, floor: number): Float64Array => {
  const logs = bands.map((energy) => Math.log(energy + floor));
  return Float64Array.from(cosines, (cosine) =>
    cosine.reduce((total, c, band) => total + c * (logs[band] ?? 0), 0),
  );
};

/** Every coefficient with mean 0 and variance 1. */
const normalised = (rows: readonly Float64Array[]): SpeechFeatures => {
  const means = new Float64Array(COEFFICIENTS);
  const squares = new Float64Array(COEFFICIENTS);
  for (const row of rows) {
    row.forEach((value, k) => {
      means[k] = (means[k] ?? 0) + value / rows.length;
      squares[k] = (squares[k] ?? 0) + (value * value) / rows.length;
    });
  }
  return rows.map((row) =>
    row.map(
      (value, k) =>
        (value - (means[k] ?? 0)) / Math.sqrt(Math.max(1e-9, (squares[k] ?? 0) - (means[k] ?? 0) ** 2)),
    ),
  );
};

/** Of 24 kHz mono s16le; empty where there is no speech, or more of it than one sentence. */
export const speechFeatures = (pcm: Buffer): SpeechFeatures => {
  const count = Math.floor((pcm.length / 2 - WINDOW) / HOP) + 1;
  if (count < 1 || count > LONGEST_WITH_SILENCE) return [];
  const frames = withoutSilence(Array.from({ length: count }, (_, i) => bandsAt(pcm, i * HOP)));
  if (frames.length > LONGEST_FRAMES) return [];
  const floor = (Math.max(...frames.map(sum)) / BANDS) * FLOOR;
  return normalised(frames.map((bands) => cepstrum(bands, floor)));
};
