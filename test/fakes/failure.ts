// A failure for tests of what follows it, whatever its kind.

import type { Failure } from '../../src/core/errors.ts';

export const fakeFailure = (sentence: string, code = 'device-lost'): Failure => ({
  code,
  severity: 'temporary',
  sentence,
});
