import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/core/errors.ts';
import { silence } from '../../src/core/pcm.ts';
import { describeMicrophone } from '../contracts/microphone.ts';
import { ramp } from '../rigs/samples.ts';
import { createFakeMicrophone } from './fake-microphone.ts';

describeMicrophone('the fake', async (pcm) => {
  const microphone = createFakeMicrophone();
  return {
    microphone,
    speak: async () => microphone.say(pcm),
    pass: async (frames) => microphone.say(silence(20 * frames)),
    children: () => [],
    dispose: () => Promise.resolve(),
  };
});

const recorder = () => {
  const words: string[] = [];
  return {
    words,
    frame: (): void => {
      words.push('frame');
    },
    failed: ({ code }: Failure): void => {
      words.push(code);
    },
  };
};

describe('the fake microphone', () => {
  it('delivers nothing while it is off', () => {
    const microphone = createFakeMicrophone();
    const listener = recorder();
    microphone.say(ramp(480));
    microphone.start(listener);
    microphone.say(ramp(479));
    expect(listener.words).toEqual([]);
    expect([microphone.inUse, microphone.starts]).toEqual([true, 1]);
  });

  it('fails once, and can be started again', () => {
    const microphone = createFakeMicrophone();
    const listener = recorder();
    microphone.fail('while it is off');
    microphone.start(listener);
    microphone.fail('gone');
    microphone.fail('gone again');
    microphone.say(ramp(480));
    expect(listener.words).toEqual(['device-lost']);
    expect(microphone.inUse).toBe(false);
    microphone.start(listener);
    microphone.say(ramp(480));
    expect(listener.words).toEqual(['device-lost', 'frame']);
  });
});
