import { describe, expect, it } from 'vitest';
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
    failed: (sentence: string): void => {
      words.push(sentence);
    },
  };
};

describe('the fake microphone', () => {
  it('is deaf while it is off', () => {
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
    microphone.fail('nobody hears this');
    microphone.start(listener);
    microphone.fail('gone');
    microphone.fail('gone again');
    microphone.say(ramp(480));
    expect(listener.words).toEqual(['gone']);
    expect(microphone.inUse).toBe(false);
    microphone.start(listener);
    microphone.say(ramp(480));
    expect(listener.words).toEqual(['gone', 'frame']);
  });
});
