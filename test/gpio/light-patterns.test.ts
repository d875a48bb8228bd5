import { describe, expect, it } from 'vitest';
import { outputs, phases } from '../../src/core/conversation.ts';
import { lightPatterns } from '../../src/gpio/light-patterns.ts';

const shapes = Object.entries(lightPatterns).map(([name, { shape }]) => [name, shape] as const);
const stepsOf = (shape: 'off' | 'on' | readonly number[]): readonly number[] =>
  typeof shape === 'string' ? [] : shape;

describe('light patterns', () => {
  it('are steadily lit only for solid, and steadily dark only for off', () => {
    expect(shapes.filter(([, shape]) => shape === 'on').map(([name]) => name)).toEqual(['solid']);
    expect(shapes.filter(([, shape]) => shape === 'off').map(([name]) => name)).toEqual(['off']);
  });

  it('are solid in exactly those phases in which sound leaves the device', () => {
    const solid = phases.filter((phase) => lightPatterns[outputs[phase].light].shape === 'on');
    expect(solid).toEqual(['listening', 'hearing']);
  });

  it.each(shapes)('%s ends as it begins', (_name, shape) => {
    const steps = stepsOf(shape);
    expect(steps.length % 2).toBe(0);
    expect(steps.length === 0).toBe(typeof shape === 'string');
  });

  it.each(shapes)('%s has steps that an eye can see, and is not mistaken for solid', (_name, shape) => {
    for (const ms of stepsOf(shape)) {
      expect(Number.isInteger(ms)).toBe(true);
      expect(ms).toBeGreaterThanOrEqual(40);
      expect(ms).toBeLessThanOrEqual(3000);
    }
  });

  it('are described in words that differ', () => {
    expect(new Set(Object.values(lightPatterns).map(({ description }) => description)).size).toBe(
      shapes.length,
    );
  });

  it('are distinguishable: no two have the same number and length of flashes in the same time', () => {
    const tenths = (ms = 0): number => Math.round(ms / 100);
    const looks = shapes.map(([, shape]) =>
      typeof shape === 'string'
        ? shape
        : `${shape.length / 2} of ${tenths(shape[0])} in ${tenths(shape.reduce((sum, ms) => sum + ms, 0))}`,
    );
    expect(new Set(looks).size).toBe(looks.length);
  });
});
