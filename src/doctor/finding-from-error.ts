// A failure that another part of Parley reports, as a finding. Its sentence names the thing and the remedy, so
// the finding's remedy is the whole sentence: taking it apart would make the report depend on its wording.

import { errorMessage, type Failure } from '../core/errors.ts';
import { type Finding, fail } from './check.ts';

/** A code of Parley's own; those of Node are in capitals. */
const codePattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const isCoded = (error: unknown): error is { readonly code: string } =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'string' &&
  codePattern.test(error.code);

/** The code that an error or a failure carries, else `otherwise`. */
export const codeOf = (error: unknown, otherwise: string): string =>
  isCoded(error) ? error.code : otherwise;

/**
 * @param error an Error, a Failure, or a sentence alone
 * @param code of the finding, where `error` has none
 * @param detail what was attempted
 */
export const findingFromError = (error: Error | Failure | string, code: string, detail: string): Finding => {
  const sentence = typeof error === 'object' && 'sentence' in error ? error.sentence : errorMessage(error);
  return fail(codeOf(error, code), detail, sentence);
};
