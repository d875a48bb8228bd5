// Checks a request: the duration and the name of a timer to set, and which timer to cancel. The limits
// are large enough for a kitchen, and small enough that the file is written quickly. The sentences of the errors are
// for the service, which can ask the person with them.

import { ToolError } from '../core/errors.ts';
import { formatDuration } from '../core/format-duration.ts';
import type { StoredTimer } from './timer-store.ts';

const MIN_DURATION_MS = 1000;
const MAX_DURATION_MS = 7 * 86_400_000;
const MAX_TIMERS = 500;
const MAX_NAME_CHARACTERS = 60;
/** In one error: a person listens to no more. */
const MAX_LISTED = 10;

export interface TimerView extends Omit<StoredTimer, 'dueAt'> {
  /** 0 while it rings. */
  readonly remainingMs: number;
}

/** @throws ToolError: duration-invalid */
export const checkDuration = (durationMs: number): void => {
  if (!(durationMs >= MIN_DURATION_MS && durationMs <= MAX_DURATION_MS))
    throw new ToolError('duration-invalid', 'A timer takes 1 second to 7 days: give a duration within that.');
};

/**
 * @param count of timers that are set
 * @throws ToolError: too-many-timers
 */
export const checkCount = (count: number): void => {
  if (count >= MAX_TIMERS)
    throw new ToolError(
      'too-many-timers',
      `There are ${MAX_TIMERS} timers already: cancel one that is not needed first.`,
    );
};

/**
 * The name without the characters that would break a line of the log.
 * @throws ToolError: name-too-long
 */
export const checkedName = (name: string): string => {
  const clean = name.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim();
  if ([...clean].length > MAX_NAME_CHARACTERS)
    throw new ToolError(
      'name-too-long',
      `The name is longer than ${MAX_NAME_CHARACTERS} characters: give a shorter one.`,
    );
  return clean;
};

/**
 * The timer with this id or, without regard to case, this name.
 * @throws ToolError: no-timers, timer-unknown or timer-ambiguous; the last two list the timers that it may be
 */
export const findTimer = (timers: readonly TimerView[], nameOrId: string): TimerView => {
  const byId = timers.find(({ id }) => id === nameOrId.trim());
  if (byId !== undefined) return byId;
  const named = timers.filter(({ name }) => folded(name) === folded(nameOrId));
  const [only] = named;
  if (only !== undefined && named.length === 1) return only;
  if (only !== undefined)
    throw new ToolError(
      'timer-ambiguous',
      `There are ${named.length} timers of that name, ask which: ${list(named)}.`,
    );
  if (timers.length === 0) throw new ToolError('no-timers', 'No timer is set.');
  throw new ToolError(
    'timer-unknown',
    `There is no timer "${nameOrId.slice(0, MAX_NAME_CHARACTERS)}", only: ${list(timers)}.`,
  );
};

const folded = (name: string): string => name.normalize().trim().toLowerCase();

const list = (timers: readonly TimerView[]): string => {
  const texts = timers.slice(0, MAX_LISTED).map(describe);
  const more = timers.length - texts.length;
  return [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
};

const describe = ({ id, name, remainingMs }: TimerView): string => {
  const remaining = remainingMs === 0 ? 'it rings now' : `${formatDuration(remainingMs, 2)} left`;
  return `"${name}" (id ${id}, ${remaining})`;
};
