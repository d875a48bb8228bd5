// Which pattern a light shows, from when it went on and off. Emulation stretches everything, so the lengths
// need to be right only so far that no pattern can be taken for another.

import type { LightPattern } from '../../../src/core/conversation.ts';
import { lightPatterns } from '../../../src/gpio/light-patterns.ts';

/** One look at which the light was not as at the look before. */
export interface Change {
  readonly atMs: number;
  readonly lit: boolean;
}

/** No blinking pattern is lit, or dark, for so long. */
const SOLID_AFTER_MS = 700;
const DARK_AFTER_MS = 3_600;
/** How many steps in a row must be right: so many that each of them holds what only that pattern has. */
const steps = {
  blip: 3,
  fastBlink: 6,
  slowBlink: 4,
  heartbeat: 8,
  longShort: 6,
  evenBlink: 4,
  alarm: 7,
} as const;
const blinking = ['blip', 'fastBlink', 'slowBlink', 'heartbeat', 'longShort', 'evenBlink', 'alarm'] as const;

const tolerance = (ms: number): number => 45 + 0.3 * ms;

interface Step {
  readonly lit: boolean;
  readonly ms: number;
}

const stepsOf = (changes: readonly Change[]): Step[] =>
  changes.slice(1).map(({ atMs }, index) => {
    const from = changes[index] ?? { atMs, lit: false };
    return { lit: from.lit, ms: atMs - from.atMs };
  });

/** Whether the steps are those of the pattern, whichever of its steps is the first. */
const fits = (seen: readonly Step[], shape: readonly number[]): boolean =>
  shape.some((_, first) =>
    seen.every(({ lit, ms }, index) => {
      const at = (first + index) % shape.length;
      const expected = shape[at] ?? 0;
      return lit === (at % 2 === 0) && Math.abs(ms - expected) <= tolerance(expected);
    }),
  );

/**
 * The pattern that `changes` (the first of them: how it was when the looking began) end in at `nowMs`;
 * undefined where that cannot be told yet.
 */
export const recogniseLight = (changes: readonly Change[], nowMs: number): LightPattern | undefined => {
  const last = changes.at(-1);
  if (last === undefined) return undefined;
  const steadyMs = nowMs - last.atMs;
  if (last.lit && steadyMs >= SOLID_AFTER_MS) return 'solid';
  if (!last.lit && steadyMs >= DARK_AFTER_MS) return 'off';
  // The first change is none, and its step had begun before.
  const seen = stepsOf(changes.slice(1));
  return blinking.find((pattern) => {
    const shape = lightPatterns[pattern];
    const enough = seen.length >= steps[pattern];
    return enough && typeof shape !== 'string' && fits(seen.slice(-steps[pattern]), shape);
  });
};
