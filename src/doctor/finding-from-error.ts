// A failure that another part of Parley reports, as a finding. Its sentence names the thing and the remedy, so
// the finding's remedy is the whole sentence: taking it apart would make the report depend on its wording.

import { errorMessage } from '../core/errors.ts';
import { type Finding, fail } from './check.ts';

/** A code of Parley's own; those of Node are in capitals. */
const codePattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const fieldOf = (error: unknown, name: 'code' | 'sentence'): string | undefined => {
  const value = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** The code that an Error or a Failure carries, else `otherwise`. */
export const codeOf = (error: unknown, otherwise: string): string => {
  const code = fieldOf(error, 'code') ?? '';
  return codePattern.test(code) ? code : otherwise;
};

/**
 * @param error an Error, a Failure, or a sentence alone
 * @param code of the finding, where `error` has none
 * @param detail what was attempted
 */
export const findingFromError = (error: unknown, code: string, detail: string): Finding =>
  fail(codeOf(error, code), detail, fieldOf(error, 'sentence') ?? errorMessage(error));
