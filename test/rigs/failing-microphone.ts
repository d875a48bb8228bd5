// Waiting for a microphone to fail.

import { expect } from 'vitest';
import type { Microphone } from '../../src/core/ports.ts';
import { until } from './until.ts';

/** What becomes of a microphone that is started and left alone until it fails. */
export const failureOf = async (microphone: Microphone): Promise<string> => {
  const failures: string[] = [];
  microphone.start({ frame: () => undefined, failed: (sentence) => failures.push(sentence) });
  // Nothing is told from within the call.
  expect(failures).toEqual([]);
  await until(() => failures.length > 0, 'the failure');
  await microphone.stop();
  expect(failures).toHaveLength(1);
  return failures[0] ?? '';
};
