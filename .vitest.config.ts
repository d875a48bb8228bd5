import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { isOnSoundRig } from './test/rigs/sound-rig-files.ts';

/** By turns one file that waits for sound, and one that keeps a processor busy meanwhile. */
class WaitingBesideWorking extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = sorted.filter(({ moduleId }) => isOnSoundRig(moduleId));
    const working = sorted.filter(({ moduleId }) => !isOnSoundRig(moduleId));
    return sorted.flatMap((_, turn) => [waiting[turn] ?? [], working[turn] ?? []].flat());
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/rigs/build.ts'],
    setupFiles: ['test/rigs/sound-rig-setup.ts'],
    // A process for each file would cost a third of the processor time. What a test changes, it puts back.
    isolate: false,
    // Half of them wait for sound, or for programs to start.
    maxWorkers: availableParallelism() + 4,
    sequence: { sequencer: WaitingBesideWorking },
    retry: { count: 1, condition: /^The sound rig reported/ },
    // Guards against tests that never end, and no measure of speed.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
