// A loudspeaker in a room where somebody writes down what is heard. It plays in the time of its clock,
// drains when the samples are over, and passes the contract suite of loudspeakers.

import { PacedLoudspeaker } from '../../src/audio/paced-loudspeaker.ts';
import type { Clock, Loudspeaker } from '../../src/core/ports.ts';

export interface FakeLoudspeaker extends Loudspeaker {
  /** Every sample that was heard since it was made, up to the last play, cut, stop, drained or failure. */
  heard(): Buffer;
  /** Pulls the plug: the rest of the reply is lost; told by the clock's next tick. */
  fail(sentence: string): void;
}

/** Plays with `clock`; `maxQueueMs` is ten minutes unless told. */
export const createFakeLoudspeaker = (clock: Clock, maxQueueMs = 600_000): FakeLoudspeaker => {
  const heard: Buffer[] = [];
  const loudspeaker = new PacedLoudspeaker({
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
    fail: (sentence) => loudspeaker.fail(sentence),
  };
};
