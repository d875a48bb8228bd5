// A struck note: begins softly, dies away, and both ends are zero, for a step in a wave is heard as a click.

import { SAMPLE_RATE } from '../core/pcm.ts';

export interface Note {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly hertz: number;
  /** How loud each multiple of the frequency is, the first being the frequency itself. */
  readonly partials: readonly number[];
  readonly attackMs: number;
  /** After so long it is down to a third. */
  readonly decayMs: number;
}

const swell = (part: number): number => (part >= 1 ? 1 : (1 - Math.cos(Math.PI * Math.max(0, part))) / 2);

const noteAt = (note: Note, ms: number): number => {
  const { startMs, lengthMs, hertz, partials, attackMs, decayMs } = note;
  const since = ms - startMs;
  if (since < 0 || since > lengthMs) return 0;
  const envelope =
    swell(since / attackMs) * Math.exp(-since / decayMs) * swell((lengthMs - since) / (lengthMs / 4));
  const phase = (2 * Math.PI * hertz * since) / 1000;
  return envelope * partials.reduce((sum, loud, index) => sum + loud * Math.sin(phase * (index + 1)), 0);
};

/** PCM of `lengthMs` with these notes in it, the loudest sample at `peakDbfs`. */
export const renderNotes = (notes: readonly Note[], lengthMs: number, peakDbfs: number): Buffer => {
  const samples = Array.from({ length: Math.floor((lengthMs * SAMPLE_RATE) / 1000) }, (_, index) =>
    notes.reduce((sum, note) => sum + noteAt(note, (index * 1000) / SAMPLE_RATE), 0),
  );
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const scale = (32_767 * 10 ** (peakDbfs / 20)) / loudest;
  return Buffer.from(Int16Array.from(samples, (sample) => Math.round(sample * scale)).buffer);
};
