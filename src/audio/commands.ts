// The programs that record and play, one function each. All of them use s16le, mono, without a header: a
// recorder on stdout, a player on stdin, and a player ends with 0 when everything was heard.

import { fileURLToPath } from 'node:url';
import { BYTES_PER_SAMPLE, FRAME_BYTES, FRAME_MS, SAMPLE_RATE } from '../core/pcm.ts';
import type { CardUse } from './card-failure.ts';

/** What to start, and what messages say of it. */
export interface SoundCommand extends CardUse {
  readonly command: string;
  readonly args: readonly string[];
}

export interface PlaybackCommand extends SoundCommand {
  /** Whether it writes a byte to stdout when the card is open and plays from then on. */
  readonly reportsOpen: boolean;
}

const BUFFER_MS = 200;
const US_PER_MS = 1000;

/** What arecord and aplay have in common. */
const alsaArguments = (device: string): string[] => [
  ...['-q', '-D', device, '-t', 'raw'],
  ...['-f', `S${8 * BYTES_PER_SAMPLE}_LE`, '-r', String(SAMPLE_RATE), '-c', '1'],
  `--period-time=${FRAME_MS * US_PER_MS}`,
  `--buffer-time=${BUFFER_MS * US_PER_MS}`,
];

/** arecord of alsa-utils; with its defaults a sample arrives 75 ms late. */
export const arecordCommand = (device: string): SoundCommand => ({
  command: 'arecord',
  args: [...alsaArguments(device), '-'],
  kind: 'microphone',
  device,
  program: 'arecord',
});

/** aplay of alsa-utils; with its defaults it holds back the last partial period, and drains 100 ms late. */
export const aplayCommand = (device: string): PlaybackCommand => ({
  command: 'aplay',
  // -R 1: it begins as soon as the buffer holds 1 µs of sound.
  args: [...alsaArguments(device), '-R', '1', '-'],
  kind: 'loudspeaker',
  device,
  program: 'aplay',
  // It plays within a few milliseconds.
  reportsOpen: false,
});

/** The `speaker` package, in a separate process because it can abort its process. */
export const speakerCommand = (device: string): PlaybackCommand => ({
  command: process.execPath,
  args: [
    fileURLToPath(new URL('./speaker-child.js', import.meta.url)),
    device,
    ...[SAMPLE_RATE, BYTES_PER_SAMPLE, FRAME_BYTES].map(String),
  ],
  kind: 'loudspeaker',
  device,
  program: 'speaker',
  // Node takes long to start, seconds on a small Pi.
  reportsOpen: true,
});
