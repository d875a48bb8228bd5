// Loaded before each test file. On the sound rig the programs of the rig get the priority of a sound server, where
// this user may give it. Where a test failed and the rig itself reported a gap, the last error says so, and
// .vitest.config.ts repeats the test once.

import { getPriority, setPriority } from 'node:os';
import { afterEach, beforeEach, expect } from 'vitest';
import { takeGaps } from './sound-gaps.ts';
import { isOnSoundRig } from './sound-rig-files.ts';

/** PulseAudio's own default. */
const NICE = -11;

// Children inherit it: the server, the daemon and its arecord and aplay, on a machine that is busy with other tests.
try {
  // Files share this process, and vitest itself keeps the usual priority.
  setPriority(isOnSoundRig(expect.getState().testPath ?? '') ? NICE : getPriority(process.ppid));
} catch {
  // Only root may.
}

beforeEach(() => {
  takeGaps();
});
afterEach(({ task }) => {
  const gaps = takeGaps();
  if (task.result?.state === 'fail' && gaps.length > 0)
    throw new Error(`The sound rig reported ${gaps.length} gaps, for example: ${gaps[0]}`);
});
