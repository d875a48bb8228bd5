import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JitterBuffer } from '../../src/audio/reply-playback.ts';
import { piecesOf, ramp } from '../rigs/samples.ts';

const bytes = (pieces: readonly Buffer[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

describe('the jitter buffer', () => {
  it('lets nothing through until enough has arrived', () => {
    const buffer = new JitterBuffer(100);
    buffer.push(ramp(49));
    expect(buffer.take(true)).toEqual([]);
    buffer.push(ramp(1, 50));
    expect(Buffer.concat(buffer.take(true))).toEqual(ramp(50));
  });

  it('lets everything through while the card plays', () => {
    const buffer = new JitterBuffer(100);
    buffer.push(ramp(50));
    buffer.take(true);
    buffer.push(ramp(1));
    expect(bytes(buffer.take(false))).toBe(2);
  });

  it('fills again when the card ran dry', () => {
    const buffer = new JitterBuffer(100);
    buffer.push(ramp(50));
    buffer.take(true);
    buffer.push(ramp(49));
    expect(buffer.take(true)).toEqual([]);
    // One underrun is enough: it continues to fill though the card reports that it plays.
    expect(buffer.take(false)).toEqual([]);
    buffer.push(ramp(1));
    expect(bytes(buffer.take(true))).toBe(100);
  });

  it('does not wait for a service that is unreachable', () => {
    const buffer = new JitterBuffer(100);
    buffer.push(ramp(3));
    buffer.complete();
    expect(Buffer.concat(buffer.take(true))).toEqual(ramp(3));
  });

  it('never waits without a size', () => {
    const buffer = new JitterBuffer(0);
    buffer.push(ramp(1));
    expect(bytes(buffer.take(true))).toBe(2);
  });

  it('keeps every whole sample, in order, for every slicing and every timing of the card', () => {
    const pieceSizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.boolean()), { minLength: 1 });
    fc.assert(
      fc.property(pieceSizes, fc.integer({ min: 0, max: 1000 }), (pieces, fillBytes) => {
        const buffer = new JitterBuffer(fillBytes);
        const all = ramp(30_000);
        const taken: Buffer[] = [];
        let at = 0;
        for (const [size, dry] of pieces) {
          buffer.push(all.subarray(at, at + size));
          at += size;
          const released = buffer.take(dry);
          expect(bytes(released) % 2).toBe(0);
          taken.push(...released);
        }
        buffer.complete();
        taken.push(...buffer.take(true));
        expect(Buffer.concat(taken)).toEqual(all.subarray(0, at - (at % 2)));
        expect(buffer.bytes).toBe(0);
      }),
    );
  });

  it('says how much waits in it', () => {
    const buffer = new JitterBuffer(1000);
    for (const piece of piecesOf(ramp(10), 3)) buffer.push(piece);
    expect(buffer.bytes).toBe(20);
  });
});
