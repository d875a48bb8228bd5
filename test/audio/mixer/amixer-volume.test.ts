// The real amixer, on the mixer of a PulseAudio sink; and for other cards a program that prints what amixer would (the
// files in amixer/, written by hand after its source). pactl, which is independent of ALSA, says what the card has.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AmixerVolumeOptions, createAmixerVolume } from '../../../src/audio/mixer/amixer-volume.ts';
import type { Volume } from '../../../src/core/volume.ts';
import { Child } from '../../../src/system/child-process.ts';
import { describeVolume } from '../../contracts/volume.ts';
import { createFakeLog, type FakeLog } from '../../fakes/fake-log.ts';
import { childrenNamed } from '../../rigs/processes.ts';
import { startSoundRig } from '../../rigs/sound-rig.ts';

let folder: string;
let log: FakeLog;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-volume-'));
  log = createFakeLog();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const stateFolder = (): string => join(folder, 'state/parley');
const file = (): string => join(stateFolder(), 'volume.json');
const create = (options: Partial<AmixerVolumeOptions> = {}): Volume =>
  createAmixerVolume({
    device: 'default',
    control: '',
    folder: stateFolder(),
    log,
    ...options,
  });
/** A write to the disk fails from now on, with the kernel's own ENOSPC; once. */
const fillDisk = (): void => symlinkSync('/dev/full', `${file()}.tmp`);
const warnings = (): unknown[] =>
  log.lines.filter(({ level }) => level === 'warn').map(({ facts }) => (facts as { code?: string }).code);

const pactl = (...words: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = '';
    new Child('pactl', words, {
      onOutput: (chunk) => {
        output += chunk.toString();
      },
      onExit: (code, _signal, stderr) => (code === 0 ? resolve(output) : reject(new Error(stderr))),
    });
  });

const startRig = async () => {
  const rig = await startSoundRig();
  for (const [name, value] of Object.entries(rig.env)) vi.stubEnv(name, value);
  return rig;
};

describeVolume("amixer, on PulseAudio's mixer", async () => {
  const rig = await startRig();
  return {
    create,
    card: async () => ({
      percent: Number(/(\d+)%/.exec(await pactl('get-sink-volume', 'fakespk'))?.[1]),
      muted: (await pactl('get-sink-mute', 'fakespk')).includes('yes'),
    }),
    turn: async (percent) => void (await pactl('set-sink-volume', 'fakespk', `${percent}%`)),
    mute: async () => void (await pactl('set-sink-mute', 'fakespk', '1')),
    fillDisk,
    unplug: () => rig.unplug(),
    dispose: () => rig.stop(),
  };
});

describe('amixer, on a real mixer', () => {
  let rig: Awaited<ReturnType<typeof startRig>>;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.stop());

  it('leaves the microphone as it is, and other sinks', async () => {
    await create().set(20);
    expect(await pactl('get-sink-volume', 'fakemic')).toContain('100%');
    expect(await pactl('get-source-volume', 'fakemic.monitor')).toContain('100%');
  });

  it('takes the control that the configuration names', async () => {
    expect(await create({ control: 'Master' }).set(20)).toBe(20);
    expect(await create({ control: 'Master,0' }).get()).toBe(20);
    await expect(create({ control: 'Tweeter' }).get()).rejects.toMatchObject({
      code: 'mixer-control-missing',
      message: expect.stringMatching(/"Tweeter".*: Master\.$/),
    });
    // It has a volume, but not for playback.
    await expect(create({ control: 'Capture' }).set(20)).rejects.toMatchObject({
      code: 'mixer-control-missing',
    });
  });

  it.each([
    ['plughw:CARD=Nope,DEV=0', 'device-missing'],
    ['hw:7,0', 'device-missing'],
    ['spk', 'mixer-missing'],
  ])('fails where there is none of %s: %s', async (device, code) => {
    await expect(create({ device }).get()).rejects.toMatchObject({ code });
  });

  it('fails where the sound server has ended', async () => {
    await rig.unplug();
    await expect(create().get()).rejects.toMatchObject({ code: 'sound-server-unreachable' });
  });

  it('warns of a full disk, and leaves nothing half written', async () => {
    await create().set(30);
    fillDisk();
    await create().set(60);
    expect(warnings()).toEqual(['volume-not-stored']);
    expect(log.lines.at(-1)?.facts).toMatchObject({
      code: 'volume-not-stored',
      reason: expect.stringContaining('ENOSPC'),
    });
    expect(readdirSync(stateFolder())).toEqual(['volume.json']);
    expect(readFileSync(file(), 'utf8')).toBe('{"version":1,"percent":30}\n');
  });

  it.each(['', '{"version":1', '{"version":2,"percent":40}', '{"version":1,"percent":140}', '[]', 'null'])(
    'warns of a file that says "%s", ignores it, and replaces it',
    async (text) => {
      mkdirSync(stateFolder(), { recursive: true });
      writeFileSync(file(), text);
      await create().restore();
      expect(warnings()).toEqual(['volume-not-read']);
      expect(await create().get()).toBe(100);
      await create().set(40);
      expect(readFileSync(file(), 'utf8')).toBe('{"version":1,"percent":40}\n');
    },
  );

  it('logs nothing where nothing is remembered, and warns where it cannot be set', async () => {
    await create().restore();
    expect(log.lines).toEqual([]);
    await create().set(40);
    await create({ device: 'hw:7' }).restore();
    expect(warnings()).toEqual(['volume-not-restored']);
  });
});

describe('amixer, for other cards', () => {
  // A slow machine must not reach the time limit.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const untilItSleeps = async (): Promise<void> => {
    while (childrenNamed('sleep').length === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  /** A program in amixer's place; the arguments of each call are noted. */
  const replaceAmixer = (script: string): void => {
    const programs = join(folder, 'bin');
    mkdirSync(programs);
    writeFileSync(join(programs, 'amixer'), `#!/bin/sh\necho "$*" >>${folder}/calls\n${script}\n`);
    chmodSync(join(programs, 'amixer'), 0o755);
    vi.stubEnv('PATH', `${programs}:${process.env['PATH']}`);
  };
  const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  /** Prints `before` when it reads, and `after` when it sets something. */
  const speak = (before: string, after = ''): void => {
    writeFileSync(join(folder, 'before'), before);
    writeFileSync(join(folder, 'after'), after);
    replaceAmixer(`case "$*" in *sset*) cat ${folder}/after ;; *) cat ${folder}/before ;; esac`);
  };
  const told = (name: string): string =>
    readFileSync(join(import.meta.dirname, 'amixer', `${name}.txt`), 'utf8');

  it('needs alsa-utils', async () => {
    vi.stubEnv('PATH', folder);
    await expect(create().get()).rejects.toMatchObject({ code: 'program-missing' });
  });

  it('is killed when it does not answer', async () => {
    replaceAmixer('exec sleep 1000');
    const call = create({ device: 'plughw:CARD=Device,DEV=0' }).set(40);
    const failed = expect(call).rejects.toMatchObject({ code: 'mixer-timed-out' });
    await untilItSleeps();
    vi.advanceTimersByTime(10_000);
    await failed;
    expect(childrenNamed('sleep')).toEqual([]);
    expect(existsSync(file())).toBe(false);
  });

  it('is killed when the call is aborted', async () => {
    replaceAmixer('exec sleep 1000');
    const abort = new AbortController();
    const reason = new Error('a press');
    const call = create().get(abort.signal);
    await untilItSleeps();
    abort.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(childrenNamed('sleep')).toEqual([]);
  });

  it.each([
    ['plughw:CARD=Device,DEV=0', '-D hw:CARD=Device'],
    ['sysdefault:CARD=Headphones', '-D hw:CARD=Headphones'],
    ['dmix:CARD=b1,DEV=0', '-D hw:CARD=b1'],
    ['hw:1,0', '-D hw:CARD=1'],
    ['plughw:CARD=1', '-D hw:CARD=1'],
    ['hw:CARD="Device",DEV=0', '-D hw:CARD=Device'],
    ['dmix:DEV=0,CARD=b1', '-D hw:CARD=b1'],
    ['hw:Device', '-D hw:CARD=Device'],
    ["plug:SLAVE='dmix:2'", '-D hw:CARD=2'],
    ['default', '-D default'],
    ['loud', '-D loud'],
    ['bluealsa:DEV=00:11:22:33:44:55,PROFILE=a2dp', '-D bluealsa:DEV=00:11:22:33:44:55,PROFILE=a2dp'],
  ])('asks the mixer of %s: %s', async (device, words) => {
    speak(told('usb-stick'));
    await create({ device }).get();
    expect(calls()).toEqual([`-M ${words} scontents`]);
  });

  it('takes the mean of the channels of the USB stick, and sets both', async () => {
    speak(told('usb-stick'), told('usb-stick'));
    expect(await create().get()).toBe(63);
    await create().set(64);
    expect(calls().at(-1)).toBe("-M -D default sset 'Speaker',0 playback 64% unmute");
  });

  it('mutes for 0 where the lowest step can be heard', async () => {
    speak(told('usb-stick'), told('usb-stick').replaceAll(/\[\d+%\] \[.*dB\]/g, '[0%] [-30.50dB]'));
    expect(await create().set(0)).toBe(0);
    expect(calls().slice(1)).toEqual([
      "-M -D default sset 'Speaker',0 playback 0%",
      "-M -D default sset 'Speaker',0 playback mute",
    ]);
  });

  it('does not mute where the lowest step is silent, or where the card does not report decibels', async () => {
    for (const decibels of [' [-99999.99dB]', '']) {
      speak(told('usb-stick'), told('usb-stick').replaceAll(/\[\d+%\] \[.*dB\]/g, `[0%]${decibels}`));
      expect(await create().set(0)).toBe(0);
      expect(calls()).toHaveLength(2);
      rmSync(join(folder, 'bin'), { recursive: true });
      rmSync(join(folder, 'calls'));
    }
  });

  it.each([
    ['headphone-socket', "'PCM',0", 86],
    ['hifi-board', "'Digital',0", 50],
    ['common-volume', "'Wave',0", 65],
  ])('finds the control of the %s: %s', async (name, id, percent) => {
    speak(told(name), told(name));
    expect(await create().get()).toBe(percent);
    await create().set(50);
    expect(calls().at(-1)).toContain(`sset ${id} playback 50%`);
  });

  it('fails on a card without a volume control, and on one that has only a microphone', async () => {
    speak('');
    await expect(create({ device: 'plughw:CARD=b1,DEV=0' }).get()).rejects.toMatchObject({
      code: 'no-volume-control',
    });
    writeFileSync(join(folder, 'before'), told('microphone-only'));
    const call = create().set(20);
    await expect(call).rejects.toMatchObject({
      code: 'mixer-control-missing',
      message: expect.stringMatching(/: Mic\.$/),
    });
  });
});
