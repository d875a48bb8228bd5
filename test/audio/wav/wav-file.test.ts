import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '../../../src/audio/wav/wav-file.ts';
import { wavHeader } from '../../../src/audio/wav/wav-header.ts';
import { Unavailable } from '../../../src/core/errors.ts';
import { ramp, samplesOf } from '../../rigs/samples.ts';
import { writeWav } from '../../rigs/write-wav.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-wav-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

const ours = { encoding: 1, channels: 1, rate: 24_000, bits: 16, blockBytes: 2 };

/** A file with this header and this sound, whether they fit or not. */
const fileOf = (header: Buffer, pcm: Buffer): string => {
  const file = at('made.wav');
  writeFileSync(file, Buffer.concat([header, pcm]));
  return file;
};

/** One second of a tone, made by sox. */
const tone = (name: string, hertz: number, ...format: string[]): string => {
  execFileSync('sox', ['-n', '-D', ...format, at(name), 'synth', '1', 'sine', String(hertz), 'gain', '-6']);
  return at(name);
};

const loudest = (samples: Int16Array): number => samples.reduce((most, sample) => Math.max(most, sample), 0);

const crossings = (samples: Int16Array): number =>
  samples.reduce((count, sample, i) => ((samples[i - 1] ?? 0) < 0 && sample >= 0 ? count + 1 : count), 0);

describe('a WAV file in the format of Parley', () => {
  it('is read sample for sample', async () => {
    const file = at('own.wav');
    writeWav(file, ramp(30_000));
    expect(await readWav(file)).toEqual(ramp(30_000));
  });

  it('may have chunks of other things around the sound', async () => {
    const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
    const header = wavHeader(ours, 20);
    const file = fileOf(
      Buffer.concat([header.subarray(0, 12), list, header.subarray(12)]),
      Buffer.concat([ramp(10), list]),
    );
    expect(await readWav(file)).toEqual(ramp(10));
  });

  it.each([0xffff_ffff, 0x7fff_ffff, 0x7fff_f000, 0x8000_0000])(
    'may come from a pipe, with a header that says %i bytes',
    async (stated) => {
      const header = wavHeader(ours, 0);
      header.writeUInt32LE(stated, 40);
      expect(await readWav(fileOf(header, Buffer.concat([ramp(10), Buffer.from([1])])))).toEqual(ramp(10));
    },
  );
});

describe('a WAV file of another format', () => {
  const formats: readonly (readonly [string, ...string[]])[] = [
    ['8-bit', '-b', '8'],
    ['24-bit', '-b', '24'],
    ['32-bit', '-b', '32'],
    ['float', '-e', 'floating-point', '-b', '32'],
    ['double', '-e', 'floating-point', '-b', '64'],
    ['a-law', '-e', 'a-law'],
    ['mu-law', '-e', 'mu-law'],
  ];
  for (const [name, ...format] of formats) {
    for (const [rate, channels] of [
      ['24000', '1'],
      ['8000', '1'],
      ['44100', '2'],
      ['48000', '2'],
    ] as const) {
      it(`is converted: ${name}, ${rate} Hz, ${channels} channels`, async () => {
        const file = tone(`${name}-${rate}.wav`, 440, '-r', rate, '-c', channels, ...format);
        const samples = samplesOf(await readWav(file));
        expect(Math.abs(samples.length - 24_000)).toBeLessThanOrEqual(1);
        expect(crossings(samples)).toBeGreaterThan(437);
        expect(crossings(samples)).toBeLessThan(442);
        // Half of full scale, as it was made.
        expect(loudest(samples)).toBeGreaterThan(15_500);
        expect(loudest(samples)).toBeLessThan(17_500);
      });
    }
  }

  it('keeps the mean of its channels', async () => {
    const stereo = Buffer.alloc(8);
    for (const [place, sample] of [1_000, 3_000, -5, -6].entries()) stereo.writeInt16LE(sample, 2 * place);
    const file = fileOf(wavHeader({ ...ours, channels: 2, blockBytes: 4 }, 8), stereo);
    expect([...samplesOf(await readWav(file))]).toEqual([2_000, -5]);
  });

  it('is continuous where its slices meet', async () => {
    const count = 700_001;
    const stereo = Buffer.alloc(4 * count);
    for (let i = 0; i < count; i += 1) {
      stereo.writeInt16LE(i % 30_000, 4 * i);
      stereo.writeInt16LE(i % 30_000, 4 * i + 2);
    }
    const file = fileOf(wavHeader({ ...ours, channels: 2, blockBytes: 4 }, stereo.length), stereo);
    const samples = samplesOf(await readWav(file));
    expect(samples.length).toBe(count);
    expect(samples.findIndex((sample, i) => sample !== i % 30_000)).toBe(-1);
  });

  it('is clipped, not inverted, where resampling overshoots', async () => {
    const square = Buffer.alloc(2 * 8_000);
    for (let i = 0; i < 8_000; i += 1) square.writeInt16LE(i % 80 < 40 ? 32_767 : -32_768, 2 * i);
    const file = fileOf(wavHeader({ ...ours, rate: 8_000 }, square.length), square);
    const samples = samplesOf(await readWav(file));
    // In the middle of each half wave, far from its edges, the sign is the square's own.
    for (let i = 60; i < samples.length; i += 120) {
      expect(Math.sign(samples[i] ?? 0)).toBe(i % 240 < 120 ? 1 : -1);
    }
  });
});

describe('a file that cannot be used', () => {
  /** The code of the failure, whose sentence names the file. */
  const failureOf = async (file: string): Promise<string> => {
    const error: unknown = await readWav(file).catch((reason: unknown) => reason);
    if (!(error instanceof Unavailable)) throw new Error('it was read');
    expect(error.message).toContain(file);
    return error.code;
  };

  it('is missing, a folder, empty, or something else', async () => {
    expect(await failureOf(at('nowhere.wav'))).toBe('wav-missing');
    mkdirSync(at('folder.wav'));
    expect(await failureOf(at('folder.wav'))).toBe('wav-not-a-file');
    expect(await failureOf(fileOf(Buffer.alloc(0), Buffer.alloc(0)))).toBe('wav-no-header');
    expect(await failureOf(fileOf(Buffer.from('ID3 and so on, for a while'), ramp(10)))).toBe(
      'wav-no-header',
    );
    expect(await failureOf(fileOf(wavHeader(ours, 0), Buffer.alloc(0)))).toBe('wav-empty');
    expect(await failureOf(fileOf(wavHeader(ours, 1), Buffer.alloc(1)))).toBe('wav-empty');
  });

  it('has a broken header', async () => {
    const broken = [
      fileOf.bind(undefined, wavHeader(ours, 20).subarray(0, 30), Buffer.alloc(0)),
      fileOf.bind(undefined, wavHeader(ours, 20).subarray(0, 36), Buffer.alloc(0)),
      fileOf.bind(undefined, wavHeader({ ...ours, blockBytes: 0 }, 20), ramp(10)),
    ];
    for (const make of broken) expect(await failureOf(make())).toBe('wav-header-broken');
  });

  it('is shorter than its header says', async () => {
    expect(await failureOf(fileOf(wavHeader(ours, 22), ramp(10)))).toBe('wav-truncated');
  });

  it.each(['ima-adpcm', 'ms-adpcm', 'gsm-full-rate'])('has the encoding %s', async (encoding) => {
    const file = tone(`${encoding}.wav`, 440, '-r', '8000', '-c', '1', '-e', encoding);
    expect(await failureOf(file)).toBe('wav-encoding-unsupported');
  });

  it.each([
    [{ channels: 0 }, 'wav-encoding-unsupported'],
    [{ bits: 17 }, 'wav-encoding-unsupported'],
    [{ blockBytes: 3 }, 'wav-encoding-unsupported'],
    [{ channels: 9, blockBytes: 18 }, 'wav-channels-unsupported'],
    [{ rate: 3 }, 'wav-rate-unsupported'],
  ])('has a format that makes no sense: %o', async (part, code) => {
    expect(await failureOf(fileOf(wavHeader({ ...ours, ...part }, 36), ramp(18)))).toBe(code);
  });

  it('is too long or too large', async () => {
    const minutes = 10;
    const bytes = minutes * 60 * 4_000 + 1;
    const slow = wavHeader({ ...ours, rate: 4_000, bits: 8, blockBytes: 1 }, bytes);
    expect(await failureOf(fileOf(slow, Buffer.alloc(bytes)))).toBe('wav-too-long');
    const file = fileOf(wavHeader(ours, 0), Buffer.alloc(0));
    truncateSync(file, 64 * 1024 * 1024 + 1);
    expect(await failureOf(file)).toBe('wav-too-large');
  });

  it('is read, or fails with a code, for any content', async () => {
    const header = wavHeader(ours, 200);
    const changes = fc.array(fc.tuple(fc.nat(header.length - 1), fc.nat(255)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(changes, async (bytes) => {
        const broken = Buffer.from(header);
        for (const [place, value] of bytes) broken[place] = value;
        const file = fileOf(broken, ramp(100));
        const result: unknown = await readWav(file).catch((reason: unknown) => reason);
        if (result instanceof Unavailable) expect(result.code).toMatch(/^wav-/);
        else expect(Buffer.isBuffer(result)).toBe(true);
      }),
    );
  });
});
