// The real amixer, on the mixer of a PulseAudio sink; and, for cards that nobody has here, one that says what
// amixer would (the files in amixer/, written by hand after its source). pactl, which knows nothing of ALSA, tells what the card has.

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
import { createVolumeStore } from '../../../src/audio/mixer/amixer-store.ts';
import { type AmixerVolumeOptions, createAmixerVolume } from '../../../src/audio/mixer/amixer-volume.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { Volume } from '../../../src/core/volume.ts';
import { Child } from '../../../src/system/child-process.ts';
import { describeVolume } from '../../contracts/volume.ts';
import { createFakeLog, type FakeLog } from '../../fakes/fake-log.ts';
import { childrenNamed } from '../../rigs/processes.ts';
import { startSoundRig } from '../../rigs/sound-rig.ts';
import { until } from '../../rigs/until.ts';

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
    store: createVolumeStore(stateFolder()),
    log,
    ...options,
  });
/** A write to the disk fails from now on, with the kernel's own ENOSPC; once. */
const fillDisk = (): void => symlinkSync('/dev/full', `${file()}.tmp`);
const warnings = (): string[] => log.lines.filter(({ level }) => level === 'warn').map((l) => l.sentence);

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
    await expect(create({ control: 'Tweeter' }).get()).rejects.toThrow(
      'The sound card of the loudspeaker "default" has no control "Tweeter": ' +
        'name one of these as mixer_control in [loudspeaker]: Master.',
    );
    // It has a volume, and not of what is played.
    await expect(create({ control: 'Capture' }).set(20)).rejects.toThrow('no control "Capture"');
  });

  it.each([
    ['plughw:CARD=Nope,DEV=0', 'There is no loudspeaker "plughw:CARD=Nope,DEV=0": is it plugged in?'],
    ['hw:7,0', 'There is no loudspeaker "hw:7,0": is it plugged in?'],
    ['spk', 'ALSA knows no mixer for the loudspeaker "spk": name its card, such as'],
  ])('tells why there is none of %s', async (device, sentence) => {
    await expect(create({ device }).get()).rejects.toThrow(sentence);
  });

  it('tells of a sound server that is gone', async () => {
    await rig.unplug();
    await expect(create().get()).rejects.toThrow('belongs to a sound server that does not answer');
  });

  it('warns of a full disk, and leaves nothing half written', async () => {
    await create().set(30);
    fillDisk();
    await create().set(60);
    expect(warnings()).toEqual(['The volume is set, and will be forgotten at a restart.']);
    expect(log.lines.at(-1)?.facts).toMatchObject({ percent: 60, reason: expect.stringContaining('ENOSPC') });
    expect(readdirSync(stateFolder())).toEqual(['volume.json']);
    expect(readFileSync(file(), 'utf8')).toBe('{"version":1,"percent":30}\n');
  });

  it.each(['', '{"version":1', '{"version":2,"percent":40}', '{"version":1,"percent":140}', '[]', 'null'])(
    'warns of a memory that says "%s", ignores it, and writes it anew',
    async (text) => {
      mkdirSync(stateFolder(), { recursive: true });
      writeFileSync(file(), text);
      await create().restore();
      expect(warnings()).toEqual(['The remembered volume cannot be read, and is ignored.']);
      expect(await create().get()).toBe(100);
      await create().set(40);
      expect(readFileSync(file(), 'utf8')).toBe('{"version":1,"percent":40}\n');
    },
  );

  it('says nothing where nothing is remembered, and warns where it cannot be set', async () => {
    await create().restore();
    expect(log.lines).toEqual([]);
    await create().set(40);
    await create({ device: 'hw:7' }).restore();
    expect(warnings()).toEqual(['The remembered volume cannot be set.']);
  });
});

describe('amixer, for cards that are not here', () => {
  /** A program in amixer's place; the arguments of each call are noted. */
  const replaceAmixer = (script: string): void => {
    const programs = join(folder, 'bin');
    mkdirSync(programs);
    writeFileSync(join(programs, 'amixer'), `#!/bin/sh\necho "$*" >>${folder}/calls\n${script}\n`);
    chmodSync(join(programs, 'amixer'), 0o755);
    vi.stubEnv('PATH', `${programs}:${process.env['PATH']}`);
  };
  const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  /** Says `before` when asked, and `after` when told to set something. */
  const speak = (before: string, after = ''): void => {
    writeFileSync(join(folder, 'before'), before);
    writeFileSync(join(folder, 'after'), after);
    replaceAmixer(`case "$*" in *sset*) cat ${folder}/after ;; *) cat ${folder}/before ;; esac`);
  };
  const told = (name: string): string =>
    readFileSync(join(import.meta.dirname, 'amixer', `${name}.txt`), 'utf8');

  it('needs alsa-utils', async () => {
    vi.stubEnv('PATH', folder);
    await expect(create().get()).rejects.toThrow(
      'The loudspeaker "default" needs the program amixer, which is not installed: "sudo apt install alsa-utils".',
    );
  });

  it('is waited for two seconds, and then killed', async () => {
    replaceAmixer('exec sleep 1000');
    const began = performance.now();
    const call = create({ device: 'plughw:CARD=Device,DEV=0' }).set(40);
    await expect(call).rejects.toThrow('did not answer within 2 s when asked for its volume');
    expect(performance.now() - began).toBeGreaterThan(1_900);
    expect(childrenNamed('sleep')).toEqual([]);
    expect(existsSync(file())).toBe(false);
  });

  it('is killed when the call is aborted', async () => {
    replaceAmixer('exec sleep 1000');
    const abort = new AbortController();
    const call = create().get(abort.signal);
    await until(() => childrenNamed('sleep').length > 0, 'the child');
    const began = performance.now();
    abort.abort(new Error('a press'));
    await expect(call).rejects.toThrow('a press');
    // And not by its limit.
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(childrenNamed('sleep')).toEqual([]);
  });

  it.each([
    ['plughw:CARD=Device,DEV=0', '-D hw:CARD=Device'],
    ['sysdefault:CARD=Headphones', '-D hw:CARD=Headphones'],
    ['dmix:CARD=b1,DEV=0', '-D hw:CARD=b1'],
    ['hw:1,0', '-c 1'],
    ['plughw:CARD=1', '-c 1'],
    ['hw:Device', '-D hw:CARD=Device'],
    ["plug:SLAVE='dmix:2'", '-c 2'],
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

  it('does not where it is silence, or where nobody knows', async () => {
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

  it('tells of a card without a volume control, and of one that has a microphone only', async () => {
    speak('');
    await expect(create({ device: 'plughw:CARD=b1,DEV=0' }).get()).rejects.toThrow(
      'The sound card of the loudspeaker "plughw:CARD=b1,DEV=0" has no volume control: ' +
        'turn it up or down at the loudspeaker itself, or define a softvol in /etc/asound.conf.',
    );
    writeFileSync(join(folder, 'before'), told('microphone-only'));
    const call = create().set(20);
    await expect(call).rejects.toThrow(ToolError);
    await expect(call).rejects.toThrow('no control that is the volume of its loudspeaker: name one of these');
    await expect(call).rejects.toThrow(/\[loudspeaker\]: Mic\.$/);
  });
});
