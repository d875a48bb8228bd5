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
const limits = { testTimeout: 180_000, hookTimeout: 180_000 };

/** The sound rig first: those files wait for sound while the processors do the other work. */
class SoundFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isOnRig = ({ project }: TestSpecification): boolean => project.name === 'sound rig';
    return [...sorted.filter(isOnRig), ...sorted.filter((file) => !isOnRig(file))];
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/rigs/build.ts'],
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: SoundFirst },
    projects: [
      {
        test: {
          ...limits,
          name: 'rules, contracts',
          include: ['test/**/*.test.ts'],
          exclude: onSoundRig,
        },
      },
      {
        test: {
          ...limits,
          name: 'sound rig',
          include: onSoundRig,
          setupFiles: ['test/rigs/sound-rig-setup.ts'],
          retry: { count: 1, condition: /^The sound rig reported/ },
        },
      },
    ],
  },
});
