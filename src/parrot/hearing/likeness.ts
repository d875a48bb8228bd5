// Whether an utterance is the sentence of a recording: both are stretched along each other in time (dynamic
// time warping), and the stretch where their sounds then differ most decides. The mean over the whole would
// not do: "turn on the light" and "turn off the light" differ nowhere but in one short word.

import { type SpeechFeatures, speechFeatures } from './speech-features.ts';

/** The longer may take so many times as long as the shorter: nobody speaks faster than that. */
const LONGEST_RATIO = 1.6;
/** Sounds correspond within such a part of the whole: a path further off is no way to speak. */
const REACH = 1 / 6;
/** Steps along both: about as long as a short word. */
const STRETCH = 18;

/**
 * Measured with 16 short sentences of espeak-ng. The same one at another loudness, 12 % slower or faster, a
 * little higher or lower, or in noise at 15 dB stays below 0.54, and at another pace in noise at 20 dB nearly
 * always; the didYouMean other one ("on" for "off", "nine" for "five") never comes below 0.66. The sentence in
 * another person's voice is not recognised.
 */
export const THRESHOLD = 0.6;

const steps = [
  [1, 1],
  [1, 0],
  [0, 1],
] as const;

const difference = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += ((a[k] ?? 0) - (b[k] ?? 0)) ** 2;
  return Math.sqrt(sum / a.length);
};

/**
 * How each pair of moments is best come to from the pair of beginnings, as an index into `steps`; rows are
 * `columns` long. A step along both counts double, so that all paths are equally long.
 */
const bestSteps = (a: SpeechFeatures, b: SpeechFeatures): Uint8Array => {
  const columns = b.length + 1;
  const reach = Math.max(a.length, b.length) * REACH;
  const taken = new Uint8Array((a.length + 1) * columns);
  let previous = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  previous[0] = 0;
  for (const [i, row] of a.entries()) {
    const current = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
    const middle = ((i + 1) * b.length) / a.length;
    const last = Math.min(b.length, Math.ceil(middle + reach));
    for (let j = Math.max(1, Math.floor(middle - reach)); j <= last; j += 1) {
      const here = difference(row, b[j - 1] ?? row);
      const sums = [(previous[j - 1] ?? 0) + here, previous[j] ?? 0, current[j - 1] ?? 0];
      const least = Math.min(...sums);
      current[j] = least + here;
      taken[(i + 1) * columns + j] = sums.indexOf(least);
    }
    previous = current;
  }
  return taken;
};

/** The differences along the best path, from the end. */
const differences = (a: SpeechFeatures, b: SpeechFeatures): number[] => {
  const taken = bestSteps(a, b);
  const found: number[] = [];
  for (let [i, j] = [a.length, b.length]; i > 0 && j > 0; ) {
    const [x, y] = [a[i - 1], b[j - 1]];
    if (x !== undefined && y !== undefined) found.push(difference(x, y));
    const [down, right] = steps[taken[i * (b.length + 1) + j] ?? 0] ?? steps[0];
    i -= down;
    j -= right;
  }
  return found;
};

/**
 * How much two sounds differ where they differ most: 0 not at all, about 1 as much as any two sounds.
 * Infinity where there is no sound, or one is much longer than the other.
 */
export const distance = (a: SpeechFeatures, b: SpeechFeatures): number => {
  const [short, long] = [Math.min(a.length, b.length), Math.max(a.length, b.length)];
  if (short === 0 || long > short * LONGEST_RATIO) return Number.POSITIVE_INFINITY;
  const path = differences(a, b);
  const length = Math.min(STRETCH, path.length);
  let sum = 0;
  let most = 0;
  for (const [at, value] of path.entries()) {
    sum += value - (path[at - length] ?? 0);
    if (at >= length - 1) most = Math.max(most, sum / length);
  }
  return most;
};

const known = new WeakMap<Buffer, SpeechFeatures>();

/** Those of a recording, which is heard again and again. */
const featuresOf = (recording: Buffer): SpeechFeatures => {
  const features = known.get(recording) ?? speechFeatures(recording);
  known.set(recording, features);
  return features;
};

/** Which of the recordings (24 kHz mono s16le) the utterance is most like; undefined: it is like none. */
export const mostLike = (utterance: Buffer, recordings: readonly Buffer[]): number | undefined => {
  if (recordings.length === 0) return undefined;
  const heard = speechFeatures(utterance);
  const distances = recordings.map((recording) => distance(heard, featuresOf(recording)));
  const least = Math.min(...distances);
  return least < THRESHOLD ? distances.indexOf(least) : undefined;
};
