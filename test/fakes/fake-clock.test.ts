import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

describe('the fake clock', () => {
  it('runs timers in order, at their time, also those that a timer sets', () => {
    const clock = createFakeClock();
    const seen: [string, number][] = [];
    const see = (name: string) => (): void => {
      seen.push([name, clock.now()]);
    };
    clock.after(20, see('b'));
    clock.after(10, () => {
      see('a')();
      clock.after(10, see('c'));
      clock.after(0, see('at once'));
    });
    const cancel = clock.after(15, see('cancelled'));
    cancel();
    clock.after(31, see('later'));
    clock.advance(30);
    expect(seen).toEqual([
      ['a', 10],
      ['at once', 10],
      ['b', 20],
      ['c', 20],
    ]);
    expect([clock.now(), clock.waiting]).toEqual([30, 1]);
  });
});
