import { defineConfig } from 'vitest/config';

// Tests on the sound rig hear every sample, and a machine that is busy with other tests would give it
// none in time: they run after the others, one file at a time.
const onSoundRig = [
  'test/e2e/**/*.test.ts',
  'test/audio/{aplay,speaker}-loudspeaker.test.ts',
  'test/audio/{arecord-microphone,speaker-child}.test.ts',
];

// Real children, real sockets, real time: generous, and never a measure of speed.
const limits = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    globalSetup: ['test/rigs/build.ts'],
    projects: [
      {
        test: {
          ...limits,
          name: 'rules, contracts',
          include: ['test/**/*.test.ts'],
          exclude: onSoundRig,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...limits,
          name: 'sound rig',
          include: onSoundRig,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
