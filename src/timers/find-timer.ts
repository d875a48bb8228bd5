// Which timer somebody means, by what was said. Where that is not clear, the answer is a sentence that the
// service can ask back with.

import { TimerError } from '../core/errors.ts';
import { durationWords } from './duration-words.ts';

export interface TimerView {
  readonly id: string;
  readonly name: string;
  /** 0 where it rings. */
  readonly remainingMs: number;
  readonly durationMs: number;
}

/** As many as somebody may want to hear. */
const mostTold = 10;

const folded = (name: string): string => name.normalize().trim().toLowerCase();

const inWords = ({ id, name, remainingMs }: TimerView): string => {
  const left = remainingMs === 0 ? 'it rings now' : `${durationWords(remainingMs, 2)} left`;
  return `"${name}" (id ${id}, ${left})`;
};

const listed = (timers: readonly TimerView[]): string => {
  const words = timers.slice(0, mostTold).map(inWords);
  const more = timers.length - words.length;
  return [...words, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
};

/** @throws TimerError that lists those it may be */
export const findTimer = (timers: readonly TimerView[], nameOrId: string): TimerView => {
  const byId = timers.find(({ id }) => id === nameOrId.trim());
  if (byId !== undefined) return byId;
  const named = timers.filter(({ name }) => folded(name) === folded(nameOrId));
  const [only] = named;
  if (only !== undefined && named.length === 1) return only;
  if (only !== undefined)
    throw new TimerError(`There are ${named.length} timers of that name, ask which: ${listed(named)}.`);
  if (timers.length === 0) throw new TimerError('No timer is set.');
  throw new TimerError(`There is no timer "${nameOrId.slice(0, 60)}", only: ${listed(timers)}.`);
};
