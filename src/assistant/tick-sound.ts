// What is heard of a call that takes its time: a soft tick, just enough to say that somebody is at work.

import { renderNotes } from '../audio/tone.ts';

const lengthMs = 40;
const peakDbfs = -30;
const tick = { startMs: 0, lengthMs, hertz: 880, partials: [1, 0.2], attackMs: 3, decayMs: 8 } as const;

let made: Buffer | undefined;

/** One tick; made when it is first wanted. */
export const tickSound = (): Buffer => {
  made ??= renderNotes([tick], lengthMs, peakDbfs);
  return made;
};
