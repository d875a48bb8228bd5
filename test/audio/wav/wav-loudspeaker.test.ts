import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '../../../src/audio/wav/wav-file.ts';
import { createWavLoudspeaker, WavWriter } from '../../../src/audio/wav/wav-loudspeaker.ts';
import { describeLoudspeaker, Listener } from '../../contracts/loudspeaker.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { ramp, soundOf } from '../../rigs/samples.ts';
import { writeWav } from '../../rigs/write-wav.ts';

let folder = '';
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-hear-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newFile = (): string => {
  count += 1;
  return join(folder, `reply${count}.wav`);
};

const setUp = (file = newFile(), maxQueueMs?: number) => {
  const clock = createFakeClock();
  const loudspeaker = createWavLoudspeaker(file, clock, maxQueueMs);
  return { clock, loudspeaker, file, listener: new Listener() };
};

/** The sound behind the header, which may be older than the sound. */
const contents = (file: string): Buffer => readFileSync(file).subarray(44);

describeLoudspeaker('the WAV file', async () => {
  const maxQueueMs = 2_000;
  const { clock, loudspeaker, file } = setUp(newFile(), maxQueueMs);
  writeWav(file, Buffer.alloc(0));
  return {
    loudspeaker,
    maxQueueMs,
    pass: async (ms) => clock.advance(ms),
    heard: async () => soundOf(contents(file)),
    children: () => [],
    dispose: () => Promise.resolve(),
  };
});

describe('a loudspeaker that is a WAV file', () => {
  it('takes as long as a real one', () => {
    const { clock, loudspeaker, listener } = setUp();
    loudspeaker.start(listener);
    loudspeaker.play(ramp(24_000));
    loudspeaker.end();
    clock.advance(999);
    expect(listener.words).toEqual(['started']);
    clock.advance(1);
    expect(listener.words).toEqual(['started', 'drained']);
    expect(clock.waiting).toBe(0);
  });

  it('is a valid file after each reply and after a stop, and is continued after it', async () => {
    const { clock, loudspeaker, listener, file } = setUp();
    writeWav(file, ramp(99));
    loudspeaker.start(listener);
    expect(contents(file)).toHaveLength(0);
    loudspeaker.play(ramp(2_400));
    loudspeaker.end();
    clock.advance(100);
    expect(await readWav(file)).toEqual(ramp(2_400));
    loudspeaker.play(ramp(2_400, 2_401));
    clock.advance(50);
    await loudspeaker.stop();
    expect(await readWav(file)).toEqual(ramp(3_600));
    loudspeaker.start(listener);
    loudspeaker.play(ramp(1_000, 3_601));
    loudspeaker.end();
    clock.advance(100);
    expect(await readWav(file)).toEqual(ramp(4_600));
    await loudspeaker.stop();
  });

  it('leaves out what was flushed, to the sample', async () => {
    const { clock, loudspeaker, listener, file } = setUp();
    loudspeaker.start(listener);
    loudspeaker.play(ramp(24_000));
    clock.advance(250);
    expect(loudspeaker.flush()).toBe(250);
    expect(await readWav(file)).toEqual(ramp(6_000));
    loudspeaker.play(ramp(1_000));
    clock.advance(10);
    expect(loudspeaker.flush()).toBe(260);
    await loudspeaker.stop();
  });

  it.each([
    ['its folder does not exist', () => join(folder, 'nowhere', 'a.wav')],
    [
      'it is a folder',
      () => {
        const file = newFile();
        mkdirSync(file);
        return file;
      },
    ],
    [
      'its folder is a file',
      () => {
        const file = newFile();
        writeFileSync(file, '');
        return join(file, 'a.wav');
      },
    ],
  ])('fails when it cannot be written because %s', (_why, makeFile) => {
    const file = makeFile();
    const { clock, loudspeaker, listener } = setUp(file);
    loudspeaker.start(listener);
    loudspeaker.play(ramp(100));
    expect(listener.words).toEqual([]);
    clock.advance(10_000);
    expect(listener.words).toEqual(['failed: file-not-writable']);
    expect(clock.waiting).toBe(0);
  });

  it('fails when the file is removed between two replies', async () => {
    const { clock, loudspeaker, listener, file } = setUp();
    loudspeaker.start(listener);
    await loudspeaker.stop();
    rmSync(file);
    loudspeaker.start(listener);
    clock.advance(10);
    expect(listener.words).toEqual(['failed: wav-removed']);
  });

  it('fails when the disk is full', () => {
    // Every write to this device fails with ENOSPC.
    expect(() => writeWav('/dev/full', ramp(10))).toThrow(/^\/dev\/full .* the disk is full/);
    const { clock, loudspeaker, listener } = setUp('/dev/full');
    loudspeaker.start(listener);
    loudspeaker.play(ramp(100));
    loudspeaker.end();
    clock.advance(10_000);
    expect(listener.words).toEqual(['failed: file-not-writable']);
  });

  it('does not write more than a WAV file can hold', () => {
    const writer = new WavWriter(newFile());
    const huge = { length: 0xffff_ffff } as Buffer;
    expect(() => writer.write(huge)).toThrow(expect.objectContaining({ code: 'wav-full' }));
  });
});
