// What every light promises.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LightPattern } from '../../src/core/conversation.ts';
import type { Light } from '../../src/core/ports.ts';

export interface LightRig {
  create(): Promise<Light>;
  /** Whether a person would see light now. */
  lit(): boolean;
  /** Whether the line is held. */
  held(): Promise<boolean>;
  dispose(): Promise<void>;
}

const soon = { timeout: 120_000, interval: 5 };
const blinking: readonly LightPattern[] = ['fastBlink', 'slowBlink', 'heartbeat', 'alarm'];

export const describeLight = (name: string, createRig: () => Promise<LightRig>): void => {
  describe(`light contract: ${name}`, () => {
    let rig: LightRig;
    let light: Light;
    beforeEach(async () => {
      rig = await createRig();
      light = await rig.create();
    });
    afterEach(async () => {
      await light.stop();
      await rig.dispose();
    });

    const becomes = (lit: boolean): Promise<void> => vi.waitFor(() => expect(rig.lit()).toBe(lit), soon);
    /** Watches the light; by default for as long as the longest step of these patterns. */
    const stays = async (lit: boolean, looks = 80): Promise<void> => {
      for (let look = 0; look < looks; look += 1) {
        expect(rig.lit()).toBe(lit);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };

    it('is dark at first, and holds the line', async () => {
      expect(rig.lit()).toBe(false);
      expect(await rig.held()).toBe(true);
    });

    it('is steadily lit for solid and steadily dark for off', async () => {
      light.show('solid');
      await becomes(true);
      await stays(true);
      light.show('off');
      await becomes(false);
      await stays(false);
    });

    it.each(blinking)('goes on and off for %s, again and again', async (pattern) => {
      light.show(pattern);
      for (const lit of [true, false, true, false, true]) await becomes(lit);
    });

    it('goes from each pattern to solid and to dark', async () => {
      for (const pattern of blinking) {
        light.show(pattern);
        await becomes(true);
        light.show('off');
        await becomes(false);
        light.show('solid');
        await becomes(true);
      }
    });

    it('shows the newest of many patterns', async () => {
      for (const pattern of ['fastBlink', 'solid', 'alarm', 'off', 'heartbeat', 'solid'] as const) {
        light.show(pattern);
      }
      await becomes(true);
      // An older pattern may still come in between.
      await vi.waitFor(() => stays(true), soon);
      for (const pattern of ['alarm', 'solid', 'off'] as const) light.show(pattern);
      await becomes(false);
      await vi.waitFor(() => stays(false), soon);
    });

    it.each(['solid', ...blinking] as const)(
      'is dark and releases the line when stopped in %s',
      async (pattern) => {
        light.show(pattern);
        await becomes(true);
        await Promise.all([light.stop(), light.stop()]);
        expect(rig.lit()).toBe(false);
        expect(await rig.held()).toBe(false);
        light.show('solid');
        await stays(false, 20);
      },
    );

    it('can be created again after a stop, also one during a change', async () => {
      light.show('solid');
      await light.stop();
      expect(rig.lit()).toBe(false);
      light = await rig.create();
      light.show('solid');
      await becomes(true);
    });
  });
};
