// A failure that another part of Parley reports, as a finding. Its sentence names the thing and the remedy, so
// the finding's remedy is the whole sentence: taking it apart would make the report depend on its wording.

import { errorMessage, type Failure } from '../core/errors.ts';
import { type Finding, fail } from './check.ts';

const asFailure = (error: unknown): Partial<Failure> =>
  typeof error === 'object' && error !== null ? error : {};

/**
 * @param error an Error, a Failure, or a sentence alone
 * @param code of the finding: that of the check, since programs look for what has failed
 * @param detail what was attempted
 */
export const findingFromError = (error: unknown, code: string, detail: string): Finding =>
  fail(code, detail, asFailure(error).sentence ?? errorMessage(error));
