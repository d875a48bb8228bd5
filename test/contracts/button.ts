// What every button promises, whatever it is made of.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Button } from '../../src/core/ports.ts';

export interface ButtonRig {
  readonly button: Button;
  press(): void;
  release(): void;
  /** Many changes in a time that is no press, ending pressed or released. */
  bounce(ending: 'pressed' | 'released'): void;
  /** Whether the button is being watched, by whoever watches it. */
  watched(): Promise<boolean>;
  /** Somebody else takes the line, until the returned function is called; undefined where none can. */
  readonly occupy: (() => Promise<() => Promise<void>>) | undefined;
  dispose(): Promise<void>;
}

const soon = { timeout: 30_000, interval: 5 };

class Recorder {
  presses = 0;
  readonly failures: string[] = [];
  pressed(): void {
    this.presses += 1;
  }
  failed(sentence: string): void {
    this.failures.push(sentence);
  }
}

export const describeButton = (name: string, createRig: () => Promise<ButtonRig>): void => {
  describe(`the button's promises: ${name}`, () => {
    let rig: ButtonRig;
    let heard: Recorder;
    beforeEach(async () => {
      rig = await createRig();
      heard = new Recorder();
    });
    afterEach(async () => {
      await rig.button.stop();
      await rig.dispose();
    });

    const started = async (recorder: Recorder): Promise<void> => {
      await rig.button.start(recorder);
      expect(await rig.watched()).toBe(true);
    };
    const presses = (count: number, recorder = heard): Promise<void> =>
      vi.waitFor(() => expect(recorder.presses).toBe(count), soon);
    /** A whole press, held until it was told. */
    const full = async (count: number): Promise<void> => {
      rig.press();
      await presses(count);
      rig.release();
    };

    it('tells each press once', async () => {
      await started(heard);
      for (const count of [1, 2, 3]) {
        await full(count);
        await settled();
      }
      expect(heard).toMatchObject({ presses: 3, failures: [] });
    });

    it('takes bouncing contacts for one press and one release', async () => {
      await started(heard);
      rig.bounce('pressed');
      await presses(1);
      rig.bounce('released');
      await settled();
      rig.bounce('pressed');
      await presses(2);
      rig.bounce('released');
      await settled();
      expect(heard.presses).toBe(2);
    });

    it('does not take a button that is held at the start for a press', async () => {
      rig.press();
      await settled();
      await started(heard);
      rig.release();
      await settled();
      expect(heard.presses).toBe(0);
      await full(1);
    });

    it('says nothing after stop, and can be started again', async () => {
      await started(heard);
      rig.press();
      await presses(1);
      rig.release();
      rig.press();
      // Seen, and in the middle of its debounce.
      await new Promise((resolve) => setTimeout(resolve, 30));
      await rig.button.stop();
      expect(await rig.watched()).toBe(false);
      const before = heard.presses;
      rig.release();
      await settled();
      const again = new Recorder();
      await started(again);
      rig.press();
      await presses(1, again);
      expect(heard).toMatchObject({ presses: before, failures: [] });
    });

    it('may be started and stopped twice, and stopped before it started', async () => {
      await rig.button.stop();
      const early = rig.button.start(heard);
      await rig.button.stop();
      await early;
      void rig.button.start(heard);
      const second = new Recorder();
      await started(second);
      await full(1);
      await Promise.all([rig.button.stop(), rig.button.stop()]);
      expect(await rig.watched()).toBe(false);
      expect(heard.failures).toEqual([]);
      expect(second).toMatchObject({ presses: 0, failures: [] });
    });

    it('fails with one sentence where the line is in use, and works when it is free again', async (context) => {
      const { occupy } = rig;
      if (occupy === undefined) return context.skip('nobody else can take its line');
      const release = await occupy();
      await rig.button.start(heard);
      expect(heard.failures).toHaveLength(1);
      expect(heard.failures[0]).toMatch(/^GPIO 17 .* is in use by .*; .*\.$/);
      await rig.button.stop();
      await release();
      await started(heard);
      await full(1);
      expect(heard.failures).toHaveLength(1);
    });

    /** Longer than any debounce of the rigs, for what must not be told: there is no event to wait for. */
    const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250));
  });
};
