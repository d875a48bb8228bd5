// What every volume promises. `create` makes a further volume on the same card and state, as after a restart.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { Volume } from '../../src/core/volume.ts';

export interface VolumeRig {
  create(): Volume;
  card(): Promise<{ readonly percent: number; readonly muted: boolean }>;
  /** Another program sets the volume of the card. */
  turn(percent: number): Promise<void>;
  mute(): Promise<void>;
  /** No volume can be remembered from now on. */
  fillDisk(): void;
  unplug(): Promise<void>;
  dispose(): Promise<void>;
}

export const describeVolume = (name: string, createRig: () => Promise<VolumeRig>): void => {
  describe(`volume contract: ${name}`, () => {
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

    it.each([40, 0, 1, 33, 100])('sets %i, and returns it', async (percent) => {
      near(await volume.set(percent), percent);
      near(await volume.get(), percent);
      await expectCard(percent);
    });

    it('clamps to 0 to 100', async () => {
      near(await volume.set(140), 100);
      await expectCard(100);
      near(await volume.set(-3), 0);
      await expectCard(0);
    });

    it('gets what another program has set', async () => {
      await volume.set(40);
      await rig.turn(70);
      near(await volume.get(), 70);
    });

    it('is 0 while the card is muted, and set again', async () => {
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

    it('is not changed where nothing was remembered', async () => {
      await rig.turn(70);
      await volume.restore();
      await expectCard(70);
    });

    it('is set with a full disk too, and the previous volume stays remembered', async () => {
      await volume.set(30);
      rig.fillDisk();
      near(await volume.set(60), 60);
      await expectCard(60);
      await rig.create().restore();
      await expectCard(30);
    });

    it('fails without a card, and does not reject a restore', async () => {
      await volume.set(40);
      await rig.unplug();
      for (const call of [() => volume.get(), () => volume.set(50)])
        await expect(call()).rejects.toBeInstanceOf(ToolError);
      await volume.restore();
    });

    it('ends at once when it is aborted', async () => {
      const reason = new Error('a press');
      await expect(volume.get(AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(volume.set(50, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
};
