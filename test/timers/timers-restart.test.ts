import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTimerStore } from '../../src/timers/timer-store.ts';
import { Timers } from '../../src/timers/timers.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { failure } from '../rigs/failure.ts';
import {
  DAY_MS,
  diskFull,
  HOUR_MS,
  MINUTE_MS,
  makeFolder,
  removeFolder,
  startKitchen,
  storedIn,
  WALL_MS,
} from './state.ts';

let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

describe('after a restart', () => {
  it('timers ring at their time', () => {
    startKitchen(folder, WALL_MS).timers.set({ name: 'eggs', durationMs: 10 * MINUTE_MS });
    const { timers, clock, log } = startKitchen(folder, WALL_MS + 4 * MINUTE_MS);
    expect(timers.list()).toEqual([
      { id: '1', name: 'eggs', durationMs: 10 * MINUTE_MS, remainingMs: 6 * MINUTE_MS },
    ]);
    clock.advance(6 * MINUTE_MS);
    expect([timers.due(), log.lines]).toEqual(['the timer "eggs" rings', []]);
  });

  it('timers that were due meanwhile ring at once, and the log says how late', () => {
    const before = startKitchen(folder, WALL_MS).timers;
    before.set({ name: 'eggs', durationMs: MINUTE_MS });
    before.set({ name: 'tea', durationMs: 2 * MINUTE_MS });
    const { timers, rings, log } = startKitchen(
      folder,
      WALL_MS + MINUTE_MS + 2 * HOUR_MS + 3 * MINUTE_MS + 7000,
    );
    expect([rings(), timers.due()]).toEqual([1, 'the timers "eggs", "tea" ring']);
    const late = (text: string) => ({
      level: 'warn',
      facts: { code: 'timer-late' },
      sentence: expect.stringContaining(text),
    });
    expect(log.lines).toEqual([
      late('"eggs" rings 2 h 3 min late: Parley was off'),
      late('"tea" rings 2 h 2 min late: Parley was off'),
    ]);
  });

  it('a timer that rang and was not dismissed rings again', () => {
    const before = startKitchen(folder, WALL_MS);
    before.timers.set({ name: 'eggs', durationMs: MINUTE_MS });
    before.clock.advance(MINUTE_MS);
    expect(startKitchen(folder, WALL_MS + HOUR_MS).rings()).toBe(1);
  });

  it('ids continue from the highest', () => {
    const before = startKitchen(folder, WALL_MS).timers;
    for (const name of ['a', 'b', 'c']) before.set({ name, durationMs: MINUTE_MS });
    before.cancel('a');
    expect(startKitchen(folder, WALL_MS).timers.set({ durationMs: MINUTE_MS }).id).toBe('4');
  });

  it('a timer that was dismissed while the disk was full does not ring again in this process', () => {
    const { timers, clock, store, log, rings } = startKitchen(folder, WALL_MS);
    timers.set({ name: 'eggs', durationMs: MINUTE_MS });
    clock.advance(MINUTE_MS);
    store.failure = diskFull();
    timers.dismiss();
    clock.advance(DAY_MS);
    expect([rings(), timers.due(), timers.list()]).toEqual([1, undefined, []]);
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { code: 'timers-not-stored' } }]);
    store.failure = undefined;
    timers.set({ name: 'tea', durationMs: MINUTE_MS });
    expect(storedIn(folder).map(({ name }) => name)).toEqual(['tea']);
  });

  it('no timer is set, and the file is not overwritten, before it was read', () => {
    startKitchen(folder, WALL_MS).timers.set({ name: 'eggs', durationMs: MINUTE_MS });
    const log = createFakeLog();
    const store = createTimerStore(folder, log);
    const timers = new Timers({ store, clock: createFakeClock(), log, onDue: () => {} });
    expect(() => timers.set({ durationMs: MINUTE_MS })).toThrow(failure('timers-not-read'));
    expect(storedIn(folder)).toHaveLength(1);
  });
});

describe('when the clock of the machine is set', () => {
  it('a timer of this process rings at its time, and the file is corrected', () => {
    const { timers, clock, rings, setWall } = startKitchen(folder, WALL_MS);
    timers.set({ name: 'eggs', durationMs: 10 * MINUTE_MS });
    clock.advance(MINUTE_MS);
    setWall(WALL_MS + DAY_MS);
    timers.clockStepped();
    expect(timers.list()[0]?.remainingMs).toBe(9 * MINUTE_MS);
    expect(storedIn(folder)[0]?.dueAt).toBe(WALL_MS + DAY_MS + 9 * MINUTE_MS);
    clock.advance(9 * MINUTE_MS);
    expect(rings()).toBe(1);
  });

  it('a timer from the file is computed again', () => {
    startKitchen(folder, WALL_MS).timers.set({ name: 'eggs', durationMs: 10 * MINUTE_MS });
    const { timers, clock, rings, setWall, store } = startKitchen(folder, WALL_MS + MINUTE_MS);
    setWall(WALL_MS + 4 * MINUTE_MS);
    timers.clockStepped();
    expect([timers.list()[0]?.remainingMs, store.writes, rings()]).toEqual([6 * MINUTE_MS, 0, 0]);
    setWall(WALL_MS + 2 * MINUTE_MS);
    timers.clockStepped();
    clock.advance(8 * MINUTE_MS - 1);
    expect(rings()).toBe(0);
    clock.advance(1);
    expect(rings()).toBe(1);
  });

  it('a timer from the file that is overdue rings at once, and the log says so', () => {
    startKitchen(folder, WALL_MS).timers.set({ name: 'eggs', durationMs: MINUTE_MS });
    const { timers, rings, setWall, log } = startKitchen(folder, WALL_MS);
    setWall(WALL_MS + HOUR_MS);
    timers.clockStepped();
    expect([rings(), timers.due()]).toEqual([1, 'the timer "eggs" rings']);
    expect(log.lines[0]).toMatchObject({
      facts: { code: 'timer-late' },
      sentence: expect.stringContaining('59 min late: the clock was wrong'),
    });
    setWall(WALL_MS);
    timers.clockStepped();
    expect([rings(), timers.due()]).toEqual([1, 'the timer "eggs" rings']);
  });

  it('a wrong clock after a boot makes a timer wait no longer than its duration', () => {
    startKitchen(folder, WALL_MS).timers.set({ name: 'eggs', durationMs: 10 * MINUTE_MS });
    const { timers, clock, rings } = startKitchen(folder, 0);
    clock.advance(9 * MINUTE_MS);
    timers.clockStepped();
    clock.advance(MINUTE_MS);
    expect(rings()).toBe(1);
  });

  it('a step of less than a second is not written, and small steps add up', () => {
    const { timers, setWall, wallNow, store } = startKitchen(folder, WALL_MS);
    timers.set({ durationMs: MINUTE_MS });
    for (let n = 0; n < 5; n += 1) {
      setWall(wallNow() + 400);
      timers.clockStepped();
    }
    expect(store.writes).toBe(2);
  });

  it('a file that cannot be corrected is logged', () => {
    const { timers, setWall, store, log } = startKitchen(folder, WALL_MS);
    timers.set({ durationMs: MINUTE_MS });
    store.failure = diskFull();
    setWall(WALL_MS + DAY_MS);
    timers.clockStepped();
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { code: 'timers-not-stored' } }]);
  });
});

it('waits in parts where setTimeout cannot wait as long', () => {
  const durationMs = 60 * DAY_MS;
  const store = createTimerStore(folder, createFakeLog());
  store.read();
  store.write([{ id: '1', name: 'cheese', dueAt: WALL_MS + durationMs, durationMs }]);
  const clock = createFakeClock();
  const waits: number[] = [];
  let rings = 0;
  const parts = { store, log: createFakeLog(), wallClock: () => WALL_MS + clock.now(), onDue: () => rings++ };
  const after = (ms: number, then: () => void): (() => void) => {
    waits.push(ms);
    return clock.after(ms, then);
  };
  new Timers({ ...parts, clock: { now: clock.now, after } }).load();
  clock.advance(durationMs - 1);
  expect(rings).toBe(0);
  clock.advance(1);
  expect(rings).toBe(1);
  expect(waits).toEqual([2 ** 31 - 1, 2 ** 31 - 1, durationMs - 2 * (2 ** 31 - 1)]);
});
