// Every way in which the socket to a service fails, as a failure with the remedy: a refused handshake, a close
// frame, a broken network. What the codes of one service mean is in the folder of its protocol.

import { errorCode, type Failure, type Notice, oneLine, type Severity } from '../core/errors.ts';
import { networkFailure } from '../system/network-error.ts';

export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

const setting = 'url under [realtime]';

/** @param error of the socket, before it was open or after */
export const socketFailure = (host: string, error: Error): Failure => {
  if (errorCode(error) === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    return {
      code: 'message-too-large',
      severity: 'temporary',
      sentence: `${host} sent a message larger than ${MAX_MESSAGE_BYTES / 1024 ** 2} MiB: press to begin again.`,
    };
  if (/handshake has timed out/.test(error.message))
    return networkFailure(Object.assign(error, { code: 'ETIMEDOUT' }), host, setting);
  const failure = networkFailure(error, host, setting);
  // An error of the library without a code: the answer was HTTP, and no upgrade as it should be.
  if (failure.code !== 'request-invalid') return failure;
  return {
    code: 'not-websocket',
    severity: 'permanent',
    sentence: `${host} answers, but not as a WebSocket: is ${setting} that of a Realtime API? (${oneLine(error.message, 200)})`,
  };
};

/** @param status of an HTTP answer that was not an upgrade to a WebSocket */
export const handshakeFailure = (host: string, status: number): Failure => {
  const [code, severity, meaning] = meaningOfStatus(status);
  return { code, severity, sentence: `The service at ${host} answered with HTTP ${status}: ${meaning}` };
};

const meaningOfStatus = (status: number): [code: string, severity: Severity, meaning: string] => {
  if (status === 401 || status === 403)
    return ['unauthorized', 'permanent', 'it refuses the key. Check that it is right and still valid.'];
  if (status === 404)
    return ['path-not-found', 'permanent', 'nothing is at this path. Check url and model under [realtime].'];
  if (status === 429)
    return [
      'rate-limited',
      'temporary',
      'there are too many requests, or no credit is left. Wait, or check the account.',
    ];
  if (status >= 500)
    return ['service-unavailable', 'temporary', 'it is out of order. Try again in a minute.'];
  if (status >= 300 && status < 400)
    return ['redirected', 'permanent', `it has moved. Put the new address into ${setting}.`];
  return ['not-websocket', 'permanent', `is ${setting} that of a Realtime API?`];
};

/** [codes of close frames (RFC 6455), code, severity, sentence] */
const closings: readonly (readonly [readonly number[], string, Severity, string])[] = [
  [[1000, 1001], 'session-ended', 'temporary', 'The service ended the session: press to begin a new one.'],
  [
    [1002, 1003],
    'protocol-mismatch',
    'permanent',
    `The service does not understand what it was sent: is ${setting} that of a Realtime API?`,
  ],
  [
    [1006],
    'connection-lost',
    'temporary',
    'The connection broke off: check the network, then press to begin again.',
  ],
  [
    [1007, 1009],
    'message-refused',
    'temporary',
    'The service refuses a message as invalid or too large: press to begin again.',
  ],
  [
    [1008],
    'policy-violation',
    'permanent',
    'The service refuses this connection by its policy: check key, model and limits.',
  ],
  [[1011], 'service-failed', 'temporary', 'The service failed: press to begin again.'],
  [
    [1012, 1013],
    'service-unavailable',
    'temporary',
    'The service is busy or restarts: press again in a minute.',
  ],
];

/** @param code of the close frame; 1006 where there was none */
export const closeFailure = (closeCode: number, reason: string): Failure => {
  const [, code, severity, sentence] = closings.find(([codes]) => codes.includes(closeCode)) ?? [
    [],
    'connection-closed',
    'temporary',
    'The service closed the connection: press to begin again.',
  ];
  const detail = reason === '' ? '' : `: ${oneLine(reason, 120)}`;
  return { code, severity, sentence: `${sentence} (close ${closeCode}${detail})` };
};

export const silentFailure = (host: string): Failure => ({
  code: 'service-silent',
  severity: 'temporary',
  sentence: `The service at ${host} has stopped answering: check the network, then press again.`,
});

export const slowFailure = (host: string): Failure => ({
  code: 'network-too-slow',
  severity: 'temporary',
  sentence: `The network to ${host} is too slow for speech: check the Wi-Fi.`,
});

export const preRollFull: Notice = {
  code: 'pre-roll-full',
  sentence: 'The pre-roll is full: the first words are lost.',
};
