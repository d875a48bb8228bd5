import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/rigs/build.ts'],
    // Real children, real sockets, real time: generous, and never a measure of speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
