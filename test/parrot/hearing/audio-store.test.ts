import { expect, test } from 'vitest';
import { AudioStore } from '../../../src/parrot/hearing/audio-store.ts';

const MEBIBYTE = 1024 * 1024;
/** The memory behind the store, in use or not. */
const memoryOf = (store: AudioStore): number => store.peek(store.start, store.end).buffer.byteLength;

test('the memory of a long utterance is released before the session ends', () => {
  const store = new AudioStore();
  const pcm = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
  for (let n = 0; n < 4; n += 1) store.append(Buffer.alloc(MEBIBYTE));
  store.append(pcm);
  expect(memoryOf(store)).toBeGreaterThan(4 * MEBIBYTE);
  store.dropBefore(4 * MEBIBYTE);
  expect(memoryOf(store)).toBeLessThan(MEBIBYTE / 4);
  expect(store.slice(store.start, store.end).equals(pcm)).toBe(true);
  expect([store.start, store.end]).toEqual([4 * MEBIBYTE, 4 * MEBIBYTE + 1000]);
});

test('what lies outside is empty, and what was dropped stays dropped', () => {
  const store = new AudioStore();
  store.append(Buffer.from([1, 2, 3, 4, 5, 6]));
  store.dropBefore(2);
  store.dropBefore(1);
  expect([...store.slice(0, 100)]).toEqual([3, 4, 5, 6]);
  store.dropBefore(100);
  expect([store.start, store.end]).toEqual([6, 6]);
});
