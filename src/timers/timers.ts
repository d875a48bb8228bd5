// Kitchen timers. While Parley runs they run on the monotonic clock, which nobody can set; on the disk stands
// the wall clock, the only one that outlives a power cut. A Pi has no battery for it: after a boot it may be
// hours behind until the network corrects it, and timers from the disk are reckoned anew then.
// The disk comes first: a timer counts as set, or as gone, when the file says so.

import { TimerError } from '../core/errors.ts';
import type { Alarm, Clock, Log } from '../core/ports.ts';
import { durationWords } from './duration-words.ts';
import { findTimer, type TimerView } from './find-timer.ts';
import { checkDuration, checkedName, checkRoom } from './timer-limits.ts';
import type { StoredTimer, TimerStore } from './timer-store.ts';

export interface TimersParts {
  readonly store: TimerStore;
  readonly clock: Clock;
  /** Milliseconds since 1970, as far as the machine knows; for tests. */
  readonly wallClock?: () => number;
  readonly log: Log;
  /** At least one more timer has become due. It may call back in. */
  readonly onDue: () => void;
}

interface Timer extends StoredTimer {
  /** Set by this process, which knows better than any wall clock when it is due. */
  readonly own: boolean;
  /** On the monotonic clock. */
  readonly dueMs: number;
  /** On the monotonic clock; undefined: it does not ring yet. */
  readonly ringsSinceMs: number | undefined;
}

/** setTimeout takes more for nothing at all. */
const longestWaitMs = 2 ** 31 - 1;
/** Less is the clock being kept right, not set: not worth a write. */
const stepMs = 1000;

/** A limit of ringing may end a moment sooner than it is long. */
const slackMs = 500;

const rings = ({ ringsSinceMs }: Timer): boolean => ringsSinceMs !== undefined;

export class Timers implements Alarm {
  readonly #parts: TimersParts;
  #timers: readonly Timer[] = [];
  #running = false;
  #lastId = 0;
  /** Wall clock less monotonic clock when the timers of the disk were last reckoned. */
  #reckonedMs = 0;
  #disarm = (): void => {};

  constructor(parts: TimersParts) {
    this.#parts = parts;
  }

  /** Once, before anything else. Calls `onDue` before it returns where a timer fell due while Parley was off. */
  load(): void {
    this.#running = true;
    this.#reckonedMs = this.#wallAheadMs();
    this.#timers = this.#parts.store
      .read()
      .map((timer) => this.#reckoned({ ...timer, own: false, dueMs: 0, ringsSinceMs: undefined }));
    this.#lastId = Math.max(0, ...this.#timers.map(({ id }) => Number(id)));
    this.#ring('Parley was off when it fell due');
  }

  /**
   * Set when this returns: a power cut does not lose it any more.
   * @param name what it is for; without one it is called by its duration
   * @throws TimerError; it is not set then
   */
  set({ name = '', durationMs }: { readonly name?: string; readonly durationMs: number }): TimerView {
    checkDuration(durationMs);
    checkRoom(this.#timers.length);
    const timer: Timer = {
      id: String(this.#lastId + 1),
      name: checkedName(name) || durationWords(durationMs),
      durationMs,
      dueAt: 0,
      own: true,
      dueMs: this.#parts.clock.now() + durationMs,
      ringsSinceMs: undefined,
    };
    this.#keep([...this.#timers, timer], 'It is not set.');
    this.#lastId += 1;
    this.#arm();
    return this.#view(timer);
  }

  /** The next to ring first; those that ring are the first of all. */
  list(): TimerView[] {
    return this.#timers
      .map((timer) => this.#view(timer))
      .sort((one, two) => one.remainingMs - two.remainingMs);
  }

  /** @throws TimerError where it is not clear which, and where it cannot be stored: it is still set then */
  cancel(nameOrId: string): TimerView {
    const found = findTimer(this.list(), nameOrId);
    this.#keep(
      this.#timers.filter(({ id }) => id !== found.id),
      `The timer "${found.name}" is still set.`,
    );
    this.#arm();
    return found;
  }

  due(): string | undefined {
    const names = this.#timers.filter(rings).map(({ name }) => `"${name}"`);
    if (names.length === 0) return undefined;
    return names.length === 1 ? `the timer ${names[0]} rings` : `the timers ${names.join(', ')} ring`;
  }

  dismiss(rungMs = 0): void {
    const since = this.#parts.clock.now() - rungMs + slackMs;
    const rest = this.#timers.filter(
      ({ ringsSinceMs }) => ringsSinceMs === undefined || ringsSinceMs > since,
    );
    if (rest.length === this.#timers.length) return;
    this.#timers = rest;
    this.#tryToStore('After a restart, what has rung will ring again.');
  }

  /** The clock of the machine was set, or may have been. */
  clockStepped(): void {
    const aheadMs = this.#wallAheadMs();
    // Small steps add up: they are measured from the last reckoning.
    if (!this.#running || Math.abs(aheadMs - this.#reckonedMs) < stepMs) return;
    this.#reckonedMs = aheadMs;
    this.#timers = this.#timers.map((timer) => (timer.own || rings(timer) ? timer : this.#reckoned(timer)));
    if (this.#timers.some(({ own }) => own))
      this.#tryToStore('After a restart, timers may ring at a wrong time.');
    this.#ring('the clock was wrong until now');
  }

  /** No timer becomes due any more; the file keeps them. */
  stop(): void {
    this.#running = false;
    this.#disarm();
  }

  #wallAheadMs(): number {
    const { wallClock = Date.now, clock } = this.#parts;
    return wallClock() - clock.now();
  }

  /** A clock that stands before the moment when the timer was set is wrong; more than all of it is never left. */
  #reckoned(timer: Timer): Timer {
    const leftMs = Math.min(timer.dueAt - this.#wallAheadMs() - this.#parts.clock.now(), timer.durationMs);
    return { ...timer, dueMs: this.#parts.clock.now() + leftMs };
  }

  #view({ id, name, durationMs, dueMs }: Timer): TimerView {
    return { id, name, durationMs, remainingMs: Math.max(0, dueMs - this.#parts.clock.now()) };
  }

  /** @param consequence for the person, where it cannot be stored */
  #keep(timers: readonly Timer[], consequence: string): void {
    try {
      this.#store(timers);
    } catch (error) {
      if (!(error instanceof TimerError)) throw error;
      throw new TimerError(`${error.message} ${consequence}`, { cause: error });
    }
    this.#timers = timers;
  }

  #store(timers: readonly Timer[]): void {
    const aheadMs = this.#wallAheadMs();
    const stored = timers.map(({ id, name, dueAt, durationMs, own, dueMs }) => {
      return { id, name, dueAt: own ? Math.round(dueMs + aheadMs) : dueAt, durationMs };
    });
    this.#parts.store.write(stored);
  }

  #tryToStore(consequence: string): void {
    try {
      this.#store(this.#timers);
    } catch (error) {
      if (!(error instanceof TimerError)) throw error;
      this.#parts.log.warn({}, `${error.message} ${consequence}`);
    }
  }

  /** @param late why some may ring only now */
  #ring(late?: string): void {
    const now = this.#parts.clock.now();
    const fresh = this.#timers.filter((timer) => !rings(timer) && timer.dueMs <= now);
    for (const { name, dueAt, own } of fresh) {
      if (late === undefined || own) continue;
      const lateWords = durationWords(this.#wallAheadMs() + now - dueAt, 2);
      this.#parts.log.warn({}, `The timer "${name}" rings ${lateWords} late: ${late}.`);
    }
    this.#timers = this.#timers.map((timer) =>
      fresh.includes(timer) ? { ...timer, ringsSinceMs: now } : timer,
    );
    this.#arm();
    if (fresh.length > 0) this.#parts.onDue();
  }

  #arm(): void {
    this.#disarm();
    const dueMs = Math.min(...this.#timers.filter((timer) => !rings(timer)).map((timer) => timer.dueMs));
    if (!this.#running || dueMs === Number.POSITIVE_INFINITY) return;
    // Rounded up, or a clock with fractions would be asked again for the last of them.
    const waitMs = Math.ceil(Math.max(0, dueMs - this.#parts.clock.now()));
    this.#disarm = this.#parts.clock.after(Math.min(waitMs, longestWaitMs), () => this.#ring());
  }
}
