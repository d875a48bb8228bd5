// Loaded before each test file on the sound rig. Where a test failed and the rig itself reported a gap, the
// last error says so, and .vitest.config.ts repeats the test once.

import { afterEach, beforeEach } from 'vitest';
import { takeGaps } from './sound-gaps.ts';

beforeEach(() => {
  takeGaps();
});
afterEach(({ task }) => {
  const gaps = takeGaps();
  if (task.result?.state === 'fail' && gaps.length > 0)
    throw new Error(`The sound rig reported ${gaps.length} gaps, for example: ${gaps[0]}`);
});
