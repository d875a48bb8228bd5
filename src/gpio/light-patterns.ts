// What the light says, as milliseconds lit, dark, lit, dark ... and again from the front; or steady.
// Only `solid` is steadily lit: solid light is the promise that sound is leaving the device.

import type { LightPattern } from '../core/conversation.ts';

/** Steady, or milliseconds until each change; an even number, or the second round would be inverted. */
export type LightShape = 'off' | 'on' | readonly number[];

export const lightPatterns: Readonly<Record<LightPattern, LightShape>> = {
  off: 'off',
  // Seldom and short: it may go on all night.
  blip: [50, 2950],
  solid: 'on',
  fastBlink: [120, 120],
  // A short flash: it follows `solid`, and must soon be seen to differ.
  slowBlink: [200, 1000],
  // Two soft beats.
  heartbeat: [120, 160, 120, 800],
  // At work: a long and a short one.
  longShort: [400, 150, 100, 550],
  // A timer rings: as long lit as dark, to be seen from across the room.
  evenBlink: [500, 500],
  // A stutter of three, quicker than anything else.
  alarm: [50, 70, 50, 70, 50, 510],
};
