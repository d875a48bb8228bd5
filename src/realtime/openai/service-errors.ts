// What the service complains about, sorted and put into plain sentences with the remedy. Pure.
// fatal: it will fail again until somebody mends something. retryable: lost this time, the next press or
// turn may work. harmless: a race that both sides survive.

import type { ServiceError } from './server-event.ts';

export type Severity = 'fatal' | 'retryable' | 'harmless';

export interface Verdict {
  readonly severity: Severity;
  readonly sentence: string;
}

const key = 'The service refuses the key: check that the API key is right and still valid.';
const fatal: Readonly<Record<string, string>> = {
  invalid_api_key: key,
  authentication_error: key,
  account_deactivated: 'The account of the key is deactivated: ask the service about it.',
  insufficient_quota: 'The account has no credit left: top it up, or raise its limit.',
  billing_hard_limit_reached:
    'The account has reached its billing limit: raise it, or wait for the next month.',
  beta_api_shape_disabled:
    'The service no longer speaks the beta dialect: set dialect = "ga" under [realtime].',
  missing_model: 'The service wants a model: set model under [realtime].',
  invalid_model: 'The service does not serve this model here: set another model under [realtime].',
  model_not_found: 'The service does not know this model: set another model under [realtime].',
};

const harmless = new Set([
  'response_cancel_not_active',
  'input_audio_buffer_commit_empty',
  'conversation_already_has_active_response',
  'item_truncate_invalid_item_id',
  'item_delete_invalid_item_id',
]);
// Some servers have other codes, or none, for the same races.
const harmlessWords =
  /no active response|already shorter than|only model output audio messages can be truncated/i;

const tooOften = new Set([
  'rate_limit_exceeded',
  'rate_limit_error',
  'session_limit_reached',
  'too_many_requests',
]);

/** @param error of an `error` event, or of a failed response's status_details */
export const judge = (error: ServiceError): Verdict => {
  const { code } = error;
  const known = fatal[code];
  if (known !== undefined) return { severity: 'fatal', sentence: known };
  if (harmless.has(code) || harmlessWords.test(error.message))
    return { severity: 'harmless', sentence: `The service says: ${inWords(error)}` };
  if (code === 'session_expired')
    return {
      severity: 'retryable',
      sentence: 'The session reached its longest duration: press to begin a new one.',
    };
  if (tooOften.has(code))
    return {
      severity: 'retryable',
      sentence: `The service is asked too often: wait a little. It says: ${inWords(error)}`,
    };
  return { severity: 'retryable', sentence: `The service reports an error: ${inWords(error)}` };
};

/** The service's own words, on one line and short: they go into a log, not into a program. */
export const inWords = (error: ServiceError): string => {
  const message = oneLine(error.message || 'no message', 300);
  const facts = [error.code, error.param].filter((fact) => fact !== '');
  return facts.length === 0 ? message : `${message} (${oneLine(facts.join(', '), 100)})`;
};

const oneLine = (text: string, most: number): string => {
  const flat = text.replace(/[\s\p{C}]+/gu, ' ').trim();
  return flat.length > most ? `${flat.slice(0, most)}...` : flat;
};

const closings: Readonly<Record<number, string>> = {
  1000: 'The service ended the conversation: press to begin a new one.',
  1001: 'The service ended the session: press to begin a new one.',
  1002: 'The service found a fault in the protocol: is the URL that of a Realtime API?',
  1003: 'The service refuses what it was sent: is the URL that of a Realtime API?',
  1005: 'The service hung up without a reason: press to begin again.',
  1006: 'The connection broke off: check the network, then press to begin again.',
  1007: 'The service found a message malformed: press to begin again.',
  1008: 'The service refuses this connection by its policy: check key, model and limits.',
  1009: 'A message was too large: press to begin again.',
  1011: 'The service failed in itself: press to begin again.',
  1012: 'The service restarts: press again in a minute.',
  1013: 'The service is busy: press again in a minute.',
  3000: key,
};

/** One sentence for the end of a socket. OpenAI's reasons have the form `<type>.<code>`. */
export const closeSentence = (code: number, reason: string): string => {
  const byReason = fatal[reason.split('.').at(-1) ?? ''];
  if (byReason !== undefined) return byReason;
  const sentence = closings[code] ?? 'The service hung up: press to begin again.';
  return reason === ''
    ? `${sentence} (close ${code})`
    : `${sentence} (close ${code}: ${oneLine(reason, 120)})`;
};

const networkCodes: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known: check the network and url under [realtime]',
  EAI_AGAIN: 'its name cannot be looked up: check the network',
  ECONNREFUSED: 'nothing listens there: is the service running, and is url under [realtime] right?',
  ECONNRESET: 'it broke the connection off: check the network, then press again',
  ETIMEDOUT: 'it does not answer: check the network',
  ENETUNREACH: 'there is no network: check the Wi-Fi or the cable',
  EHOSTUNREACH: 'it cannot be reached: check the network',
  EPIPE: 'the connection broke off: press to begin again',
  CERT_HAS_EXPIRED: 'its certificate has expired: is the clock of this machine right?',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock of this machine right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: add it to NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed: add it to NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified: add it to NODE_EXTRA_CA_CERTS',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: check url under [realtime]',
  EPROTO: 'it does not speak TLS there: should url under [realtime] begin with ws://?',
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'it sent a message larger than 16 MiB: press to begin again',
};

/** @param where host of the service, as the person knows it */
export const networkSentence = (where: string, error: NodeJS.ErrnoException): string =>
  sentence(
    `The service at ${where} failed us: ${networkCodes[error.code ?? ''] ?? oneLine(error.message, 200)}`,
  );

/** @param status of an HTTP answer that was not an upgrade to a WebSocket */
export const handshakeSentence = (where: string, status: number): string =>
  sentence(`The service at ${where} answered with HTTP ${status}: ${meaningOf(status)}`);

const meaningOf = (status: number): string => {
  if (status === 401 || status === 403) return 'it refuses the key: check that it is right and still valid';
  if (status === 404) return 'nothing is at this path: check url and model under [realtime]';
  if (status === 429) return 'it is asked too often, or the credit is used up: wait, or check the account';
  if (status >= 500) return 'it is out of order: try again in a minute';
  if (status >= 300 && status < 400) return 'it moved: put the new address into url under [realtime]';
  return 'is url under [realtime] that of a Realtime API?';
};

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);
