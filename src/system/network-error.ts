// Why a host could not be reached: a code, and one sentence that names the host and the remedy. The messages of
// Node and of its libraries are not passed on: some of them hold the value of a header, and so a secret.

import type { Failure } from '../core/errors.ts';
import { type FailureKind, permanent, temporary } from '../core/failure-kinds.ts';

/** `setting` names where the address comes from; `code` is that of the error. */
const kinds = {
  'connection-refused': temporary(
    (host, setting) => `Nothing listens at ${host}: is the service there running, and is ${setting} right?`,
  ),
  'name-not-found': temporary(
    (host, setting) => `The name ${host} cannot be resolved: check the network and ${setting}.`,
  ),
  'certificate-expired': permanent(
    (host) =>
      `The certificate of ${host} has expired or is not yet valid: check the clock of this machine, then renew it.`,
  ),
  'certificate-name-mismatch': permanent(
    (host, setting) => `The certificate of ${host} is for another name: check ${setting}.`,
  ),
  'certificate-untrusted': permanent(
    (host) => `The certificate of ${host} is not trusted: add it to NODE_EXTRA_CA_CERTS.`,
  ),
  'not-tls': permanent(
    (host, setting) =>
      `${host} does not speak TLS: without encryption ${setting} begins with ws:// or http://.`,
  ),
  'not-http': permanent(
    (host, setting) => `${host} answered with something that is not HTTP: check the port in ${setting}.`,
  ),
  'connection-lost': temporary(
    (host) => `The connection to ${host} was lost: check the network, then try again.`,
  ),
  'network-unreachable': temporary((host) => `There is no route to ${host}: check the Wi-Fi or the cable.`),
  'host-unreachable': temporary(
    (host) => `${host} cannot be reached: check the network, and that the service runs.`,
  ),
  'timed-out': temporary(
    (host) => `${host} did not answer in time: check the network, and that the service runs.`,
  ),
  'network-error': temporary(
    (host, setting, code) => `The request to ${host} failed with ${code}: check the network and ${setting}.`,
  ),
  'request-invalid': permanent(
    (host, setting) => `The request to ${host} could not be sent: check headers and ${setting}.`,
  ),
} satisfies Record<string, FailureKind<[host: string, setting: string, code?: string]>>;

type NetworkFailureCode = keyof typeof kinds;

/**
 * For the codes of Node, OpenSSL, undici and llhttp, and the names of errors that have none; in order of precedence:
 * a host with several addresses fails with one error for each of them.
 */
const patterns: readonly (readonly [RegExp, NetworkFailureCode])[] = [
  [/^ECONNREFUSED$/, 'connection-refused'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'name-not-found'],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, 'certificate-expired'],
  [/^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, 'certificate-name-mismatch'],
  [/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/, 'certificate-untrusted'],
  [/^(EPROTO$|ERR_SSL_|ERR_TLS_)/, 'not-tls'],
  // undici 7 (Debian's Node 20.19, Node 24) gives no HPE_ code.
  [/^(HPE_|HTTPParserError$|UND_ERR_(HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$)/, 'not-http'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE)$/, 'connection-lost'],
  [/^(ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, 'network-unreachable'],
  [/^(EHOSTUNREACH|EHOSTDOWN)$/, 'host-unreachable'],
  [/^(ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/, 'timed-out'],
];

const MAX_DEPTH = 5;

/** The codes of an error, of its causes and of the errors in it, outermost first; a name where there is no code. */
const codesOf = (error: unknown, depth = 0): string[] => {
  if (!(error instanceof Error) || depth > MAX_DEPTH) return [];
  const { code, name, cause } = error as NodeJS.ErrnoException;
  const inner: unknown[] = error instanceof AggregateError ? [cause, ...error.errors] : [cause];
  return [
    ...(typeof code === 'string' ? [code] : name === 'HTTPParserError' ? [name] : []),
    ...inner.flatMap((one) => codesOf(one, depth + 1)),
  ];
};

/**
 * @param host that was to be reached, as the person knows it: "lamp.local:8080"
 * @param setting where its address comes from: "url under [realtime]"
 * @returns code "network-error" for an error of another code, "request-invalid" for one without a code
 */
export const networkFailure = (error: unknown, host: string, setting: string): Failure => {
  const codes = codesOf(error);
  const found = patterns.find(([pattern]) => codes.some((one) => pattern.test(one)));
  const code = found?.[1] ?? (codes.length > 0 ? 'network-error' : 'request-invalid');
  const { severity, sentence } = kinds[code];
  return { code, severity, sentence: sentence(host, setting, codes[0]) };
};
