// What every volume promises. `card` is what the loudspeaker's card has, whoever set it; `create` gives a next
// volume on the same card and the same memory, as after a restart.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { Volume } from '../../src/core/volume.ts';

export interface VolumeRig {
  create(): Volume;
  card(): Promise<{ readonly percent: number; readonly muted: boolean }>;
  /** Somebody else turns the knob. */
  turn(percent: number): Promise<void>;
  mute(): Promise<void>;
  /** Nothing can be remembered any more. */
  fillDisk(): void;
  unplug(): Promise<void>;
  dispose(): Promise<void>;
}

export const describeVolume = (name: string, createRig: () => Promise<VolumeRig>): void => {
  describe(`the volume's promises: ${name}`, () => {
    let rig: VolumeRig;
    let volume: Volume;
    beforeEach(async () => {
      rig = await createRig();
      volume = rig.create();
    });
    afterEach(() => rig.dispose());

    const near = (percent: number, wanted: number): void =>
      expect(Math.abs(percent - wanted)).toBeLessThanOrEqual(1);
    const expectCard = async (wanted: number): Promise<void> => {
      const { percent, muted } = await rig.card();
      near(percent, wanted);
      expect(muted).toBe(false);
    };

    it.each([40, 0, 1, 33, 100])('sets %i, tells so, and the card has it', async (percent) => {
      near(await volume.set(percent), percent);
      near(await volume.get(), percent);
      await expectCard(percent);
    });

    it('goes to the nearer end for what is beyond', async () => {
      near(await volume.set(140), 100);
      await expectCard(100);
      near(await volume.set(-3), 0);
      await expectCard(0);
    });

    it('tells what somebody else has set', async () => {
      await volume.set(40);
      await rig.turn(70);
      near(await volume.get(), 70);
    });

    it('is 0 while the card is muted, and is heard again when it is set', async () => {
      await volume.set(40);
      await rig.mute();
      expect(await volume.get()).toBe(0);
      near(await volume.set(20), 20);
      await expectCard(20);
    });

    it('is remembered over a restart', async () => {
      await volume.set(40);
      await rig.turn(90);
      await rig.create().restore();
      await expectCard(40);
    });

    it('is left as it is where nothing was remembered', async () => {
      await rig.turn(70);
      await volume.restore();
      await expectCard(70);
    });

    it('is set with a full disk too, and what was remembered before still is', async () => {
      await volume.set(30);
      rig.fillDisk();
      near(await volume.set(60), 60);
      await expectCard(60);
      await rig.create().restore();
      await expectCard(30);
    });

    it('fails in one sentence without a card, and restores nothing', async () => {
      await volume.set(40);
      await rig.unplug();
      for (const call of [() => volume.get(), () => volume.set(50)])
        await expect(call()).rejects.toSatisfy(
          (error) => error instanceof ToolError && /^[A-Z].*\.$/.test(error.message),
        );
      await volume.restore();
    });

    it('ends at once when it is aborted', async () => {
      const reason = new Error('a press');
      await expect(volume.get(AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(volume.set(50, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
};
