import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfMs, FRAME_BYTES, Framer, msOfBytes, silence } from '../../src/core/pcm.ts';

test('one second is 48,000 bytes, a frame 960', () => {
  expect(bytesOfMs(1000)).toBe(48_000);
  expect(msOfBytes(FRAME_BYTES)).toBe(20);
  expect(silence(10)).toEqual(Buffer.alloc(480));
});

test('bytes of a fraction of a millisecond are whole samples', () => {
  for (const ms of [0.01, 0.03, 0.05, 1.01]) expect(bytesOfMs(ms) % 2).toBe(0);
});

test('chunks of any lengths become frames of the same bytes in the same order', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3000 })), (chunks) => {
      const framer = new Framer(FRAME_BYTES);
      const frames = chunks.flatMap((chunk) => framer.split(Buffer.from(chunk)));
      const all = Buffer.concat(chunks);
      for (const frame of frames) expect(frame.length).toBe(FRAME_BYTES);
      expect(Buffer.concat(frames)).toEqual(all.subarray(0, all.length - (all.length % FRAME_BYTES)));
    }),
  );
});
