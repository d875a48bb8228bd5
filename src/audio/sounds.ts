// Parley's own sounds: the ringing of a timer, and the tick while calls run. They are made of
// notes that begin softly and fade, and begin and end at zero, because a step in a wave is heard as a click.

import { FULL_SCALE, SAMPLE_RATE } from '../core/pcm.ts';

interface Note {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly hertz: number;
  /** The amplitude of each multiple of the frequency, beginning with the frequency itself. */
  readonly partials: readonly number[];
  readonly attackMs: number;
  /** The time in which it fades to a third. */
  readonly decayMs: number;
}

/** A smooth step from 0 to 1. */
const smoothStep = (part: number): number =>
  part >= 1 ? 1 : (1 - Math.cos(Math.PI * Math.max(0, part))) / 2;

const noteAt = (note: Note, ms: number): number => {
  const { startMs, lengthMs, hertz, partials, attackMs, decayMs } = note;
  const since = ms - startMs;
  if (since < 0 || since > lengthMs) return 0;
  const envelope =
    smoothStep(since / attackMs) *
    Math.exp(-since / decayMs) *
    smoothStep((lengthMs - since) / (lengthMs / 4));
  const phase = (2 * Math.PI * hertz * since) / 1000;
  return envelope * partials.reduce((sum, amplitude, at) => sum + amplitude * Math.sin(phase * (at + 1)), 0);
};

/** PCM of `lengthMs` with these notes, the loudest sample at `peakDbfs`. */
const renderNotes = (notes: readonly Note[], lengthMs: number, peakDbfs: number): Buffer => {
  const samples = Array.from({ length: Math.floor((lengthMs * SAMPLE_RATE) / 1000) }, (_, at) =>
    notes.reduce((sum, note) => sum + noteAt(note, (at * 1000) / SAMPLE_RATE), 0),
  );
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const scale = ((FULL_SCALE - 1) * 10 ** (peakDbfs / 20)) / loudest;
  return Buffer.from(Int16Array.from(samples, (sample) => Math.round(sample * scale)).buffer);
};

/** Makes the sound at its first use. */
const once = (make: () => Buffer): (() => Buffer) => {
  let made: Buffer | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/**
 * One round of a timer's ringing, 2 s: two notes as of a doorbell, twice, and a pause in which steps can be heard.
 * High enough for a small loudspeaker, with overtones for ears that miss the high notes, no louder than a reply.
 */
export const ringSound = once(() => {
  const bell = { lengthMs: 700, partials: [1, 0.4, 0.15], attackMs: 6, decayMs: 260 };
  const notes = [0, 600].flatMap((startMs) => [
    { ...bell, startMs, hertz: 1318.5 },
    { ...bell, startMs: startMs + 200, hertz: 1046.5 },
  ]);
  return renderNotes(notes, 2000, -9);
});

/** One soft tick, 40 ms: a call takes its time. */
export const tickSound = once(() => {
  const lengthMs = 40;
  const tick = { startMs: 0, lengthMs, hertz: 880, partials: [1, 0.2], attackMs: 3, decayMs: 8 };
  return renderNotes([tick], lengthMs, -30);
});
