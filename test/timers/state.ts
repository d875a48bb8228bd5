// Timers in a real folder, on clocks that a test moves: the monotonic clock of the process, and the wall clock, which
// moves with it until a test sets it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolError } from '../../src/core/errors.ts';
import type { Log } from '../../src/core/ports.ts';
import { createTimerStore, type StoredTimer, type TimerStore } from '../../src/timers/timer-store.ts';
import { Timers } from '../../src/timers/timers.ts';
import { createFakeClock, type FakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog, type FakeLog } from '../fakes/fake-log.ts';

/** A wall time for tests. */
export const WALL_MS = 1_800_000_000_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'parley-timers-'));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export const storedIn = (folder: string): StoredTimer[] =>
  JSON.parse(readFileSync(join(folder, 'timers.json'), 'utf8')).timers;

export interface Kitchen {
  readonly timers: Timers;
  readonly clock: FakeClock;
  readonly log: FakeLog;
  /** `write` throws `failure` where that is set. */
  readonly store: TimerStore & { failure: Error | undefined; writes: number };
  /** How often `onDue` was called. */
  readonly rings: () => number;
  readonly wallNow: () => number;
  readonly setWall: (ms: number) => void;
}

export const diskFull = (): ToolError => new ToolError('timers-not-stored', 'The disk is full (ENOSPC).');

const createFailingStore = (folder: string, log: Log): Kitchen['store'] => {
  const store = createTimerStore(folder, log);
  const failing: Kitchen['store'] = {
    failure: undefined,
    writes: 0,
    read: () => store.read(),
    write: (timers) => {
      if (failing.failure !== undefined) throw failing.failure;
      failing.writes += 1;
      store.write(timers);
    },
  };
  return failing;
};

/** A process that has just started, at a wall time, and has loaded the file. */
export const startKitchen = (
  folder: string,
  wallMs: number,
  onDue: (timers: Timers) => void = () => {},
): Kitchen => {
  const clock = createFakeClock();
  const log = createFakeLog();
  const store = createFailingStore(folder, log);
  let aheadMs = wallMs;
  let rings = 0;
  const wallNow = (): number => clock.now() + aheadMs;
  const timers: Timers = new Timers({
    store,
    clock,
    wallClock: wallNow,
    log,
    onDue: () => {
      rings += 1;
      onDue(timers);
    },
  });
  timers.load();
  const setWall = (ms: number): void => {
    aheadMs = ms - clock.now();
  };
  return { timers, clock, log, store, rings: () => rings, wallNow, setWall };
};
