// What the light shows: milliseconds lit, dark, lit, dark and so on, repeated; or steady. Only `solid` is steadily
// lit: solid light means that sound is leaving the device. The pins are in the configuration.

import type { LightPattern } from '../core/conversation.ts';

/** Steady, or milliseconds until each change: an even count, or the second round would be inverted. */
export type LightShape = 'off' | 'on' | readonly number[];

interface ShownPattern {
  readonly shape: LightShape;
  /** What a person sees, for the documentation. */
  readonly description: string;
}

export const lightPatterns: Readonly<Record<LightPattern, ShownPattern>> = {
  off: { shape: 'off', description: 'off' },
  // Rare and short: it may go on all night.
  blip: { shape: [50, 2950], description: 'a short flash every three seconds' },
  solid: { shape: 'on', description: 'on' },
  fastBlink: { shape: [120, 120], description: 'fast blinking' },
  // It follows `solid`, and must soon look different.
  slowBlink: { shape: [200, 1000], description: 'slow blinking: a short flash, a long pause' },
  heartbeat: { shape: [120, 160, 120, 800], description: 'a heartbeat: two flashes and a pause' },
  longShort: { shape: [400, 150, 100, 550], description: 'a long and a short flash' },
  // For a timer that rings: lit half of the time, to be seen from across the room.
  evenBlink: { shape: [500, 500], description: 'half a second on, half a second off' },
  // Quicker than any other pattern.
  alarm: { shape: [50, 70, 50, 70, 50, 510], description: 'three quick flashes' },
};
