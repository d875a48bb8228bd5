import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** These use the sound rig: their time is the time of the sound, with little work for the processor. */
const onSoundRig = [
  'test/e2e/**/*.test.ts',
  'test/audio/{aplay,speaker}-loudspeaker.test.ts',
  'test/audio/{arecord-microphone,speaker-child}.test.ts',
];

/** Guards against tests that never end, and no measure of speed. */
const limits = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 120_000 } } };

/** A process for each file would cost a third of the processor time. What a test changes, it puts back. */
const shared = { ...limits, isolate: false };

/** By turns one file that waits for sound, and one that keeps a processor busy meanwhile. */
class WaitingBesideWorking extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = sorted.filter(({ project }) => project.name === 'sound rig');
    const working = sorted.filter(({ project }) => project.name !== 'sound rig');
    return sorted.flatMap((_, turn) => [waiting[turn] ?? [], working[turn] ?? []].flat());
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/rigs/build.ts'],
    // Half of them wait for sound, or for programs to start.
    maxWorkers: availableParallelism() + 4,
    sequence: { sequencer: WaitingBesideWorking },
    projects: [
      {
        test: {
          ...shared,
          name: 'rules, contracts',
          include: ['test/**/*.test.ts'],
          exclude: onSoundRig,
        },
      },
      {
        test: {
          ...shared,
          name: 'sound rig',
          include: onSoundRig,
          setupFiles: ['test/rigs/sound-rig-setup.ts'],
          retry: { count: 1, condition: /^The sound rig reported/ },
        },
      },
    ],
  },
});
