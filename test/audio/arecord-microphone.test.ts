import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChildMicrophone } from '../../src/audio/child-microphone.ts';
import { arecordCommand } from '../../src/audio/commands.ts';
import type { Failure } from '../../src/core/errors.ts';
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
  microphone: createChildMicrophone(arecordCommand('default')),
  speak: () => rig.say(pcm),
  pass: passFrames,
  children: () => childrenNamed('arecord'),
  dispose: () => Promise.resolve(),
}));

describe('the arecord microphone on a card that fails', () => {
  it('reports a device that is missing', async () => {
    expect(await failureOf(createChildMicrophone(arecordCommand('hw:7')))).toMatchObject({
      code: 'device-missing',
      severity: 'permanent',
      sentence: expect.stringContaining('microphone "hw:7"'),
    });
  });

  it('reports the loss of the card, and works again with the next one', async () => {
    const first = await newRig();
    use(first);
    const microphone = createChildMicrophone(arecordCommand('default'));
    const codes: string[] = [];
    let frames = 0;
    const listener = {
      frame: () => {
        frames += 1;
      },
      failed: ({ code }: Failure) => codes.push(code),
    };
    microphone.start(listener);
    await until(() => frames > 2, 'frames');
    await first.unplug();
    await until(() => codes.length > 0, 'the failure');
    use(rig);
    frames = 0;
    microphone.start(listener);
    await until(() => frames > 2, 'frames of the next card');
    await microphone.stop();
    // What libasound says of it depends on the moment.
    expect(codes).toHaveLength(1);
    expect(childrenNamed('arecord')).toEqual([]);
  });
});
