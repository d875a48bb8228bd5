// Why a host could not be reached: a code, and one sentence that names the host and the remedy. The messages of
// Node and of its libraries are not passed on: some of them hold the value of a header, and so a secret.

import type { Failure, Severity } from '../core/errors.ts';

interface Row {
  readonly code: string;
  readonly severity: Severity;
  /** Matches codes of Node, OpenSSL, undici and llhttp, and the names of errors that have none. */
  readonly pattern: RegExp;
  /** `setting` names where the address comes from: "url under [realtime]". */
  readonly sentence: (host: string, setting: string) => string;
}

/** In order of precedence: a host with several addresses fails with one error for each of them. */
const rows: readonly Row[] = [
  {
    code: 'connection-refused',
    severity: 'temporary',
    pattern: /^ECONNREFUSED$/,
    sentence: (host, setting) =>
      `Nothing listens at ${host}: is the service there running, and is ${setting} right?`,
  },
  {
    code: 'name-not-found',
    severity: 'temporary',
    pattern: /^(ENOTFOUND|EAI_\w+)$/,
    sentence: (host, setting) => `The host ${host} is not known: check the network and ${setting}.`,
  },
  {
    code: 'certificate-expired',
    severity: 'permanent',
    pattern: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    sentence: (host) =>
      `The certificate of ${host} has expired or is not yet valid: check the clock of this machine, then renew it.`,
  },
  {
    code: 'certificate-name-mismatch',
    severity: 'permanent',
    pattern: /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    sentence: (host, setting) => `The certificate of ${host} is for another name: check ${setting}.`,
  },
  {
    code: 'certificate-untrusted',
    severity: 'permanent',
    pattern: /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/,
    sentence: (host) => `The certificate of ${host} is not trusted: add it to NODE_EXTRA_CA_CERTS.`,
  },
  {
    code: 'tls-failed',
    severity: 'permanent',
    pattern: /^(EPROTO$|ERR_SSL_|ERR_TLS_)/,
    sentence: (host, setting) =>
      `${host} does not speak TLS: without encryption ${setting} begins with ws:// or http://.`,
  },
  {
    code: 'not-http',
    severity: 'permanent',
    // undici 7 (Debian's Node 20.19, Node 24) gives no HPE_ code.
    pattern: /^(HPE_|HTTPParserError$|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES_CONTENT_LENGTH_MISMATCH$)/,
    sentence: (host, setting) =>
      `${host} answered with something that is not HTTP: check the port in ${setting}.`,
  },
  {
    code: 'connection-lost',
    severity: 'temporary',
    pattern: /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE)$/,
    sentence: (host) => `${host} broke off the connection: check the network, then try again.`,
  },
  {
    code: 'network-unreachable',
    severity: 'temporary',
    pattern: /^(ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    sentence: (host) => `No network leads to ${host}: check the Wi-Fi or the cable.`,
  },
  {
    code: 'host-unreachable',
    severity: 'temporary',
    pattern: /^(EHOSTUNREACH|EHOSTDOWN)$/,
    sentence: (host) => `${host} cannot be reached: check the network, and that the service runs.`,
  },
  {
    code: 'timed-out',
    severity: 'temporary',
    pattern: /^(ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/,
    sentence: (host) => `${host} did not answer in time: check the network, and that the service runs.`,
  },
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
 * @returns code "network-error" for an error that no row knows, "request-invalid" for one without a code
 */
export const networkFailure = (error: unknown, host: string, setting: string): Failure => {
  const codes = codesOf(error);
  const row = rows.find(({ pattern }) => codes.some((code) => pattern.test(code)));
  if (row !== undefined)
    return { code: row.code, severity: row.severity, sentence: row.sentence(host, setting) };
  const [code] = codes;
  if (code === undefined)
    return {
      code: 'request-invalid',
      severity: 'permanent',
      sentence: `The request to ${host} could not be sent: check headers and ${setting}.`,
    };
  return {
    code: 'network-error',
    severity: 'temporary',
    sentence: `The request to ${host} failed with ${code}: check the network and ${setting}.`,
  };
};
