// A recording of everything that a sound rig's loudspeaker plays, silence included, while it goes on.

import { bytesOfMs } from '../../src/core/pcm.ts';
import { Child } from '../../src/system/child-process.ts';
import { samplesOf } from './samples.ts';

/** How much more is recorded before a sound that is missing counts as not played, in milliseconds of sound. */
const LATE_MS = 1500;

export interface Hearing {
  /** The samples so far that are not zero. */
  sound(): number[];
  /** All samples so far. */
  everything(): Int16Array;
  /** Resolves when that many samples that are not zero were recorded. */
  untilSamples(count: number): Promise<void>;
  /** Resolves when `ms` more of sound or silence were recorded. */
  more(ms: number): Promise<void>;
  /** Whether these bytes of 16-bit PCM were or are played, every sample of them, in order. */
  holds(pcm: Buffer): Promise<boolean>;
  stop(): Promise<void>;
}

/** Records from now on; resolves when the first samples have arrived. */
export const startHearing = async (
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Hearing> => {
  let recorded = Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let sounding = 0;
  let waiting: (() => void)[] = [];
  const child = new Child('parec', [...args], {
    env,
    onOutput: (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      sounding += samplesOf(chunk).filter((sample) => sample !== 0).length;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const pcmSoFar = (): Buffer => {
    recorded = Buffer.concat([recorded, ...chunks.splice(0)]);
    return recorded;
  };
  const everything = (): Int16Array => samplesOf(pcmSoFar());
  const more = (ms: number): Promise<void> => {
    const target = bytes + bytesOfMs(ms);
    return until(() => bytes >= target);
  };
  await more(1);
  return {
    everything,
    more,
    sound: () => [...everything()].filter((sample) => sample !== 0),
    untilSamples: (count) => until(() => sounding >= count),
    holds: async (pcm) => {
      const last = bytes + bytesOfMs(LATE_MS);
      let found = false;
      await until(() => {
        found ||= pcmSoFar().includes(pcm);
        return found || bytes >= last;
      });
      return found;
    },
    stop: () => child.stop(),
  };
};
