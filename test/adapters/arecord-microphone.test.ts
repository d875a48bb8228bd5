import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createArecordMicrophone } from '../../src/adapters/arecord-microphone.ts';
import { FRAME_MS } from '../../src/pcm.ts';
import type { Microphone } from '../../src/ports.ts';
import { describeMicrophone } from '../contracts/microphone.ts';
import { childrenNamed } from '../rigs/processes.ts';
import { piecesOf, ramp, soundOf } from '../rigs/samples.ts';
import { type SoundRig, startSoundRig } from '../rigs/sound-rig.ts';
import { until } from '../rigs/until.ts';

const rigs: SoundRig[] = [];
let rig: SoundRig;

const newRig = async (): Promise<SoundRig> => {
  const made = await startSoundRig();
  rigs.push(made);
  return made;
};

const use = ({ env }: SoundRig): void => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
};

beforeAll(async () => {
  rig = await newRig();
});
beforeEach(() => use(rig));
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await Promise.all(rigs.map((made) => made.stop()));
});

const passFrames = (frames: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, frames * FRAME_MS));

describeMicrophone('arecord', async (pcm) => ({
  microphone: createArecordMicrophone({ device: 'default' }),
  speak: () => rig.say(pcm),
  pass: passFrames,
  children: () => childrenNamed('arecord'),
  dispose: () => Promise.resolve(),
}));

/** What becomes of a microphone that is started and left alone until it fails. */
const failureOf = async (microphone: Microphone): Promise<string> => {
  const failures: string[] = [];
  microphone.start({ frame: () => undefined, failed: (sentence) => failures.push(sentence) });
  // Nothing is told from within the call.
  expect(failures).toEqual([]);
  await until(() => failures.length > 0, 'the failure');
  await microphone.stop();
  expect(failures).toHaveLength(1);
  return failures[0] ?? '';
};

describe('the arecord microphone on a card that fails', () => {
  it('names a device that is not there, and how to find the right one', async () => {
    expect(await failureOf(createArecordMicrophone({ device: 'hw:7' }))).toBe(
      'There is no microphone "hw:7": is it plugged in? "arecord -L" lists the devices, ' +
        'and device in [microphone] of the configuration names the one to use.',
    );
  });

  it.each(['with setpriv', 'without setpriv'])('names a program that is not there, %s', async (how) => {
    if (how === 'without setpriv') vi.stubEnv('PATH', '/nowhere');
    expect(await failureOf(createArecordMicrophone({ device: 'mic', command: 'no-arecord' }))).toBe(
      'The microphone "mic" needs the program no-arecord, which is not installed: "sudo apt install alsa-utils".',
    );
  });

  it('survives a device name that no program can be given', async () => {
    expect(await failureOf(createArecordMicrophone({ device: 'a\0b' }))).toContain('The microphone');
  });

  it('tells when the card goes away, and works again with the next', async () => {
    const first = await newRig();
    use(first);
    const microphone = createArecordMicrophone({ device: 'default' });
    const failures: string[] = [];
    let frames = 0;
    const listener = {
      frame: () => {
        frames += 1;
      },
      failed: (sentence: string) => failures.push(sentence),
    };
    microphone.start(listener);
    await until(() => frames > 2, 'frames');
    await first.unplug();
    await until(() => failures.length > 0, 'the failure');
    expect(failures).toEqual([expect.stringMatching(/^(The|There is no) microphone "default".*: /)]);
    use(rig);
    frames = 0;
    microphone.start(listener);
    await until(() => frames > 2, 'frames of the next card');
    await microphone.stop();
    expect(failures).toHaveLength(1);
    expect(childrenNamed('arecord')).toEqual([]);
  });
});

describe('the arecord microphone and what its program does', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-arecord-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

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
    expect(await failureOf(createArecordMicrophone({ device: 'mic', command }))).toBe(
      'The microphone "mic" has stopped delivering sound: the card has stalled; ' +
        'unplug it, plug it in again, and try.',
    );
    expect(childrenNamed('sleep')).toEqual([]);
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
