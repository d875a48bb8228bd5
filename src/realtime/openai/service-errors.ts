// The errors that the service reports, as failures with the remedy. Permanent: it fails again until the owner
// changes something. Temporary: the next turn or the next press may work. Pure.

import { type Failure, oneLine } from '../../core/errors.ts';
import { connectionFailure } from '../connection-failure.ts';
import { parseErrorBody, type ServiceError } from './server-event.ts';

// Maps, not objects: a code comes from outside and may be "constructor".
/** By the service's own codes. */
const codes: ReadonlyMap<string, string> = new Map([
  ['invalid_api_key', 'unauthorized'],
  ['authentication_error', 'unauthorized'],
  ['account_deactivated', 'account-deactivated'],
  ['insufficient_quota', 'quota-exceeded'],
  ['credit_balance_exhausted', 'quota-exceeded'],
  ['billing_hard_limit_reached', 'billing-limit-reached'],
  ['beta_api_shape_disabled', 'dialect-unsupported'],
  ['missing_model', 'model-missing'],
  ['invalid_model', 'model-unsupported'],
  ['model_not_found', 'model-not-found'],
  ['session_expired', 'session-expired'],
  ['rate_limit_exceeded', 'rate-limited'],
  ['rate_limit_error', 'rate-limited'],
  ['session_limit_reached', 'rate-limited'],
  ['too_many_requests', 'rate-limited'],
  // A message of ours crossed one of the service; neither side is affected.
  ['response_cancel_not_active', 'request-race'],
  ['input_audio_buffer_commit_empty', 'request-race'],
  ['conversation_already_has_active_response', 'request-race'],
  ['item_truncate_invalid_item_id', 'request-race'],
  ['item_delete_invalid_item_id', 'request-race'],
  ['invalid_item_id', 'request-race'],
  // A message of ours that this service does not have, such as input_audio_buffer.clear.
  ['unknown_or_invalid_event', 'request-race'],
  ['unsupported_country_region_territory', 'region-unsupported'],
]);
// Some servers have other codes, or none, for the same races.
const raceWords =
  /no active response|no response is in progress|is not implemented|already shorter than|only model output audio messages can be truncated/i;
/** Of an error that does not depend on what was sent. */
const failureOfService =
  /^(server_error|internal_error|internal_server_error|overloaded\w*|service_unavailable|timeout)$/;

const permanent: ReadonlyMap<string, string> = new Map([
  ['account-deactivated', 'The account of the key is deactivated: ask the service about it.'],
  ['quota-exceeded', 'The account has no credit left: top it up, or raise its limit.'],
  [
    'billing-limit-reached',
    'The account has reached its billing limit: raise it, or wait for the next month.',
  ],
  [
    'dialect-unsupported',
    'The service no longer speaks the beta dialect: set dialect = "ga" under [realtime].',
  ],
  ['region-unsupported', 'The service is not available in the country of this address: use another service.'],
  ['model-missing', 'The service needs a model: set model under [realtime].'],
  ['model-unsupported', 'The service does not serve this model here: set another model under [realtime].'],
  ['model-not-found', 'The service does not know this model: set another model under [realtime].'],
]);

/** `words` are the service's own. */
const temporarySentence = (code: string, words: string): string => {
  if (code === 'session-expired')
    return 'The session has reached its maximum duration: press to begin a new one.';
  return code === 'request-race' ? `The service says: ${words}` : `The service reports an error: ${words}`;
};

const failureOf = (code: string, words: string): Failure => {
  // Without the words: they may quote a part of the key.
  if (code === 'unauthorized') return connectionFailure(code, '');
  if (code === 'rate-limited') return connectionFailure(code, words);
  const sentence = permanent.get(code);
  return sentence === undefined
    ? { code, severity: 'temporary', sentence: temporarySentence(code, words) }
    : { code, severity: 'permanent', sentence };
};

/** @param error of an `error` event, or of the status_details of a failed response */
export const serviceFailure = (error: ServiceError): Failure => {
  const unknown = raceWords.test(error.message) ? 'request-race' : 'service-error';
  return failureOf(codes.get(error.code) ?? unknown, wordsOf(error));
};

/** Whether another request could succeed, such as one without the field that the error is about. */
export const isAboutRequest = (error: ServiceError): boolean =>
  !failureOfService.test(error.code) && serviceFailure(error).code === 'service-error';

/** OpenAI's reasons for a close have the form `<type>.<code>`. @returns undefined where only the code tells */
export const closeReasonFailure = (closeCode: number, reason: string): Failure | undefined => {
  const code = codes.get(reason.split('.').at(-1) ?? '') ?? (closeCode === 3000 ? 'unauthorized' : undefined);
  return code === undefined ? undefined : failureOf(code, oneLine(reason, 120));
};

/** What the body of a refused handshake says. */
export const refusalOf = (
  body: string,
): { readonly failure: Failure | undefined; readonly words: string } => {
  const error = parseErrorBody(body);
  const code = codes.get(error.code);
  const words = error.message === '' && error.code === '' ? '' : wordsOf(error);
  return { failure: code === undefined ? undefined : failureOf(code, words), words };
};

/** The service's own words, on one line and short: they go into a log, not into a program. */
export const wordsOf = (error: ServiceError): string => {
  const message = oneLine(error.message || 'no message', 300);
  const facts = [error.code, error.param].filter((fact) => fact !== '');
  return facts.length === 0 ? message : `${message} (${oneLine(facts.join(', '), 100)})`;
};
