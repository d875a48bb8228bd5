import { expect, it } from 'vitest';
import { formatDuration } from '../../src/core/format-duration.ts';

it.each([
  [0, '0 s'],
  [-5, '0 s'],
  [1, '1 s'],
  [598_000, '9 min 58 s'],
  [600_000, '10 min'],
  [3_600_000, '1 h'],
  [93_784_000, '1 d 2 h 3 min 4 s'],
])('%d ms: %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it('has the largest units only, where that is enough', () => {
  expect(formatDuration(7_384_000, 2)).toBe('2 h 3 min');
});
