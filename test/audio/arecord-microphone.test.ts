import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createArecordMicrophone } from '../../src/audio/arecord-microphone.ts';
import { FRAME_MS } from '../../src/core/pcm.ts';
import { describeMicrophone } from '../contracts/microphone.ts';
import { failureOf } from '../rigs/failing-microphone.ts';
import { childrenNamed } from '../rigs/processes.ts';
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
    expect(await failureOf(createArecordMicrophone({ device: 'a\0b' }))).toBe(
      'The microphone "a\0b" has a zero byte in its name, which no program can be given: ' +
        'correct device in [microphone] of the configuration.',
    );
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
