// A clock that stands still until it is told. Timers come in the order of their time, and `now` is
// each timer's own time while it runs, as if nothing were ever late.

import type { Clock } from '../../src/core/ports.ts';

export interface FakeClock extends Clock {
  /** Lets `ms` pass; timers that are set on the way and fall due within it run too. */
  advance(ms: number): void;
  /** How many timers are waiting; a test that nothing ticks asks for 0. */
  readonly waiting: number;
}

interface Timer {
  readonly at: number;
  readonly then: () => void;
}

export const createFakeClock = (): FakeClock => {
  let now = 0;
  const timers = new Set<Timer>();

  // The earliest; of equals, the first set, for a Set keeps its order.
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
