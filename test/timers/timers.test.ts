import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

describe('a timer', () => {
  it('stays before a later one in the list, even if the process is held up while it lists them', () => {
    const { timers, clock } = startKitchen(folder, WALL_MS);
    timers.set({ name: 'first', durationMs: MINUTE_MS });
    clock.advance(1);
    timers.set({ name: 'second', durationMs: MINUTE_MS });
    let now = clock.now();
    vi.spyOn(clock, 'now').mockImplementation(() => {
      now += 10;
      return now;
    });
    expect(timers.list().map(({ name }) => name)).toEqual(['first', 'second']);
  });

  it('rings once, when it is due, until it is dismissed', () => {
    const { timers, clock, rings } = startKitchen(folder, WALL_MS);
    expect(timers.set({ name: 'eggs', durationMs: 10 * MINUTE_MS })).toEqual({
      id: '1',
      name: 'eggs',
      durationMs: 10 * MINUTE_MS,
      remainingMs: 10 * MINUTE_MS,
    });
    clock.advance(10 * MINUTE_MS - 1);
    expect([rings(), timers.due()]).toEqual([0, undefined]);
    clock.advance(1);
    expect([rings(), timers.due()]).toEqual([1, 'the timer "eggs" rings']);
    clock.advance(HOUR_MS);
    expect([rings(), timers.list()[0]?.remainingMs]).toEqual([1, 0]);
    expect(storedIn(folder)).toHaveLength(1);
    timers.dismiss();
    expect([timers.due(), timers.list(), storedIn(folder)]).toEqual([undefined, [], []]);
  });

  it('goes on ringing where another timer has rung long enough', () => {
    const { timers, clock } = startKitchen(folder, WALL_MS);
    timers.set({ name: 'eggs', durationMs: MINUTE_MS });
    timers.set({ name: 'tea', durationMs: 15 * MINUTE_MS });
    clock.advance(16 * MINUTE_MS);
    timers.dismiss(15 * MINUTE_MS);
    expect(timers.due()).toBe('the timer "tea" rings');
    expect(storedIn(folder).map(({ name }) => name)).toEqual(['tea']);
    clock.advance(14 * MINUTE_MS);
    timers.dismiss(15 * MINUTE_MS);
    expect(timers.due()).toBeUndefined();
  });

  it('is in the file before it is set, on the wall clock', () => {
    const { timers, store, clock } = startKitchen(folder, WALL_MS);
    timers.set({ name: 'eggs', durationMs: MINUTE_MS });
    expect(storedIn(folder)).toEqual([
      { id: '1', name: 'eggs', dueAt: WALL_MS + MINUTE_MS, durationMs: MINUTE_MS },
    ]);
    store.failure = diskFull();
    expect(() => timers.set({ name: 'tea', durationMs: MINUTE_MS })).toThrow(
      failure('timers-not-stored', diskFull().message),
    );
    expect(timers.list().map(({ name }) => name)).toEqual(['eggs']);
    expect(clock.waiting).toBe(1);
  });

  it('is named by its duration where it has no name', () => {
    const { timers } = startKitchen(folder, WALL_MS);
    expect(timers.set({ durationMs: 90 * MINUTE_MS }).name).toBe('1 h 30 min');
    expect(timers.set({ name: ' \u0000\n ', durationMs: MINUTE_MS }).name).toBe('1 min');
  });

  it('has no control characters in its name', () => {
    const { timers } = startKitchen(folder, WALL_MS);
    expect(timers.set({ name: '\u001b[1meg\ngs\u2028 Grüße 👩‍🍳\ud800', durationMs: MINUTE_MS }).name).toBe(
      '[1meggs Grüße 👩‍🍳',
    );
  });

  it.each([0, 999, -1, 7 * DAY_MS + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'cannot take %d ms',
    (durationMs) => {
      const { timers, clock } = startKitchen(folder, WALL_MS);
      expect(() => timers.set({ durationMs })).toThrow(failure('duration-invalid'));
      expect([timers.list(), clock.waiting]).toEqual([[], 0]);
    },
  );

  it('may take one second to seven days, and have a name of 60 characters', () => {
    const { timers } = startKitchen(folder, WALL_MS);
    timers.set({ durationMs: 1000, name: '👍'.repeat(60) });
    timers.set({ durationMs: 7 * DAY_MS });
    const tooLong = { durationMs: 1000, name: 'x'.repeat(61) };
    expect(() => timers.set(tooLong)).toThrow(failure('name-too-long'));
  });

  it('is one of 500 at most, and the file of 500 can be read', () => {
    const { timers } = startKitchen(folder, WALL_MS);
    for (let n = 0; n < 500; n += 1) timers.set({ name: '👍'.repeat(60), durationMs: MINUTE_MS });
    expect(() => timers.set({ durationMs: MINUTE_MS })).toThrow(failure('too-many-timers'));
    expect(startKitchen(folder, WALL_MS).timers.list()).toHaveLength(500);
  });
});

describe('several timers', () => {
  it('wait with one timeout, the earliest first', () => {
    const { timers, clock, rings } = startKitchen(folder, WALL_MS);
    for (const minutes of [3, 1, 2]) timers.set({ name: `${minutes}`, durationMs: minutes * MINUTE_MS });
    expect(clock.waiting).toBe(1);
    expect(timers.list().map(({ name }) => name)).toEqual(['1', '2', '3']);
    clock.advance(MINUTE_MS);
    expect([rings(), timers.due()]).toEqual([1, 'the timer "1" rings']);
    clock.advance(MINUTE_MS);
    expect([rings(), timers.due()]).toEqual([2, 'the timers "1", "2" ring']);
    timers.dismiss();
    clock.advance(MINUTE_MS);
    expect([rings(), timers.due(), clock.waiting]).toEqual([3, 'the timer "3" rings', 0]);
  });

  it('that are due at the same time are reported once', () => {
    const { timers, clock, rings } = startKitchen(folder, WALL_MS);
    timers.set({ name: 'a', durationMs: MINUTE_MS });
    timers.set({ name: 'b', durationMs: MINUTE_MS });
    clock.advance(MINUTE_MS);
    expect([rings(), timers.due()]).toEqual([1, 'the timers "a", "b" ring']);
  });

  it('are not dismissed before they have rung', () => {
    const { timers, clock } = startKitchen(folder, WALL_MS, (due) => due.dismiss());
    timers.set({ name: 'a', durationMs: MINUTE_MS });
    timers.set({ name: 'b', durationMs: MINUTE_MS + 1 });
    clock.advance(MINUTE_MS);
    expect(timers.list().map(({ name }) => name)).toEqual(['b']);
  });
});

describe('cancel', () => {
  it.each(['1', 'Eggs', ' eGGs ', ' 1 '])('finds by id or name: %j', (which) => {
    const { timers, clock, rings } = startKitchen(folder, WALL_MS);
    timers.set({ name: 'Eggs', durationMs: MINUTE_MS });
    expect(timers.cancel(which)).toMatchObject({ id: '1', name: 'Eggs' });
    clock.advance(HOUR_MS);
    expect([rings(), timers.list(), storedIn(folder), clock.waiting]).toEqual([0, [], [], 0]);
  });

  it('takes an id before a name', () => {
    const { timers } = startKitchen(folder, WALL_MS);
    timers.set({ name: '2', durationMs: MINUTE_MS });
    timers.set({ name: 'tea', durationMs: MINUTE_MS });
    expect(timers.cancel('2').name).toBe('tea');
  });

  it('lists the timers where several have the name', () => {
    const { timers, clock } = startKitchen(folder, WALL_MS);
    timers.set({ name: 'eggs', durationMs: 10 * MINUTE_MS });
    timers.set({ name: 'Eggs', durationMs: MINUTE_MS });
    clock.advance(2000);
    expect(() => timers.cancel('eggs')).toThrow(
      failure('timer-ambiguous', '"Eggs" (id 2, 58 s left), "eggs" (id 1, 9 min 58 s left)'),
    );
    expect(timers.list()).toHaveLength(2);
  });

  it('lists the timers where none has the name', () => {
    const { timers, clock } = startKitchen(folder, WALL_MS);
    const cancelTea = () => timers.cancel('tea');
    expect(cancelTea).toThrow(failure('no-timers'));
    timers.set({ name: 'eggs', durationMs: MINUTE_MS });
    expect(cancelTea).toThrow(failure('timer-unknown', '"tea", only: "eggs" (id 1, 1 min left).'));
    clock.advance(MINUTE_MS);
    expect(cancelTea).toThrow(failure('timer-unknown', '(id 1, it rings now)'));
    for (let n = 0; n < 20; n += 1) timers.set({ durationMs: MINUTE_MS });
    expect(cancelTea).toThrow(failure('timer-unknown', ', and 11 more.'));
  });

  it('keeps the timer where the file cannot be written', () => {
    const { timers, clock, store, rings } = startKitchen(folder, WALL_MS);
    timers.set({ name: 'eggs', durationMs: MINUTE_MS });
    store.failure = diskFull();
    expect(() => timers.cancel('eggs')).toThrow(
      failure('timers-not-stored', / The timer "eggs" is still set\.$/),
    );
    clock.advance(MINUTE_MS);
    expect(rings()).toBe(1);
  });
});

it('after a stop no timer rings, and the file keeps them', () => {
  const { timers, clock, rings } = startKitchen(folder, WALL_MS);
  timers.set({ durationMs: MINUTE_MS });
  timers.stop();
  timers.stop();
  timers.clockStepped();
  expect(clock.waiting).toBe(0);
  clock.advance(HOUR_MS);
  expect([rings(), storedIn(folder).length]).toEqual([0, 1]);
});
