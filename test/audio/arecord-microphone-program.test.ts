// The arecord microphone without a card: what it does with the program that records, whatever that does.

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createArecordMicrophone } from '../../src/audio/arecord-microphone.ts';
import { failureOf } from '../rigs/failing-microphone.ts';
import { childrenNamed } from '../rigs/processes.ts';
import { piecesOf, ramp, soundOf } from '../rigs/samples.ts';
import { until } from '../rigs/until.ts';

describe('the arecord microphone and what its program does', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-arecord-'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A program in place of arecord. */
  const program = (script: string): string => {
    const file = join(folder, 'arecord');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  it('asks for raw sound in short periods from its device', async () => {
    const command = program('echo "$*" >&2; exit 1');
    const sentence = await failureOf(createArecordMicrophone({ device: 'plughw:1', command }));
    expect(sentence).toContain(
      '-q -D plughw:1 -t raw -f S16_LE -r 24000 -c 1 --period-time=20000 --buffer-time=200000 -',
    );
  });

  it('puts lumps of odd lengths together', async () => {
    const sound = ramp(4_800);
    const lumps = piecesOf(sound, 1_237).map((lump, at) => {
      const file = join(folder, `lump${at}`);
      writeFileSync(file, lump);
      return `cat ${file}; sleep 0.01`;
    });
    const microphone = createArecordMicrophone({
      device: 'mic',
      command: program(`${lumps.join('\n')}\nexec sleep 1000`),
    });
    const frames: Buffer[] = [];
    microphone.start({ frame: (pcm) => frames.push(pcm), failed: (sentence) => expect.fail(sentence) });
    await until(() => frames.length === 10, 'ten frames');
    expect(soundOf(Buffer.concat(frames))).toEqual(soundOf(sound));
    await microphone.stop();
  });

  it('tells a card that delivers nothing any more', async () => {
    const command = program('head -c 9600 /dev/zero; exec sleep 1000');
    const failures: string[] = [];
    const microphone = createArecordMicrophone({ device: 'mic', command });
    microphone.start({ frame: () => undefined, failed: (sentence) => failures.push(sentence) });
    await until(() => failures.length > 0, 'the failure');
    expect(failures).toEqual([
      'The microphone "mic" has stopped delivering sound: the card has stalled; ' +
        'unplug it, plug it in again, and try.',
    ]);
    // By itself, before anybody stops the microphone.
    await until(() => childrenNamed('sleep').length === 0, 'the end of the recording');
    await microphone.stop();
  });

  it('does not take a stall of ours for one of the card', async () => {
    const command = program('exec cat /dev/zero');
    const microphone = createArecordMicrophone({ device: 'mic', command });
    const failures: string[] = [];
    let frames = 0;
    const listener = {
      frame: () => {
        frames += 1;
      },
      failed: (sentence: string) => failures.push(sentence),
    };
    microphone.start(listener);
    await until(() => frames > 0, 'frames');
    // Nothing else runs here, for longer than a card may be quiet; the pipe is full when it is over.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_100);
    const before = frames;
    await until(() => frames > before + 100, 'frames after that');
    expect(failures).toEqual([]);
    await microphone.stop();
  });

  it('tells a recording that ends by itself', async () => {
    const command = program('exit 0');
    expect(await failureOf(createArecordMicrophone({ device: 'mic', command }))).toContain(
      'ended with code 0: it gave no reason',
    );
  });

  it('is deaf to the last words of one that was told to end', async () => {
    const command = program(
      'trap "head -c 9600 /dev/urandom; exit 1" TERM; head -c 960 /dev/zero; while :; do sleep 0.01; done',
    );
    const microphone = createArecordMicrophone({ device: 'mic', command });
    const frames: Buffer[] = [];
    const listener = {
      frame: (pcm: Buffer) => frames.push(pcm),
      failed: (sentence: string) => expect.fail(sentence),
    };
    microphone.start(listener);
    await until(() => frames.length === 1, 'the first frame');
    void microphone.stop();
    microphone.start(listener);
    await until(() => frames.length === 2, 'the first frame of the next');
    await microphone.stop();
    expect(soundOf(Buffer.concat(frames))).toEqual([]);
  });

  it('falls silent in the middle of a lump', async () => {
    const command = program('head -c 9600 /dev/zero; exec sleep 1000');
    const microphone = createArecordMicrophone({ device: 'mic', command });
    let frames = 0;
    let stopped: Promise<void> | undefined;
    microphone.start({
      frame: () => {
        frames += 1;
        stopped = microphone.stop();
      },
      failed: (sentence) => expect.fail(sentence),
    });
    await until(() => stopped !== undefined, 'a frame');
    await stopped;
    expect(frames).toBe(1);
  });

  it('leaves no timer behind', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
    const before = timers();
    const command = program('head -c 960 /dev/zero; exec sleep 1000');
    const microphone = createArecordMicrophone({ device: 'mic', command });
    let frames = 0;
    microphone.start({
      frame: () => {
        frames += 1;
      },
      failed: (sentence) => expect.fail(sentence),
    });
    await until(() => frames === 1, 'the frame');
    expect(timers()).toBe(before + 1);
    await microphone.stop();
    expect(timers()).toBe(before);
  });

  it('binds its life to ours, and tells it no secrets', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'private');
    writeFileSync(join(folder, 'setpriv'), '#!/bin/sh\nexport BOUND="$1 $2 $3 $4 $5"\nshift 5\nexec "$@"\n');
    chmodSync(join(folder, 'setpriv'), 0o755);
    vi.stubEnv('PATH', folder);
    const file = join(folder, 'env');
    const command = program(`/usr/bin/env >${file}; exit 1`);
    await failureOf(createArecordMicrophone({ device: 'mic', command }));
    const environment = readFileSync(file, 'utf8');
    expect(environment).toContain('BOUND=--pdeathsig KILL -- env --ignore-signal=USR1\n');
    expect(environment).not.toContain('private');
  });

  it('ends one that does not listen', async () => {
    const command = program('trap "" TERM; head -c 960 /dev/zero; while :; do sleep 0.01; done');
    const microphone = createArecordMicrophone({ device: 'mic', command });
    let frames = 0;
    microphone.start({
      frame: () => {
        frames += 1;
      },
      failed: (sentence) => expect.fail(sentence),
    });
    await until(() => frames === 1, 'the frame');
    await microphone.stop();
    expect(childrenNamed('arecord')).toEqual([]);
  });
});
