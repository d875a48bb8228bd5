// What the light shows: milliseconds lit, dark, lit, dark and so on, repeated; or steady. Only `solid` is steadily
// lit: solid light promises that sound is leaving the device. The pins are in the configuration.

import type { LightPattern } from '../core/conversation.ts';

/** Steady, or milliseconds until each change: an even count, or the second round would be inverted. */
export type LightShape = 'off' | 'on' | readonly number[];

export const lightPatterns: Readonly<Record<LightPattern, LightShape>> = {
  off: 'off',
  // Rare and short: it may go on all night.
  blip: [50, 2950],
  solid: 'on',
  fastBlink: [120, 120],
  // A short flash: it follows `solid`, and must soon look different.
  slowBlink: [200, 1000],
  // Two beats.
  heartbeat: [120, 160, 120, 800],
  longShort: [400, 150, 100, 550],
  // For a timer that rings: lit half of the time, to be seen from across the room.
  evenBlink: [500, 500],
  // Three flashes, quicker than any other pattern.
  alarm: [50, 70, 50, 70, 50, 510],
};

/** What a person sees, for the documentation. */
export const lightPatternDescriptions: Readonly<Record<LightPattern, string>> = {
  off: 'off',
  blip: 'a short flash every three seconds',
  solid: 'on',
  fastBlink: 'fast blinking',
  slowBlink: 'slow blinking: a short flash, a long pause',
  heartbeat: 'a heartbeat: two flashes and a pause',
  longShort: 'a long and a short flash',
  evenBlink: 'half a second on, half a second off',
  alarm: 'three quick flashes',
};
