import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TimerError } from '../../src/core/errors.ts';
import { createTimerStore } from '../../src/timers/timer-store.ts';
import { Timers } from '../../src/timers/timers.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { makeFolder, removeFolder, startKitchen, storedIn } from './state.ts';

const wall = 1_800_000_000_000;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

const full = new TimerError('The timer could not be stored: the disk is full (ENOSPC).');

describe('after a restart', () => {
  it('timers ring when they would have', () => {
    startKitchen(folder, wall).timers.set({ name: 'eggs', durationMs: 10 * minute });
    const { timers, clock, log } = startKitchen(folder, wall + 4 * minute);
    expect(timers.list()).toEqual([
      { id: '1', name: 'eggs', durationMs: 10 * minute, remainingMs: 6 * minute },
    ]);
    clock.advance(6 * minute);
    expect([timers.due(), log.lines]).toEqual(['the timer "eggs" rings', []]);
  });

  it('those that fell due ring at once, and say how late they are', () => {
    const before = startKitchen(folder, wall).timers;
    before.set({ name: 'eggs', durationMs: minute });
    before.set({ name: 'tea', durationMs: 2 * minute });
    const { timers, rings, log } = startKitchen(folder, wall + minute + 2 * hour + 3 * minute + 7000);
    expect([rings(), timers.due()]).toEqual([1, 'the timers "eggs", "tea" ring']);
    expect(log.lines.map(({ level, sentence }) => [level, sentence])).toEqual([
      ['warn', 'The timer "eggs" rings 2 h 3 min late: Parley was off when it fell due.'],
      ['warn', 'The timer "tea" rings 2 h 2 min late: Parley was off when it fell due.'],
    ]);
  });

  it('what rang and was not dismissed rings again', () => {
    const before = startKitchen(folder, wall);
    before.timers.set({ name: 'eggs', durationMs: minute });
    before.clock.advance(minute);
    expect(startKitchen(folder, wall + hour).rings()).toBe(1);
  });

  it('ids go on from the highest', () => {
    const before = startKitchen(folder, wall).timers;
    for (const name of ['a', 'b', 'c']) before.set({ name, durationMs: minute });
    before.cancel('a');
    expect(startKitchen(folder, wall).timers.set({ durationMs: minute }).id).toBe('4');
  });

  it('what the file could not forget does not ring again in this process', () => {
    const { timers, clock, store, log, rings } = startKitchen(folder, wall);
    timers.set({ name: 'eggs', durationMs: minute });
    clock.advance(minute);
    store.failure = full;
    timers.dismiss();
    clock.advance(day);
    expect([rings(), timers.due(), timers.list()]).toEqual([1, undefined, []]);
    expect(log.lines).toMatchObject([{ level: 'warn', sentence: expect.stringContaining('ENOSPC') }]);
    store.failure = undefined;
    timers.set({ name: 'tea', durationMs: minute });
    expect(storedIn(folder).map(({ name }) => name)).toEqual(['tea']);
  });

  it('nothing is set, and nothing overwritten, before the file was read', () => {
    startKitchen(folder, wall).timers.set({ name: 'eggs', durationMs: minute });
    const log = createFakeLog();
    const store = createTimerStore(folder, log);
    const timers = new Timers({ store, clock: createFakeClock(), log, onDue: () => {} });
    expect(() => timers.set({ durationMs: minute })).toThrow('was not read yet');
    expect(storedIn(folder)).toHaveLength(1);
  });
});

describe('when the clock of the machine is set', () => {
  it('a timer of this process rings when it would have, and the file is put right', () => {
    const { timers, clock, rings, setWall } = startKitchen(folder, wall);
    timers.set({ name: 'eggs', durationMs: 10 * minute });
    clock.advance(minute);
    setWall(wall + day);
    timers.clockStepped();
    expect(timers.list()[0]?.remainingMs).toBe(9 * minute);
    expect(storedIn(folder)[0]?.dueAt).toBe(wall + day + 9 * minute);
    clock.advance(9 * minute);
    expect(rings()).toBe(1);
  });

  it('a timer of the disk is reckoned anew', () => {
    startKitchen(folder, wall).timers.set({ name: 'eggs', durationMs: 10 * minute });
    const { timers, clock, rings, setWall, store } = startKitchen(folder, wall + minute);
    setWall(wall + 4 * minute);
    timers.clockStepped();
    expect([timers.list()[0]?.remainingMs, store.writes, rings()]).toEqual([6 * minute, 0, 0]);
    setWall(wall + 2 * minute);
    timers.clockStepped();
    clock.advance(8 * minute - 1);
    expect(rings()).toBe(0);
    clock.advance(1);
    expect(rings()).toBe(1);
  });

  it('a timer of the disk that is found overdue rings at once, and says so', () => {
    startKitchen(folder, wall).timers.set({ name: 'eggs', durationMs: minute });
    const { timers, rings, setWall, log } = startKitchen(folder, wall);
    setWall(wall + hour);
    timers.clockStepped();
    expect([rings(), timers.due()]).toEqual([1, 'the timer "eggs" rings']);
    expect(log.lines[0]?.sentence).toBe('The timer "eggs" rings 59 min late: the clock was wrong until now.');
    setWall(wall);
    timers.clockStepped();
    expect([rings(), timers.due()]).toEqual([1, 'the timer "eggs" rings']);
  });

  it('a clock without a battery, and without a network, makes a timer wait no longer than all of it', () => {
    startKitchen(folder, wall).timers.set({ name: 'eggs', durationMs: 10 * minute });
    const { timers, clock, rings } = startKitchen(folder, 0);
    clock.advance(9 * minute);
    timers.clockStepped();
    clock.advance(minute);
    expect(rings()).toBe(1);
  });

  it('nothing is written for less than a second, and small steps add up', () => {
    const { timers, setWall, wallNow, store } = startKitchen(folder, wall);
    timers.set({ durationMs: minute });
    for (let n = 0; n < 5; n += 1) {
      setWall(wallNow() + 400);
      timers.clockStepped();
    }
    expect(store.writes).toBe(2);
  });

  it('a file that cannot be put right is told of', () => {
    const { timers, setWall, store, log } = startKitchen(folder, wall);
    timers.set({ durationMs: minute });
    store.failure = full;
    setWall(wall + day);
    timers.clockStepped();
    expect(log.lines).toMatchObject([
      { level: 'warn', sentence: expect.stringContaining('at a wrong time') },
    ]);
  });
});

it('waits in parts where setTimeout cannot wait so long', () => {
  const durationMs = 60 * day;
  const store = createTimerStore(folder, createFakeLog());
  store.read();
  store.write([{ id: '1', name: 'cheese', dueAt: wall + durationMs, durationMs }]);
  const clock = createFakeClock();
  const waits: number[] = [];
  let rings = 0;
  const parts = { store, log: createFakeLog(), wallClock: () => wall + clock.now(), onDue: () => rings++ };
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
