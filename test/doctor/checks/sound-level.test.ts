import { describe, expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import { levelOf, loudestTone, medianTone, tone, toneLevel } from '../../../src/doctor/checks/sound-level.ts';

const constant = (value: number, samples = 2400): Buffer => {
  const pcm = Buffer.alloc(samples * 2);
  for (let at = 0; at < samples; at += 1) pcm.writeInt16LE(value, at * 2);
  return pcm;
};

describe('the level of a recording', () => {
  test('silence', () => {
    const { peak, rms, offset, clipped } = levelOf(silence(100));
    expect([peak, rms, offset, clipped]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0]);
    expect(levelOf(Buffer.alloc(0)).peak).toBe(Number.NEGATIVE_INFINITY);
  });

  test('a sine at -20 dBFS: its peak, and 3 dB less for its mean', () => {
    const { peak, rms, offset, clipped } = levelOf(tone(2000, 1000, -20));
    expect(peak).toBeCloseTo(-20, 1);
    expect(rms).toBeCloseTo(-23, 0);
    expect(Math.abs(offset)).toBeLessThan(0.001);
    expect(clipped).toBe(0);
  });

  test('a constant is an offset and has no level; samples at the limit are clipped', () => {
    expect(levelOf(constant(8192))).toMatchObject({ offset: 0.25, rms: Number.NEGATIVE_INFINITY });
    expect(levelOf(Buffer.concat([constant(32_767, 100), constant(0, 300)])).clipped).toBe(0.25);
    expect(levelOf(constant(-32_768, 100)).clipped).toBe(1);
  });
});

describe('one tone among others', () => {
  test('only that tone is measured', () => {
    const pcm = tone(1000, 1000, -12);
    expect(toneLevel(pcm, 1000)).toBeCloseTo(-12, 0);
    expect(toneLevel(pcm, 3000)).toBeLessThan(-50);
    expect(toneLevel(silence(100), 1000)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('its highest and its median level', () => {
    const pcm = Buffer.concat([silence(400), tone(300, 1000, -18)]);
    expect(loudestTone(pcm, 1000)).toBeCloseTo(-18, 0);
    expect(medianTone(pcm, 1000)).toBe(Number.NEGATIVE_INFINITY);
    expect(medianTone(tone(600, 1000, -18), 1000)).toBeCloseTo(-18, 0);
    for (const level of [loudestTone, medianTone])
      expect(level(Buffer.alloc(0), 1000)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('the generated tone fades in and out', () => {
    const pcm = tone(600, 1000, -18);
    const edge = levelOf(Buffer.concat([pcm.subarray(0, 100), pcm.subarray(-100)])).peak;
    expect(edge).toBeLessThan(levelOf(pcm).peak - 20);
  });
});
