// Sounds of a room, made of numbers: noises of several colours, hum, clicks, doors. Deterministic.

import { SAMPLE_RATE } from '../../src/core/pcm.ts';

export type Sound = Float64Array;

const samplesOf = (ms: number): number => Math.round((ms * SAMPLE_RATE) / 1000);

const make = (ms: number, sample: (index: number, seconds: number) => number): Sound =>
  Float64Array.from({ length: samplesOf(ms) }, (_, index) => sample(index, index / SAMPLE_RATE));

/** Uniform numbers from 0 to 1, always the same for a seed. */
const uniform = (seed: number) => {
  let state = seed >>> 0 || 1;
  return (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
};

export const quiet = (ms: number): Sound => make(ms, () => 0);

export const white = (ms: number, seed = 1): Sound => {
  const next = uniform(seed);
  return make(ms, () => Array.from({ length: 6 }, next).reduce((sum, x) => sum + x, -3));
};

/** 3 dB less per octave: a few one-pole filters over white noise. */
export const pink = (ms: number, seed = 1): Sound => {
  const poles = [0.99765, 0.963, 0.57];
  const gains = [0.099, 0.2965, 1.0527];
  const states = [0, 0, 0];
  return white(ms, seed).map((x) => {
    poles.forEach((pole, i) => {
      states[i] = pole * (states[i] ?? 0) + (gains[i] ?? 0) * x;
    });
    return states.reduce((sum, s) => sum + s, 0.1848 * x);
  });
};

/** 6 dB less per octave: wind, rumble. */
export const brown = (ms: number, seed = 1): Sound => {
  let state = 0;
  return white(ms, seed).map((x) => {
    state = 0.998 * state + 0.05 * x;
    return state;
  });
};

const harmonics = (ms: number, hz: number, loudness: (n: number) => number, count: number): Sound =>
  make(ms, (_, t) => {
    let sum = 0;
    for (let n = 1; n <= count; n += 1) sum += loudness(n) * Math.sin(2 * Math.PI * hz * n * t + n);
    return sum;
  });

/** A mains transformer. */
export const hum = (ms: number, hz = 50): Sound => harmonics(ms, hz, (n) => 1 / n, 10);
/** A motor: the same, with overtones well into the band of speech. */
export const buzz = (ms: number, hz = 100): Sound => harmonics(ms, hz, (n) => 1 / Math.sqrt(n), 30);
export const tone = (ms: number, hz = 1000): Sound => harmonics(ms, hz, () => 1, 1);

export const click = (seed = 1): Sound => {
  const noise = white(10, seed);
  return noise.map((x, i) => x * Math.exp(-i / 40));
};

/** A knock on wood. */
export const knock = (): Sound => make(100, (_, t) => Math.sin(2 * Math.PI * 420 * t) * Math.exp(-t / 0.012));

/** A door: a bang, and the room and the door leaf ringing on. */
export const slam = (seed = 1): Sound => {
  const bang = white(800, seed);
  const ringing = [62, 88, 104, 131, 150, 177, 210];
  return make(800, (i, t) =>
    ringing.reduce(
      (sum, hz, n) => sum + 0.6 * Math.sin(2 * Math.PI * hz * t + n) * Math.exp(-t / (0.12 - 0.01 * n)),
      (bang[i] ?? 0) * Math.exp(-t / 0.03),
    ),
  );
};

const rms = (sound: Sound): number => Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / sound.length);

/** At so many decibels of full scale (RMS). */
export const at = (sound: Sound, dbfs: number): Sound => {
  const gain = (32_768 * 10 ** (dbfs / 20)) / rms(sound);
  return sound.map((x) => x * gain);
};

export const levelOf = (sound: Sound): number => 20 * Math.log10(rms(sound) / 32_768);

export const join = (...sounds: readonly Sound[]): Sound => {
  const joined = new Float64Array(sounds.reduce((sum, sound) => sum + sound.length, 0));
  let position = 0;
  for (const sound of sounds) {
    joined.set(sound, position);
    position += sound.length;
  }
  return joined;
};

export const mix = (a: Sound, b: Sound): Sound => a.map((x, i) => x + (b[i] ?? 0));

export const msOf = (sound: Sound): number => (sound.length * 1000) / SAMPLE_RATE;

export const toPcm = (sound: Sound): Buffer => {
  const samples = Int16Array.from(sound, (x) => Math.max(-32_768, Math.min(32_767, Math.round(x))));
  return Buffer.from(samples.buffer);
};

export const fromPcm = (pcm: Buffer): Sound =>
  Float64Array.from({ length: pcm.length / 2 }, (_, i) => pcm.readInt16LE(i * 2));
