// What a timer sounds like: two notes as of a doorbell, twice, and a pause to listen for steps in. High enough for
// a small loudspeaker, with overtones for ears that miss the high ones, and no louder than a reply.

import { type Note, renderNotes } from '../audio/tone.ts';

const cycleMs = 2000;
const peakDbfs = -9;
const bell = { lengthMs: 700, partials: [1, 0.4, 0.15], attackMs: 6, decayMs: 260 } as const;

const notes: readonly Note[] = [0, 600].flatMap((startMs) => [
  { ...bell, startMs, hertz: 1318.5 },
  { ...bell, startMs: startMs + 200, hertz: 1046.5 },
]);

let made: Buffer | undefined;

/** One round; made when it is first wanted. */
export const ringSound = (): Buffer => {
  made ??= renderNotes(notes, cycleMs, peakDbfs);
  return made;
};
