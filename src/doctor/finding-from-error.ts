// A failure that another part of Parley reports, as a finding. Its sentence names the thing and the remedy, so
// the finding's remedy is the whole sentence: taking it apart would make the report depend on its wording.

import { errorMessage, type Failure } from '../core/errors.ts';
import { type Finding, fail } from './check.ts';

/** A code of Parley's own; those of Node are in capitals. */
const codePattern = /^[a-z]+(-[a-z0-9]+)*$/;

const asFailure = (error: unknown): Partial<Failure> =>
  typeof error === 'object' && error !== null ? error : {};

/** The code that an Error or a Failure carries, else `otherwise`. */
export const codeOf = (error: unknown, otherwise: string): string => {
  const { code = '' } = asFailure(error);
  return codePattern.test(code) ? code : otherwise;
};

/**
 * @param error an Error, a Failure, or a sentence alone
 * @param code of the finding, where `error` has none
 * @param detail what was attempted
 */
export const findingFromError = (error: unknown, code: string, detail: string): Finding =>
  fail(codeOf(error, code), detail, asFailure(error).sentence ?? errorMessage(error));
