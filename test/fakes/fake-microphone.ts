// A microphone in a room that the test fills with sound: what is said while it is off is lost, as with a real card.

import { FRAME_BYTES, Framer } from '../../src/core/pcm.ts';
import type { Microphone, MicrophoneListener } from '../../src/core/ports.ts';
import { fakeFailure } from './failure.ts';

export interface FakeMicrophone extends Microphone {
  /** How many starts switched it on. */
  readonly starts: number;
  /** Sound in the room, of any length; whole frames reach the listener before this returns. */
  say(pcm: Buffer): void;
  /** The card fails, until the next start. Does nothing while off. */
  fail(sentence: string, code?: string): void;
}

export const createFakeMicrophone = (): FakeMicrophone => {
  let listener: MicrophoneListener | undefined;
  let framer = new Framer(FRAME_BYTES);
  let starts = 0;
  return {
    get inUse() {
      return listener !== undefined;
    },
    get starts() {
      return starts;
    },
    start(newListener) {
      if (listener !== undefined) return;
      listener = newListener;
      framer = new Framer(FRAME_BYTES);
      starts += 1;
    },
    stop() {
      listener = undefined;
      return Promise.resolve();
    },
    say(pcm) {
      const spokenTo = listener;
      if (spokenTo === undefined) return;
      for (const frame of framer.split(Buffer.from(pcm))) {
        // A frame may have switched the microphone off.
        if (listener === spokenTo) spokenTo.frame(frame);
      }
    },
    fail(sentence, code) {
      const told = listener;
      listener = undefined;
      told?.failed(fakeFailure(sentence, code));
    },
  };
};
