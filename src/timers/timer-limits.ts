// What a timer may be. Generous for a kitchen, and small enough that the file is written at once and the list
// can be told.

import { TimerError } from '../core/errors.ts';

const shortestMs = 1000;
const longestMs = 7 * 86_400_000;
const mostTimers = 500;
const mostCharacters = 60;

/** @throws TimerError */
export const checkDuration = (durationMs: number): void => {
  if (!(durationMs >= shortestMs && durationMs <= longestMs))
    throw new TimerError('A timer takes 1 second to 7 days: give a duration within that.');
};

/** @throws TimerError */
export const checkRoom = (count: number): void => {
  if (count >= mostTimers)
    throw new TimerError(`There are ${mostTimers} timers already: cancel one that is not needed first.`);
};

/**
 * The name without what would break a line of the log.
 * @throws TimerError
 */
export const checkedName = (name: string): string => {
  const clean = name.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim();
  if ([...clean].length > mostCharacters)
    throw new TimerError(`The name is longer than ${mostCharacters} characters: give a shorter one.`);
  return clean;
};
