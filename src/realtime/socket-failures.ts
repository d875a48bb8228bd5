// Every way in which the socket to a service fails, as a failure with the remedy: a refused handshake, a close
// frame, a failed network. What the codes of one service mean is in the folder of its protocol.

import { errorCode, type Failure, oneLine } from '../core/errors.ts';
import { networkFailure } from '../system/network-error.ts';
import { type ConnectionFailureCode, connectionFailure, setting } from './connection-failure.ts';

/** @param error of the socket, before it was open or after */
export const socketFailure = (host: string, error: Error): Failure => {
  if (errorCode(error) === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    return connectionFailure('message-too-large', host);
  if (/handshake has timed out/.test(error.message))
    return networkFailure(Object.assign(error, { code: 'ETIMEDOUT' }), host, setting);
  const failure = networkFailure(error, host, setting);
  // An error of the library without a code: the answer was HTTP, and not the right upgrade.
  return failure.code === 'request-invalid'
    ? connectionFailure('not-websocket', `${host}: ${oneLine(error.message, 200)}`)
    : failure;
};

/**
 * @param status of an HTTP answer that was not an upgrade to a WebSocket
 * @param words of its body, one short line; '' for none
 */
export const handshakeFailure = (host: string, status: number, words: string): Failure => {
  const code = codeOfStatus(status, words);
  // The words about a key may quote a part of it.
  const detail = words === '' || code === 'unauthorized' ? '' : `: ${words}`;
  return connectionFailure(code, `HTTP ${status} from ${host}${detail}`);
};

const codeOfStatus = (status: number, words: string): ConnectionFailureCode => {
  if (status === 401 || (status === 403 && words === '')) return 'unauthorized';
  if (status === 403) return /\b(key|token|credential|auth\w*)\b/i.test(words) ? 'unauthorized' : 'forbidden';
  if (status === 400 || status === 422) return 'request-refused';
  if (status === 404) return 'path-not-found';
  if (status === 429) return 'rate-limited';
  if (status >= 500) return 'service-unavailable';
  return status >= 300 && status < 400 ? 'redirected' : 'not-websocket';
};

/** By the codes of close frames (RFC 6455). */
const closings: Readonly<Record<number, ConnectionFailureCode>> = {
  1000: 'session-ended',
  1001: 'session-ended',
  1002: 'protocol-mismatch',
  1003: 'protocol-mismatch',
  1007: 'message-refused',
  1008: 'policy-violation',
  1009: 'message-refused',
  1011: 'service-internal-error',
  1012: 'service-unavailable',
  1013: 'service-unavailable',
};

/** @param code of the close frame; 1006 where there was none */
export const closeFailure = (host: string, code: number, reason: string): Failure => {
  if (code === 1006) return networkFailure(Object.assign(new Error(), { code: 'ECONNRESET' }), host, setting);
  const detail = reason === '' ? '' : `: ${oneLine(reason, 120)}`;
  return connectionFailure(closings[code] ?? 'connection-closed', `close ${code}${detail}`);
};
