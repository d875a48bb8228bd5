// Kitchen timers. While Parley runs they run on the monotonic clock, which cannot be set; the file has the time of
// the wall clock, which continues through a power cut. A Pi has no battery for it: after a boot it may be hours behind
// until the network corrects it, and then the timers from the file are computed again.
// The file is written first: a timer is set, or cancelled, when the file says so.

import { ToolError } from '../core/errors.ts';
import { formatDuration } from '../core/format-duration.ts';
import type { Alarm, Clock, Log } from '../core/ports.ts';
import { checkCount, checkDuration, checkedName, findTimer, type TimerView } from './timer-requests.ts';
import type { StoredTimer, TimerStore } from './timer-store.ts';

export interface TimersOptions {
  readonly store: TimerStore;
  readonly clock: Clock;
  /** Milliseconds since 1970, as far as the machine knows; for tests. */
  readonly wallClock?: () => number;
  readonly log: Log;
  /** At least one more timer is due. May call methods of the timers. */
  readonly onDue: () => void;
}

interface Timer extends StoredTimer {
  /** By this process, so that the monotonic clock tells when it is due; otherwise it comes from the file. */
  readonly setHere: boolean;
  /** By the monotonic clock. */
  readonly dueMs: number;
  /** By the monotonic clock; undefined: it does not ring yet. */
  readonly ringsSinceMs: number | undefined;
}

/** setTimeout takes more for 0. */
const MAX_WAIT_MS = 2 ** 31 - 1;
/** A smaller change of the wall clock is an adjustment, and causes no write. */
const MIN_STEP_MS = 1000;
/** The time limit of ringing may end a moment too early. */
const DISMISS_TOLERANCE_MS = 500;

const rings = ({ ringsSinceMs }: Timer): boolean => ringsSinceMs !== undefined;

const viewOf = ({ id, name, durationMs, dueMs }: Timer, now: number): TimerView => ({
  id,
  name,
  durationMs,
  remainingMs: Math.max(0, dueMs - now),
});

export class Timers implements Alarm {
  readonly #options: TimersOptions;
  #timers: readonly Timer[] = [];
  #running = false;
  #lastId = 0;
  /** Wall clock minus monotonic clock, when the timers from the file were last computed. */
  #usedOffsetMs = 0;
  #cancelWait = (): void => {};

  constructor(options: TimersOptions) {
    this.#options = options;
  }

  /** Called once, first. Calls `onDue` before it returns where a timer became due while Parley was off. */
  load(): void {
    this.#running = true;
    this.#usedOffsetMs = this.#wallOffsetMs();
    this.#timers = this.#options.store
      .read()
      .map((timer) => this.#computed({ ...timer, setHere: false, dueMs: 0, ringsSinceMs: undefined }));
    this.#lastId = Math.max(0, ...this.#timers.map(({ id }) => Number(id)));
    this.#ring('Parley was off when it was due');
  }

  /**
   * After the return the timer survives a power cut.
   * @param name what it is for; default: its duration
   * @throws ToolError, and the timer is not set: duration-invalid, too-many-timers, name-too-long and those of
   * TimerStore
   */
  set({ name = '', durationMs }: { readonly name?: string; readonly durationMs: number }): TimerView {
    checkDuration(durationMs);
    checkCount(this.#timers.length);
    const timer: Timer = {
      id: String(this.#lastId + 1),
      name: checkedName(name) || formatDuration(durationMs),
      durationMs,
      dueAt: 0,
      setHere: true,
      dueMs: this.#options.clock.now() + durationMs,
      ringsSinceMs: undefined,
    };
    this.#storeAndKeep([...this.#timers, timer], 'It is not set.');
    this.#lastId += 1;
    this.#wait();
    return viewOf(timer, this.#options.clock.now());
  }

  /** The next to ring first; those that ring are the first of all. */
  list(): TimerView[] {
    // One moment for all: two that ring nearly together would change places.
    const now = this.#options.clock.now();
    return this.#timers
      .map((timer) => viewOf(timer, now))
      .sort((one, two) => one.remainingMs - two.remainingMs);
  }

  /** @throws ToolError, and the timer is still set: those of `findTimer` and of TimerStore */
  cancel(nameOrId: string): TimerView {
    const found = findTimer(this.list(), nameOrId);
    this.#storeAndKeep(
      this.#timers.filter(({ id }) => id !== found.id),
      `The timer "${found.name}" is still set.`,
    );
    this.#wait();
    return found;
  }

  due(): string | undefined {
    const names = this.#timers.filter(rings).map(({ name }) => `"${name}"`);
    if (names.length === 0) return undefined;
    return names.length === 1 ? `the timer ${names[0]} rings` : `the timers ${names.join(', ')} ring`;
  }

  dismiss(rungMs = 0): void {
    const since = this.#options.clock.now() - rungMs + DISMISS_TOLERANCE_MS;
    const rest = this.#timers.filter(
      ({ ringsSinceMs }) => ringsSinceMs === undefined || ringsSinceMs > since,
    );
    if (rest.length === this.#timers.length) return;
    this.#timers = rest;
    this.#tryToStore('After a restart, a timer that has rung will ring again.');
  }

  /** The clock of the machine may have been set. */
  clockStepped(): void {
    const offsetMs = this.#wallOffsetMs();
    // Measured from the last computation, so that small steps add up.
    if (!this.#running || Math.abs(offsetMs - this.#usedOffsetMs) < MIN_STEP_MS) return;
    this.#usedOffsetMs = offsetMs;
    this.#timers = this.#timers.map((timer) =>
      timer.setHere || rings(timer) ? timer : this.#computed(timer),
    );
    if (this.#timers.some(({ setHere }) => setHere))
      this.#tryToStore('After a restart, timers may ring at the wrong time.');
    this.#ring('the clock was wrong until now');
  }

  /** No timer becomes due after this; the file keeps them. */
  stop(): void {
    this.#running = false;
    this.#cancelWait();
  }

  #wallOffsetMs(): number {
    const { wallClock = Date.now, clock } = this.#options;
    return wallClock() - clock.now();
  }

  /** By the wall clock. A clock before the moment when the timer was set is wrong: at most the whole duration remains. */
  #computed(timer: Timer): Timer {
    const remainingMs = Math.min(
      timer.dueAt - this.#wallOffsetMs() - this.#options.clock.now(),
      timer.durationMs,
    );
    return { ...timer, dueMs: this.#options.clock.now() + remainingMs };
  }

  #storeAndKeep(timers: readonly Timer[], consequence: string): void {
    this.#store(timers, consequence);
    this.#timers = timers;
  }

  /** @param consequence for the person, where it cannot be stored */
  #store(timers: readonly Timer[], consequence: string): void {
    const offsetMs = this.#wallOffsetMs();
    const stored = timers.map(({ id, name, dueAt, durationMs, setHere, dueMs }) => {
      return { id, name, dueAt: setHere ? Math.round(dueMs + offsetMs) : dueAt, durationMs };
    });
    try {
      this.#options.store.write(stored);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      throw new ToolError(error.code, `${error.message} ${consequence}`);
    }
  }

  #tryToStore(consequence: string): void {
    try {
      this.#store(this.#timers, consequence);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      this.#options.log.warn({ code: error.code }, error.message);
    }
  }

  /** @param whyLate why timers from the file may ring too late */
  #ring(whyLate?: string): void {
    const now = this.#options.clock.now();
    const newlyDue = this.#timers.filter((timer) => !rings(timer) && timer.dueMs <= now);
    for (const { name, dueAt, setHere } of newlyDue) {
      if (whyLate === undefined || setHere) continue;
      const lateBy = formatDuration(this.#wallOffsetMs() + now - dueAt, 2);
      this.#options.log.warn({ code: 'timer-late' }, `The timer "${name}" rings ${lateBy} late: ${whyLate}.`);
    }
    this.#timers = this.#timers.map((timer) =>
      newlyDue.includes(timer) ? { ...timer, ringsSinceMs: now } : timer,
    );
    this.#wait();
    if (newlyDue.length > 0) this.#options.onDue();
  }

  #wait(): void {
    this.#cancelWait();
    const dueMs = Math.min(...this.#timers.filter((timer) => !rings(timer)).map((timer) => timer.dueMs));
    if (!this.#running || dueMs === Number.POSITIVE_INFINITY) return;
    // Rounded up: rounded down, it would wait again for the last fraction of a millisecond.
    const waitMs = Math.ceil(Math.max(0, dueMs - this.#options.clock.now()));
    this.#cancelWait = this.#options.clock.after(Math.min(waitMs, MAX_WAIT_MS), () => this.#ring());
  }
}
