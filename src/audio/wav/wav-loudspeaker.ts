// A loudspeaker for machines without a sound card: it writes what would have been heard to a WAV file, one reply
// after the other without the pauses between them, in real time.

import type { Clock, Loudspeaker } from '../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';
import { PacedLoudspeaker } from '../paced-loudspeaker.ts';
import { WavWriter } from './wav-writer.ts';

const DEFAULT_MAX_QUEUE_MS = 600_000;

export interface WavLoudspeakerOptions {
  /** Replaced at the first start; later starts add to it. A valid WAV after each drained and stop. */
  readonly file: string;
  /** How much may wait to be played. Default: ten minutes. */
  readonly maxQueueMs?: number;
  readonly clock?: Clock;
}

export const createWavLoudspeaker = (options: WavLoudspeakerOptions): Loudspeaker => {
  const writer = new WavWriter(options.file);
  return new PacedLoudspeaker({
    name: options.file,
    sink: {
      open: () => writer.open(),
      write: (pcm) => writer.append(pcm),
      settle: () => writer.settle(),
      close: () => writer.close(),
    },
    maxQueueMs: options.maxQueueMs ?? DEFAULT_MAX_QUEUE_MS,
    clock: options.clock ?? systemClock,
  });
};
