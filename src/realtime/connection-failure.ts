// What ends a conversation with a service, independent of its protocol: a code, its severity, and one sentence with the
// remedy.

import type { Failure, Notice } from '../core/errors.ts';
import { type FailureKind, permanent, temporary } from '../core/failure-kinds.ts';

export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Where the address of the service comes from. */
export const setting = 'url under [realtime]';

const kinds = {
  unauthorized: permanent(() => 'The service refuses the key: check that it is correct and still valid.'),
  forbidden: permanent(
    () => 'The service refuses this connection: check the key, and what its account may use.',
  ),
  'request-refused': permanent(
    () => 'The service refuses the request: check url, headers and model under [realtime].',
  ),
  'rate-limited': temporary(
    () =>
      'The service has too many requests or sessions, or no credit is left: wait a little, or check the account.',
  ),
  'path-not-found': permanent(
    () => 'The service has nothing at this path: check url and model under [realtime].',
  ),
  redirected: permanent(() => `The service has moved: put the new address into ${setting}.`),
  'not-websocket': permanent(
    () => `The service answers, but not as a WebSocket: is ${setting} that of a Realtime API?`,
  ),
  'session-ended': temporary(() => 'The service ended the session: press to begin a new one.'),
  'protocol-mismatch': permanent(
    () => `The service does not understand what it was sent: is ${setting} that of a Realtime API?`,
  ),
  'message-refused': temporary(
    () => 'The service refuses a message as invalid or too large: press to begin again.',
  ),
  'message-too-large': temporary(
    () =>
      `The service sent a message larger than ${MAX_MESSAGE_BYTES / 1024 ** 2} MiB: press to begin again.`,
  ),
  'policy-violation': permanent(
    () => 'The service refuses this connection by its policy: check key, model and limits.',
  ),
  'service-internal-error': temporary(
    () => 'The service has an internal error: press again, now or in a minute.',
  ),
  'service-unavailable': temporary(() => 'The service is busy or restarting: press again in a minute.'),
  'service-silent': temporary(
    () => 'The service has stopped answering: check the network, then press again.',
  ),
  'connection-closed': temporary(() => 'The service closed the connection: press to begin again.'),
  'network-too-slow': temporary(() => 'The network is too slow for speech: check the Wi-Fi.'),
} satisfies Record<string, FailureKind<[]>>;

export type ConnectionFailureCode = keyof typeof kinds;

/** @param facts about this one: the host, an HTTP status, the service's own words; '' for none */
export const connectionFailure = (code: ConnectionFailureCode, facts: string): Failure => {
  const { severity, sentence } = kinds[code];
  return { code, severity, sentence: facts === '' ? sentence() : `${sentence()} (${facts})` };
};

export const preRollFull: Notice = {
  code: 'pre-roll-full',
  sentence: 'The pre-roll is full: the first words are lost.',
};
