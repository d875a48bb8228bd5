// What a test expects to be thrown: the code of an error, and a part of its sentence that holds a value.

import { expect } from 'vitest';

/** For `toThrow`, `toEqual` and the like. */
export const failure = (code: string, text: string | RegExp = ''): unknown =>
  expect.objectContaining({
    code,
    message: typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text),
  });
