// A light that keeps the patterns that it was to show.

import type { LightPattern } from '../../src/core/conversation.ts';
import type { Light } from '../../src/core/ports.ts';
import { lightPatterns } from '../../src/gpio/light-patterns.ts';

export interface FakeLight extends Light {
  /** Every pattern, in order. */
  readonly shown: readonly LightPattern[];
  readonly stopped: boolean;
  /** Whether it is lit now, at this step of its pattern. */
  lit(): boolean;
}

/** @param now milliseconds, for example of a fake clock */
export const createFakeLight = (now: () => number = () => performance.now()): FakeLight => {
  const shown: LightPattern[] = [];
  let since = now();
  let stopped = false;
  return {
    shown,
    get stopped() {
      return stopped;
    },
    lit() {
      const shape = stopped ? 'off' : lightPatterns[shown.at(-1) ?? 'off'].shape;
      if (shape === 'off' || shape === 'on') return shape === 'on';
      let rest = (now() - since) % shape.reduce((sum, ms) => sum + ms, 0);
      // Counts the steps that are over; even ones are lit.
      const step = shape.findIndex((ms) => {
        rest -= ms;
        return rest < 0;
      });
      return step % 2 === 0;
    },
    show(pattern) {
      if (stopped) return;
      shown.push(pattern);
      since = now();
    },
    stop() {
      stopped = true;
      return Promise.resolve();
    },
  };
};
