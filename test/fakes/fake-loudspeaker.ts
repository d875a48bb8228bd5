// A loudspeaker that keeps what is heard, and plays in the time of its clock.

import { PacedLoudspeaker } from '../../src/audio/paced-loudspeaker.ts';
import type { Clock, Loudspeaker } from '../../src/core/ports.ts';
import { fakeFailure } from './failure.ts';

export interface FakeLoudspeaker extends Loudspeaker {
  /** Every sample heard since it was made, up to the last play, flush, stop, drained or failure. */
  heard(): Buffer;
  /** The card fails: the rest of the reply is dropped, and the next tick of the clock reports it. */
  fail(sentence: string, code?: string): void;
}

/** @param maxQueueMs default: ten minutes */
export const createFakeLoudspeaker = (clock: Clock, maxQueueMs = 600_000): FakeLoudspeaker => {
  const heard: Buffer[] = [];
  const loudspeaker = new PacedLoudspeaker({
    name: 'fake',
    clock,
    maxQueueMs,
    sink: {
      open: () => undefined,
      write: (pcm) => {
        heard.push(pcm);
      },
      settle: () => undefined,
      close: () => undefined,
    },
  });
  return {
    get inUse() {
      return loudspeaker.inUse;
    },
    start: (listener) => loudspeaker.start(listener),
    play: (pcm) => loudspeaker.play(pcm),
    end: () => loudspeaker.end(),
    playEarcon: (pcm) => loudspeaker.playEarcon(pcm),
    flush: () => loudspeaker.flush(),
    stop: () => loudspeaker.stop(),
    heard: () => Buffer.concat(heard),
    fail: (sentence, code) => loudspeaker.fail(fakeFailure(sentence, code)),
  };
};
