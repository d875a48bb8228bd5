// The two programs that play a reply: both take s16le on stdin, and end with 0 when it was heard.

import { fileURLToPath } from 'node:url';
import { FRAME_MS, SAMPLE_RATE } from '../core/pcm.ts';

export interface PlaybackCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** As ALSA knows it; for sentences. */
  readonly device: string;
  /** What a person calls the program; for sentences. */
  readonly program: string;
  /** Whether it says on its stdout, with a byte, that the card is open and plays from now on. */
  readonly tellsOpen: boolean;
}

const BUFFER_MS = 200;
const MICROSECONDS_PER_MS = 1000;

/** aplay of alsa-utils; its defaults hold the last partial period back and drain 100 ms late. */
export const aplayCommand = (device: string): PlaybackCommand => ({
  command: 'aplay',
  args: [
    '-q',
    ...['-t', 'raw', '-f', 'S16_LE', '-r', String(SAMPLE_RATE), '-c', '1', '-R', '1'],
    `--buffer-time=${BUFFER_MS * MICROSECONDS_PER_MS}`,
    `--period-time=${FRAME_MS * MICROSECONDS_PER_MS}`,
    ...['-D', device, '-'],
  ],
  device,
  program: 'aplay',
  // Within a few milliseconds it plays what it gets.
  tellsOpen: false,
});

/** The `speaker` package, in a process of its own because it can take its process with it. */
export const speakerCommand = (device: string): PlaybackCommand => ({
  command: process.execPath,
  args: [
    fileURLToPath(new URL('./speaker-child.js', import.meta.url)),
    ...['--device', device, '--rate', String(SAMPLE_RATE)],
  ],
  device,
  program: 'speaker',
  // Node takes long to start, seconds on a small Pi.
  tellsOpen: true,
});
