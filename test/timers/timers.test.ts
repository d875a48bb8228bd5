import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TimerError } from '../../src/core/errors.ts';
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

describe('a timer', () => {
  it('rings once, when it is due, until it is dismissed', () => {
    const { timers, clock, rings } = startKitchen(folder, wall);
    expect(timers.set({ name: 'eggs', durationMs: 10 * minute })).toEqual({
      id: '1',
      name: 'eggs',
      durationMs: 10 * minute,
      remainingMs: 10 * minute,
    });
    clock.advance(10 * minute - 1);
    expect([rings(), timers.due()]).toEqual([0, undefined]);
    clock.advance(1);
    expect([rings(), timers.due()]).toEqual([1, 'the timer "eggs" rings']);
    clock.advance(hour);
    expect([rings(), timers.list()[0]?.remainingMs]).toEqual([1, 0]);
    expect(storedIn(folder)).toHaveLength(1);
    timers.dismiss();
    expect([timers.due(), timers.list(), storedIn(folder)]).toEqual([undefined, [], []]);
  });

  it('rings on where another has rung long enough', () => {
    const { timers, clock } = startKitchen(folder, wall);
    timers.set({ name: 'eggs', durationMs: minute });
    timers.set({ name: 'tea', durationMs: 15 * minute });
    clock.advance(16 * minute);
    timers.dismiss(15 * minute);
    expect(timers.due()).toBe('the timer "tea" rings');
    expect(storedIn(folder).map(({ name }) => name)).toEqual(['tea']);
    clock.advance(14 * minute);
    timers.dismiss(15 * minute);
    expect(timers.due()).toBeUndefined();
  });

  it('is in the file before it is set, on the wall clock', () => {
    const { timers, store, clock } = startKitchen(folder, wall);
    timers.set({ name: 'eggs', durationMs: minute });
    expect(storedIn(folder)).toEqual([{ id: '1', name: 'eggs', dueAt: wall + minute, durationMs: minute }]);
    store.failure = full;
    expect(() => timers.set({ name: 'tea', durationMs: minute })).toThrow(/ENOSPC.* It is not set\.$/);
    expect(timers.list().map(({ name }) => name)).toEqual(['eggs']);
    expect(clock.waiting).toBe(1);
  });

  it('is called by its duration where it has no name', () => {
    const { timers } = startKitchen(folder, wall);
    expect(timers.set({ durationMs: 90 * minute }).name).toBe('1 h 30 min');
    expect(timers.set({ name: ' \u0000\n ', durationMs: minute }).name).toBe('1 min');
  });

  it('has no control characters in its name', () => {
    const { timers } = startKitchen(folder, wall);
    expect(timers.set({ name: '\u001b[1meg\ngs\u2028 Grüße 👩‍🍳\ud800', durationMs: minute }).name).toBe(
      '[1meggs Grüße 👩‍🍳',
    );
  });

  it.each([0, 999, -1, 7 * day + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'of %d ms is refused',
    (durationMs) => {
      const { timers, clock } = startKitchen(folder, wall);
      expect(() => timers.set({ durationMs })).toThrow(TimerError);
      expect([timers.list(), clock.waiting]).toEqual([[], 0]);
    },
  );

  it('may take one second to seven days, and have a name of 60 characters', () => {
    const { timers } = startKitchen(folder, wall);
    timers.set({ durationMs: 1000, name: '👍'.repeat(60) });
    timers.set({ durationMs: 7 * day });
    expect(() => timers.set({ durationMs: 1000, name: 'x'.repeat(61) })).toThrow('60 characters');
  });

  it('is one of 500 at most, and the file of 500 can be read', () => {
    const { timers } = startKitchen(folder, wall);
    for (let n = 0; n < 500; n += 1) timers.set({ name: '👍'.repeat(60), durationMs: minute });
    expect(() => timers.set({ durationMs: minute })).toThrow('There are 500 timers already');
    expect(startKitchen(folder, wall).timers.list()).toHaveLength(500);
  });
});

describe('several timers', () => {
  it('wait with one time-out, the earliest first', () => {
    const { timers, clock, rings } = startKitchen(folder, wall);
    for (const minutes of [3, 1, 2]) timers.set({ name: `${minutes}`, durationMs: minutes * minute });
    expect(clock.waiting).toBe(1);
    expect(timers.list().map(({ name }) => name)).toEqual(['1', '2', '3']);
    clock.advance(minute);
    expect([rings(), timers.due()]).toEqual([1, 'the timer "1" rings']);
    clock.advance(minute);
    expect([rings(), timers.due()]).toEqual([2, 'the timers "1", "2" ring']);
    timers.dismiss();
    clock.advance(minute);
    expect([rings(), timers.due(), clock.waiting]).toEqual([3, 'the timer "3" rings', 0]);
  });

  it('that fall due together are told of once', () => {
    const { timers, clock, rings } = startKitchen(folder, wall);
    timers.set({ name: 'a', durationMs: minute });
    timers.set({ name: 'b', durationMs: minute });
    clock.advance(minute);
    expect([rings(), timers.due()]).toEqual([1, 'the timers "a", "b" ring']);
  });

  it('are not dismissed before they have rung', () => {
    const { timers, clock } = startKitchen(folder, wall, (due) => due.dismiss());
    timers.set({ name: 'a', durationMs: minute });
    timers.set({ name: 'b', durationMs: minute + 1 });
    clock.advance(minute);
    expect(timers.list().map(({ name }) => name)).toEqual(['b']);
  });
});

describe('cancel', () => {
  it.each(['1', 'Eggs', ' eGGs ', ' 1 '])('finds by id or name: %j', (which) => {
    const { timers, clock, rings } = startKitchen(folder, wall);
    timers.set({ name: 'Eggs', durationMs: minute });
    expect(timers.cancel(which)).toMatchObject({ id: '1', name: 'Eggs' });
    clock.advance(hour);
    expect([rings(), timers.list(), storedIn(folder), clock.waiting]).toEqual([0, [], [], 0]);
  });

  it('takes an id before a name', () => {
    const { timers } = startKitchen(folder, wall);
    timers.set({ name: '2', durationMs: minute });
    timers.set({ name: 'tea', durationMs: minute });
    expect(timers.cancel('2').name).toBe('tea');
  });

  it('asks which one, where several have the name', () => {
    const { timers, clock } = startKitchen(folder, wall);
    timers.set({ name: 'eggs', durationMs: 10 * minute });
    timers.set({ name: 'Eggs', durationMs: minute });
    clock.advance(2000);
    expect(() => timers.cancel('eggs')).toThrow(
      'There are 2 timers of that name, ask which: "Eggs" (id 2, 58 s left), "eggs" (id 1, 9 min 58 s left).',
    );
    expect(timers.list()).toHaveLength(2);
  });

  it('lists what there is, where there is no such timer', () => {
    const { timers, clock } = startKitchen(folder, wall);
    expect(() => timers.cancel('tea')).toThrow('No timer is set.');
    timers.set({ name: 'eggs', durationMs: minute });
    expect(() => timers.cancel('tea')).toThrow('There is no timer "tea", only: "eggs" (id 1, 1 min left).');
    clock.advance(minute);
    expect(() => timers.cancel('tea')).toThrow('(id 1, it rings now)');
    for (let n = 0; n < 20; n += 1) timers.set({ durationMs: minute });
    expect(() => timers.cancel('tea')).toThrow(/, and 11 more\.$/);
  });

  it('keeps the timer where that cannot be stored', () => {
    const { timers, clock, store, rings } = startKitchen(folder, wall);
    timers.set({ name: 'eggs', durationMs: minute });
    store.failure = full;
    expect(() => timers.cancel('eggs')).toThrow(/ENOSPC.* The timer "eggs" is still set\.$/);
    clock.advance(minute);
    expect(rings()).toBe(1);
  });
});

it('a stop ends it all, but for the file', () => {
  const { timers, clock, rings } = startKitchen(folder, wall);
  timers.set({ durationMs: minute });
  timers.stop();
  timers.stop();
  timers.clockStepped();
  expect(clock.waiting).toBe(0);
  clock.advance(hour);
  expect([rings(), storedIn(folder).length]).toEqual([0, 1]);
});
