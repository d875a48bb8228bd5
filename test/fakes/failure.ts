// A failure for tests that care about what follows it, and not about its kind.

import type { Failure } from '../../src/core/errors.ts';

export const fakeFailure = (sentence: string, code = 'device-lost'): Failure => ({
  code,
  severity: 'temporary',
  sentence,
});
