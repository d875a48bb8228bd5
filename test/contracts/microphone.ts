// What every microphone promises.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/core/errors.ts';
import { FRAME_BYTES } from '../../src/core/pcm.ts';
import type { Microphone, MicrophoneListener } from '../../src/core/ports.ts';
import { ramp, soundOf } from '../rigs/samples.ts';

export interface MicrophoneRig {
  readonly microphone: Microphone;
  /** Says the rig's sound; resolves when it has reached the microphone. */
  speak(): Promise<void>;
  /** Lets the time of so many frames pass. */
  pass(frames: number): Promise<void>;
  /** The child processes that are left. */
  children(): number[];
  dispose(): Promise<void>;
}

class Listener implements MicrophoneListener {
  readonly frames: Buffer[] = [];
  readonly copies: Buffer[] = [];
  readonly failures: Failure[] = [];
  onFrame: () => void = () => undefined;
  frame(pcm: Buffer): void {
    this.frames.push(pcm);
    this.copies.push(Buffer.from(pcm));
    this.onFrame();
  }
  failed(failure: Failure): void {
    this.failures.push(failure);
  }
}

const MAX_FRAMES = 1_500;

const heardBy = (...listeners: readonly Listener[]): number[] =>
  soundOf(Buffer.concat(listeners.flatMap(({ frames }) => frames)));

/** @param createRig makes a rig whose room says `pcm`, once, when `speak` is called */
export const describeMicrophone = (
  name: string,
  createRig: (pcm: Buffer) => Promise<MicrophoneRig>,
): void => {
  describe(`microphone contract: ${name}`, () => {
    const said = ramp(4_800);
    let rig: MicrophoneRig;
    let listener: Listener;
    beforeEach(async () => {
      rig = await createRig(said);
      listener = new Listener();
    });
    const until = async (isTrue: () => boolean): Promise<void> => {
      for (let frames = 0; !isTrue(); frames += 1) {
        if (frames > MAX_FRAMES) throw new Error('the microphone has delivered too little');
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

    it('delivers what is said: every sample once, in order, in frames of 20 ms', async () => {
      rig.microphone.start(listener);
      await untilFrames(1);
      await rig.speak();
      await untilAllWasHeard(listener);
      expect(heardBy(listener)).toEqual(soundOf(said));
      expect(new Set(listener.frames.map(({ length }) => length))).toEqual(new Set([FRAME_BYTES]));
    });

    it('does not change a frame after its delivery', async () => {
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

    it('does not call its listener after a stop, and leaves no child process', async () => {
      rig.microphone.start(listener);
      await untilFrames(3);
      const stopped = rig.microphone.stop();
      const { length } = listener.frames;
      await stopped;
      expect(rig.children()).toEqual([]);
      await rig.pass(5);
      expect(listener.frames).toHaveLength(length);
    });

    it('uses the card from a start until a stop has resolved', async () => {
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

    it('can be stopped before the first frame', async () => {
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
