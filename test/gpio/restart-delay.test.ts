import { expect, it } from 'vitest';
import { RestartDelay } from '../../src/gpio/restart-delay.ts';

it('grows with each early end, up to ten seconds', () => {
  const delay = new RestartDelay();
  const waits = Array.from({ length: 9 }, () => delay.next(5));
  expect(waits.map(({ pauseMs }) => pauseMs)).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  expect(waits.map(({ earlyEnds }) => earlyEnds)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('starts again at its minimum after a child that has worked', () => {
  const delay = new RestartDelay();
  delay.next(5);
  delay.next(5);
  expect(delay.next(60_000)).toEqual({ pauseMs: 100, earlyEnds: 1 });
  expect(delay.next(5)).toEqual({ pauseMs: 200, earlyEnds: 2 });
});
