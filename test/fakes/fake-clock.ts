// A clock that moves only when a test moves it. Timers run in the order of their time, and while one runs, `now` is
// exactly its time.

import type { Clock } from '../../src/core/ports.ts';

export interface FakeClock extends Clock {
  /** Moves the clock. Timers that are set meanwhile and are due by then run too. */
  advance(ms: number): void;
  /** How many timers are waiting. */
  readonly waiting: number;
}

interface Timer {
  readonly at: number;
  readonly then: () => void;
}

export const createFakeClock = (): FakeClock => {
  let now = 0;
  const timers = new Set<Timer>();

  // Of timers at the same time, the one that was set first: a Set keeps its order.
  const earliest = (): Timer | undefined => {
    let found: Timer | undefined;
    for (const timer of timers) if (found === undefined || timer.at < found.at) found = timer;
    return found;
  };

  return {
    now: () => now,
    after(ms, then) {
      const timer = { at: now + Math.max(0, ms), then };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(ms) {
      const until = now + ms;
      for (let due = earliest(); due !== undefined && due.at <= until; due = earliest()) {
        timers.delete(due);
        now = due.at;
        due.then();
      }
      now = until;
    },
    get waiting() {
      return timers.size;
    },
  };
};
