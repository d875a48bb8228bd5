import { defineConfig } from 'vitest/config';

const onSoundRig = [
  'test/e2e/**/*.test.ts',
  'test/audio/{aplay,speaker}-loudspeaker.test.ts',
  'test/audio/{arecord-microphone,speaker-child}.test.ts',
];

// Real children, real sockets, real time: generous, and never a measure of speed.
const limits = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    globalSetup: ['test/rigs/build.ts'],
    // Most of a test file's time is waiting for sound to be played or for programs to start.
    maxWorkers: 4,
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
          setupFiles: ['test/rigs/repeat-after-gap.ts'],
          retry: { count: 1, condition: /^The sound rig reported/ },
        },
      },
    ],
  },
});
