// Why an HTTP request got no answer, as one sentence that names the host and the remedy. Node's own messages are
// not passed on: some of them contain the value of a header.

import { ToolError } from '../../core/errors.ts';

/** Node wraps the cause, and that may be a bundle of one error per address. */
const nodeCodeOf = (error: unknown): string => {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth++) {
    const { code } = inner as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return '';
};

const errors: readonly (readonly [RegExp, code: string, sentence: (host: string) => string])[] = [
  [
    /^ECONNREFUSED$/,
    'connection-refused',
    (host) => `Nothing listens at ${host}; is the service there running?`,
  ],
  [
    /^(ENOTFOUND|EAI_\w+)$/,
    'host-unknown',
    (host) => `The host of ${host} is not known; check its name and the connection to the network.`,
  ],
  [
    /^(ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/,
    'connection-timed-out',
    (host) => `${host} did not answer in time; is it switched on and reachable?`,
  ],
  [
    /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/,
    'host-unreachable',
    (host) => `${host} cannot be reached; check the connection to the network.`,
  ],
  [
    /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/,
    'certificate-invalid',
    (host) =>
      `The certificate of ${host} is not trusted; give it a valid one, and check the date of this computer.`,
  ],
  [
    /^(EPROTO|ERR_SSL_|ERR_TLS_)/,
    'tls-failed',
    (host) => `${host} does not speak TLS as it should; is it http, not https?`,
  ],
  [
    /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE)$/,
    'connection-broken',
    (host) => `${host} broke off the connection; try again, or look into its log.`,
  ],
  [/^HPE_/, 'not-http', (host) => `${host} answered with something that is not HTTP; check its port.`],
];

/** The error names the host only, never the address or a header. */
export const networkError = (error: unknown, host: string): ToolError => {
  const nodeCode = nodeCodeOf(error);
  const [, code, sentence] = errors.find(([pattern]) => pattern.test(nodeCode)) ?? [];
  if (code !== undefined && sentence !== undefined) return new ToolError(code, sentence(host));
  if (nodeCode !== '')
    return new ToolError('network-error', `The request to ${host} failed with ${nodeCode}.`);
  return new ToolError(
    'request-invalid',
    `The request to ${host} could not be sent; check its address and headers.`,
  );
};
