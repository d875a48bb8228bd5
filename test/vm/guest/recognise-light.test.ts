// How the virtual Pi recognises the light: every pattern, also a stretched one, and none for another.

import { describe, expect, test } from 'vitest';
import type { LightPattern } from '../../../src/core/conversation.ts';
import { lightPatterns } from '../../../src/gpio/light-patterns.ts';
import { type Change, recogniseLight } from './recognise-light.ts';

const blinking = ['blip', 'fastBlink', 'slowBlink', 'heartbeat', 'alarm'] as const;

/** So many steps of the pattern, from its n-th on, each longer by `late(step)` milliseconds. */
const blink = (pattern: LightPattern, first: number, count: number, late: (step: number) => number) => {
  const { shape } = lightPatterns[pattern];
  if (typeof shape === 'string') throw new Error(`${pattern} does not blink`);
  let atMs = 1000;
  const changes: Change[] = [];
  for (let step = 0; step < count; step += 1) {
    changes.push({ atMs, lit: (first + step) % 2 === 0 });
    atMs += (shape[(first + step) % shape.length] ?? 0) + late(step);
  }
  return { changes, endMs: atMs - 1 };
};

describe.each(blinking)('%s', (pattern) => {
  test.each([0, 1, 2, 3, 4, 5])('is recognised from its step %i on, also a little uneven', (first) => {
    for (const late of [() => 0, (step: number) => (step % 3) * 20, () => 15]) {
      const { changes, endMs } = blink(pattern, first, 14, late);
      expect(recogniseLight(changes, endMs)).toBe(pattern);
    }
  });

  test('is never taken for another, however little of it was seen', () => {
    for (let first = 0; first < 6; first += 1) {
      for (let count = 1; count < 14; count += 1) {
        const { changes, endMs } = blink(pattern, first, count, (step) => (step % 3) * 20);
        expect([pattern, undefined]).toContain(recogniseLight(changes, endMs));
      }
    }
  });
});

test('steady is recognised when it has lasted longer than in any other pattern', () => {
  expect(recogniseLight([{ atMs: 0, lit: true }], 500)).toBeUndefined();
  expect(recogniseLight([{ atMs: 0, lit: true }], 800)).toBe('solid');
  expect(recogniseLight([{ atMs: 0, lit: false }], 3_100)).toBeUndefined();
  expect(recogniseLight([{ atMs: 0, lit: false }], 3_700)).toBe('off');
});

test('before the first look nothing is recognised', () => {
  expect(recogniseLight([], 10_000)).toBeUndefined();
});
