// What a loudspeaker must do with a real libasound, beyond the promises of every loudspeaker: for each program that
// plays.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChildLoudspeaker } from '../../src/audio/child-loudspeaker.ts';
import type { PlaybackCommand } from '../../src/audio/commands.ts';
import { msOfBytes } from '../../src/core/pcm.ts';
import type { Loudspeaker } from '../../src/core/ports.ts';
import { childrenNamed } from '../rigs/processes.ts';
import type { Hearing } from '../rigs/recording.ts';
import { piecesOf, ramp, soundOf } from '../rigs/samples.ts';
import { type SoundRig, startSoundRig } from '../rigs/sound-rig.ts';
import { until } from '../rigs/until.ts';
import { describeLoudspeaker, Listener } from './loudspeaker.ts';

const MAX_QUEUE_MS = 2_000;
/** Beyond that nothing of a reply is still on its way through the rig. */
const LATE_MS = 150;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const use = ({ env }: SoundRig): void => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
};

export const describeCardLoudspeaker = (
  createCommand: (device: string) => PlaybackCommand,
  processName: string,
): void => {
  let rig: SoundRig;
  let hearing: Hearing;
  beforeAll(async () => {
    rig = await startSoundRig();
  });
  afterAll(() => rig.stop());
  beforeEach(async () => {
    use(rig);
    hearing = await rig.hear();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await Promise.all(created.splice(0).map((loudspeaker) => loudspeaker.stop()));
    await hearing.stop();
  });

  const created: Loudspeaker[] = [];
  const create = (device = 'default'): Loudspeaker => {
    const command = createCommand(device);
    const loudspeaker = createChildLoudspeaker({
      command,
      jitterBufferMs: 120,
      leadInMs: 20,
      leadOutMs: 20,
      maxQueueMs: MAX_QUEUE_MS,
    });
    created.push(loudspeaker);
    return loudspeaker;
  };

  describeLoudspeaker(processName, async () => ({
    loudspeaker: create(),
    maxQueueMs: MAX_QUEUE_MS,
    pass: sleep,
    heard: async () => {
      await hearing.more(LATE_MS);
      return hearing.sound();
    },
    children: () => childrenNamed(processName),
    dispose: () => Promise.resolve(),
  }));

  describe(`loudspeaker on a card: ${processName}`, () => {
    it('plays chunks that arrive unevenly without a gap', async () => {
      const sound = ramp(24_000);
      const loudspeaker = create();
      const listener = new Listener();
      loudspeaker.start(listener);
      const pieces = piecesOf(sound, 1_920);
      // 40 ms each, in real time, and some of them up to 60 ms late.
      for (const [at, piece] of pieces.entries()) {
        loudspeaker.play(piece);
        await sleep(at % 3 === 0 ? 80 : 20);
      }
      loudspeaker.end();
      await until(() => listener.words.includes('drained'), 'the end');
      await hearing.more(LATE_MS);
      const everything = [...hearing.everything()];
      const first = everything.indexOf(1);
      expect(everything.slice(first, first + 24_000)).toEqual(soundOf(sound));
      expect(hearing.sound()).toHaveLength(24_000);
    });

    it('fills its buffer again after an underrun, and loses nothing', async () => {
      const loudspeaker = create();
      const listener = new Listener();
      loudspeaker.start(listener);
      // Whole periods, for aplay keeps the rest of one back until the next data or the end.
      loudspeaker.play(ramp(7_200));
      await hearing.untilSamples(7_200);
      await hearing.more(LATE_MS);
      // 100 ms are not enough to begin again.
      loudspeaker.play(ramp(2_400, 7_201));
      await hearing.more(LATE_MS);
      expect(hearing.sound()).toHaveLength(7_200);
      loudspeaker.play(ramp(2_400, 9_601));
      loudspeaker.end();
      await until(() => listener.words.includes('drained'), 'the end');
      await hearing.more(LATE_MS);
      expect(hearing.sound()).toEqual(soundOf(ramp(12_000)));
      expect(listener.words).toEqual(['started', 'drained']);
    });

    it('is silent after a flush, and reports about how much was heard', async () => {
      const loudspeaker = create();
      loudspeaker.start(new Listener());
      loudspeaker.play(ramp(30_000));
      await hearing.untilSamples(6_000);
      const heardMs = loudspeaker.flush();
      // The rig mixes up to 50 ms ahead of time.
      expect(heardMs).toBeGreaterThan(msOfBytes(6_000 * 2) - 100);
      await loudspeaker.stop();
      await hearing.more(LATE_MS);
      const heard = hearing.sound();
      expect(heard).toEqual(soundOf(ramp(heard.length)));
      expect(heard.length).toBeLessThan(30_000);
    });

    it('reports a device that is missing', async () => {
      const loudspeaker = create('hw:7');
      const listener = new Listener();
      loudspeaker.start(listener);
      loudspeaker.play(ramp(6_000));
      loudspeaker.end();
      await until(() => listener.words.some((word) => word !== 'started'), 'the failure');
      expect(listener.words.at(-1)).toBe('failed: device-missing');
    });

    it('reports the loss of the card in mid-reply, and works again with the next one', async () => {
      const doomed = await startSoundRig();
      try {
        use(doomed);
        const heardThere = await doomed.hear();
        const loudspeaker = create();
        const listener = new Listener();
        loudspeaker.start(listener);
        loudspeaker.play(ramp(40_000));
        loudspeaker.end();
        await heardThere.untilSamples(4_800);
        await doomed.unplug();
        await until(() => listener.words.length > 1, 'the failure');
        expect(listener.words).toEqual(['started', expect.stringMatching(/^failed: /)]);
        use(rig);
        loudspeaker.start(listener);
        loudspeaker.play(ramp(4_800));
        loudspeaker.end();
        await until(() => listener.words.length > 3, 'the next reply');
        expect(listener.words.slice(2)).toEqual(['started', 'drained']);
        await hearing.more(LATE_MS);
        expect(hearing.sound()).toEqual(soundOf(ramp(4_800)));
        expect(childrenNamed(processName)).toEqual([]);
      } finally {
        await doomed.stop();
      }
    });
  });
};
