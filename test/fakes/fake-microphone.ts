// A microphone in a room that the test fills with sound: what is said while it is off is lost, as with
// a real card. Passes the contract suite of microphones.

import { Framer } from '../../src/core/pcm.ts';
import type { Microphone, MicrophoneListener } from '../../src/core/ports.ts';

export interface FakeMicrophone extends Microphone {
  /** How often it was switched on, a second start while on not counted. */
  readonly starts: number;
  /** Sound in the room, of any length; whole frames reach the listener before this returns. */
  say(pcm: Buffer): void;
  /** Pulls the plug: the card is gone until the next start. Nothing happens while off. */
  fail(sentence: string): void;
}

export const createFakeMicrophone = (): FakeMicrophone => {
  let listener: MicrophoneListener | undefined;
  let framer = new Framer();
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
      framer = new Framer();
      starts += 1;
    },
    stop() {
      listener = undefined;
      return Promise.resolve();
    },
    say(pcm) {
      const spokenTo = listener;
      if (spokenTo === undefined) return;
      for (const frame of framer.push(Buffer.from(pcm))) {
        // A frame may have switched the microphone off.
        if (listener === spokenTo) spokenTo.frame(frame);
      }
    },
    fail(sentence) {
      const told = listener;
      listener = undefined;
      told?.failed(sentence);
    },
  };
};
