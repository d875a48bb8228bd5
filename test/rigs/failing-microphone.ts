// Waiting for a microphone to fail.

import { expect } from 'vitest';
import type { Failure } from '../../src/core/errors.ts';
import type { Microphone } from '../../src/core/ports.ts';
import { until } from './until.ts';

/** The one failure of a microphone that is started and left alone. */
export const failureOf = async (microphone: Microphone): Promise<Failure> => {
  const failures: Failure[] = [];
  microphone.start({ frame: () => undefined, failed: (failure) => failures.push(failure) });
  // Not before `start` has returned.
  expect(failures).toEqual([]);
  await until(() => failures.length > 0, 'the failure');
  await microphone.stop();
  const [failure] = failures;
  if (failure === undefined || failures.length > 1) throw new Error(`${failures.length} failures`);
  return failure;
};
