// What every button promises.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../src/core/errors.ts';
import type { Button } from '../../src/core/ports.ts';

export interface ButtonRig {
  readonly button: Button;
  press(): void;
  release(): void;
  /** Many changes at once, ending pressed or released. Shorter changes than `debounceMs` do not count. */
  bounce(ending: 'pressed' | 'released'): void;
  readonly debounceMs: number;
  /** Whether the line is being watched. */
  watched(): Promise<boolean>;
  /** Takes the line as another program would, until the returned function is called; undefined where impossible. */
  readonly occupy: (() => Promise<() => Promise<void>>) | undefined;
  dispose(): Promise<void>;
}

const SETTLED_MS = 250;
const soon = { timeout: 120_000, interval: 5 };

class Recorder {
  presses = 0;
  readonly failures: string[] = [];
  pressed(): void {
    this.presses += 1;
  }
  failed({ code }: Failure): void {
    this.failures.push(code);
  }
}

export const describeButton = (name: string, createRig: () => Promise<ButtonRig>): void => {
  describe(`button contract: ${name}`, () => {
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
    /**
     * Presses until that is reported, and releases. No event reports a release; a press that comes before the watcher
     * has noticed the release before it does not count, as a bounce does not: then again, after a longer pause.
     */
    const pressAndRelease = async (press: () => void, release: () => void): Promise<void> => {
      const before = heard.presses;
      for (let pauseMs = SETTLED_MS; heard.presses === before; pauseMs *= 2) {
        press();
        await vi
          .waitFor(() => expect(heard.presses).toBeGreaterThan(before), { timeout: 4_000, interval: 5 })
          .catch(() => undefined);
        release();
        await settled(pauseMs);
      }
    };
    /** A whole press, held until it was reported. */
    const full = async (count: number): Promise<void> => {
      await pressAndRelease(rig.press, rig.release);
      expect(heard.presses).toBe(count);
    };

    it('reports each press once', async () => {
      await started(heard);
      for (const count of [1, 2, 3]) await full(count);
      expect(heard).toMatchObject({ presses: 3, failures: [] });
    });

    it('takes bouncing contacts for one press and one release', async () => {
      await started(heard);
      for (let bounces = 0; bounces < 2; ) {
        const before = heard.presses;
        let quick = true;
        const bounce = (ending: 'pressed' | 'released') => (): void => {
          const beganAt = performance.now();
          rig.bounce(ending);
          // Where the machine paused during the changes, they were no bounce: then again.
          quick &&= performance.now() - beganAt < rig.debounceMs / 2;
        };
        await pressAndRelease(bounce('pressed'), bounce('released'));
        if (!quick) continue;
        expect(heard.presses).toBe(before + 1);
        bounces += 1;
      }
    });

    it('does not count a button that is held at the start as a press', async () => {
      rig.press();
      await settled();
      await started(heard);
      rig.release();
      await settled();
      expect(heard.presses).toBe(0);
      await full(1);
    });

    it('does not call its listener after a stop, and can be started again', async () => {
      await started(heard);
      rig.press();
      await presses(1);
      rig.release();
      rig.press();
      // In the middle of the debounce, if the machine is not slow.
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

    it('fails once where the line is in use, and works when it is free again', async (context) => {
      const { occupy } = rig;
      if (occupy === undefined) return context.skip('no other program can take its line');
      const release = await occupy();
      await rig.button.start(heard);
      expect(heard.failures).toEqual(['line-busy']);
      await rig.button.stop();
      await release();
      await started(heard);
      await full(1);
      expect(heard.failures).toHaveLength(1);
    });

    /** Longer than the debounce of any rig, for what must not happen: there is no event to wait for. */
    const settled = (ms = SETTLED_MS): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  });
};
