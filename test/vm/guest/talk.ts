// A conversation as people have it, in pieces that the tests put together. Each resolves when what it is named
// after has happened.

import { nobodyRecords } from './card.ts';
import type { House } from './house.ts';
import { say } from './room.ts';
import { speak } from './voice.ts';
import { becomes } from './waiting.ts';

/** Longer than what the ear has not yet delivered of what was played. */
const EAR_LIMIT_MS = 20_000;

/** From idle, ready or not, or from a failure. */
export const begin = async (house: House): Promise<void> => {
  const mark = await house.button.press();
  await house.journal.phase(mark, 'listening');
};

export const hangUp = async (house: House): Promise<void> => {
  const mark = await house.button.press();
  await house.journal.phase(mark, 'idle');
  await becomes(nobodyRecords, 'the microphone to be free');
};

/** Says something new and hears it come back, sample for sample; Parley listens before and after. */
export const turn = async (house: House, ms = 1500): Promise<Buffer> => {
  const utterance = speak(ms, house.nextSeed);
  const mark = house.journal.mark;
  house.ear.forget();
  await Promise.all([say(utterance), house.journal.phase(mark, 'draining')]);
  await house.journal.phase(mark, 'listening');
  await house.ear.hears(utterance, EAR_LIMIT_MS);
  return utterance;
};

/** From idle to idle. */
export const conversation = async (house: House): Promise<void> => {
  await begin(house);
  await turn(house);
  await hangUp(house);
};
