// What every microphone promises, whatever it is made of.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FRAME_BYTES } from '../../src/core/pcm.ts';
import type { Microphone, MicrophoneListener } from '../../src/core/ports.ts';
import { ramp, soundOf } from '../rigs/samples.ts';

export interface MicrophoneRig {
  readonly microphone: Microphone;
  /** Says what the rig was made with; resolves when it has reached the microphone. */
  speak(): Promise<void>;
  /** Lets the time of so many frames go by. */
  pass(frames: number): Promise<void>;
  /** The child processes that are left. */
  children(): number[];
  dispose(): Promise<void>;
}

class Listener implements MicrophoneListener {
  readonly frames: Buffer[] = [];
  readonly copies: Buffer[] = [];
  readonly failures: string[] = [];
  onFrame: () => void = () => undefined;
  frame(pcm: Buffer): void {
    this.frames.push(pcm);
    this.copies.push(Buffer.from(pcm));
    this.onFrame();
  }
  failed(sentence: string): void {
    this.failures.push(sentence);
  }
}

const MOST_FRAMES = 1_500;

const heardBy = (...listeners: readonly Listener[]): number[] =>
  soundOf(Buffer.concat(listeners.flatMap(({ frames }) => frames)));

/** The rig's room says `pcm`, once, when told to. */
export const describeMicrophone = (
  name: string,
  createRig: (pcm: Buffer) => Promise<MicrophoneRig>,
): void => {
  describe(`the microphone's promises: ${name}`, () => {
    const said = ramp(4_800);
    let rig: MicrophoneRig;
    let listener: Listener;
    beforeEach(async () => {
      rig = await createRig(said);
      listener = new Listener();
    });
    const until = async (isTrue: () => boolean): Promise<void> => {
      for (let frames = 0; !isTrue(); frames += 1) {
        if (frames > MOST_FRAMES) throw new Error('the microphone hears nothing');
        await rig.pass(1);
      }
    };
    const untilFrames = (count: number, by = listener): Promise<void> =>
      until(() => by.frames.length >= count);
    /** Everything, and a little longer, should there be more. */
    const untilAllWasHeard = async (...by: readonly Listener[]): Promise<void> => {
      await until(() => heardBy(...by).length >= soundOf(said).length);
      await rig.pass(5);
    };
    afterEach(async () => {
      await rig.microphone.stop();
      await rig.dispose();
      expect(listener.failures).toEqual([]);
    });

    it('hears what is said: every sample once, in order, in frames of 20 ms', async () => {
      rig.microphone.start(listener);
      await untilFrames(1);
      await rig.speak();
      await untilAllWasHeard(listener);
      expect(heardBy(listener)).toEqual(soundOf(said));
      expect(new Set(listener.frames.map(({ length }) => length))).toEqual(new Set([FRAME_BYTES]));
    });

    it('gives frames away for good', async () => {
      rig.microphone.start(listener);
      await untilFrames(1);
      await rig.speak();
      await untilAllWasHeard(listener);
      expect(listener.frames).toEqual(listener.copies);
    });

    it('is not changed by a second start', async () => {
      const second = new Listener();
      rig.microphone.start(listener);
      rig.microphone.start(second);
      await untilFrames(1);
      await rig.speak();
      await untilAllWasHeard(listener);
      expect(second.frames).toEqual([]);
      expect(heardBy(listener)).toEqual(soundOf(said));
    });

    it('says nothing after a stop, and leaves nothing behind', async () => {
      rig.microphone.start(listener);
      await untilFrames(3);
      const stopped = rig.microphone.stop();
      const { length } = listener.frames;
      await stopped;
      expect(rig.children()).toEqual([]);
      await rig.pass(5);
      expect(listener.frames).toHaveLength(length);
    });

    it('has the card from a start on until a stop has resolved', async () => {
      expect(rig.microphone.inUse).toBe(false);
      rig.microphone.start(listener);
      expect(rig.microphone.inUse).toBe(true);
      await untilFrames(1);
      expect(rig.microphone.inUse).toBe(true);
      await rig.microphone.stop();
      expect(rig.microphone.inUse).toBe(false);
    });

    it('can be stopped twice, and before it was started', async () => {
      await rig.microphone.stop();
      rig.microphone.start(listener);
      await untilFrames(1);
      await Promise.all([rig.microphone.stop(), rig.microphone.stop()]);
      await rig.microphone.stop();
      expect(rig.children()).toEqual([]);
    });

    it('can be stopped before it has begun', async () => {
      rig.microphone.start(listener);
      await rig.microphone.stop();
      expect(rig.children()).toEqual([]);
      await rig.pass(3);
      expect(listener.frames).toEqual([]);
    });

    it('starts right after a stop, for the new listener only', async () => {
      rig.microphone.start(listener);
      await untilFrames(2);
      const second = new Listener();
      void rig.microphone.stop();
      const { length } = listener.frames;
      rig.microphone.start(second);
      await untilFrames(1, second);
      await rig.speak();
      await untilAllWasHeard(listener, second);
      expect(listener.frames).toHaveLength(length);
      expect(second.failures).toEqual([]);
      expect(heardBy(listener, second)).toEqual(soundOf(said));
    });

    it('stays off when it is stopped, started and stopped at once', async () => {
      rig.microphone.start(listener);
      await untilFrames(2);
      void rig.microphone.stop();
      const second = new Listener();
      rig.microphone.start(second);
      await rig.microphone.stop();
      expect(rig.children()).toEqual([]);
      await rig.pass(3);
      expect(second.frames).toEqual([]);
    });

    it('can be stopped from within a frame', async () => {
      listener.onFrame = () => {
        void rig.microphone.stop();
      };
      rig.microphone.start(listener);
      await untilFrames(1);
      await rig.speak();
      await rig.pass(5);
      expect(listener.frames).toHaveLength(1);
    });
  });
};
