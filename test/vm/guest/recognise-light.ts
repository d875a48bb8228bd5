// Recognises the light's pattern by the times at which it went on and off. Emulation stretches all times, so
// they are compared only as exactly as needed to distinguish the patterns.

import type { LightPattern } from '../../../src/core/conversation.ts';
import { lightPatterns } from '../../../src/gpio/light-patterns.ts';

/** A sample that differs from the sample before. */
export interface Change {
  readonly atMs: number;
  readonly lit: boolean;
}

/** Longer than any blinking pattern is lit, or dark. */
const SOLID_AFTER_MS = 700;
const DARK_AFTER_MS = 3_600;
/** How many steps in a row must match: each of these sequences occurs in one pattern only. */
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

const createSteps = (changes: readonly Change[]): Step[] =>
  changes.slice(1).map(({ atMs }, index) => {
    const from = changes[index] ?? { atMs, lit: false };
    return { lit: from.lit, ms: atMs - from.atMs };
  });

/** Whether the steps are those of the pattern, starting at any of its steps. */
const fits = (seen: readonly Step[], shape: readonly number[]): boolean =>
  shape.some((_, first) =>
    seen.every(({ lit, ms }, index) => {
      const at = (first + index) % shape.length;
      const expected = shape[at] ?? 0;
      return lit === (at % 2 === 0) && Math.abs(ms - expected) <= tolerance(expected);
    }),
  );

/**
 * The pattern in which `changes` end at `nowMs`; undefined while it is ambiguous. The first change is the state
 * at the first sample.
 */
export const recogniseLight = (changes: readonly Change[], nowMs: number): LightPattern | undefined => {
  const last = changes.at(-1);
  if (last === undefined) return undefined;
  const steadyMs = nowMs - last.atMs;
  if (last.lit && steadyMs >= SOLID_AFTER_MS) return 'solid';
  if (!last.lit && steadyMs >= DARK_AFTER_MS) return 'off';
  // The first change is the initial state, and its step began before the first sample.
  const seen = createSteps(changes.slice(1));
  return blinking.find((pattern) => {
    const { shape } = lightPatterns[pattern];
    const enough = seen.length >= steps[pattern];
    return enough && typeof shape !== 'string' && fits(seen.slice(-steps[pattern]), shape);
  });
};
