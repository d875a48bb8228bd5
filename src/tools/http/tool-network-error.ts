// Why a request got no answer, in one sentence that names the host and the remedy. Node's own messages are not
// passed on: some of them hold the value of a header.

/** Node wraps the reason, and that may be a bundle of one per address. */
const codeOf = (error: unknown): string => {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth++) {
    const { code, name } = inner as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    // Debian's Node gives this one no code; Node's own build names what it expected, as HPE_INVALID_CONSTANT.
    if (name === 'HTTPParserError') return 'HPE_UNKNOWN';
  }
  return '';
};

const sentences: readonly (readonly [RegExp, (host: string) => string])[] = [
  [/^ECONNREFUSED$/, (host) => `Nothing listens at ${host}; is the service there running?`],
  [
    /^(ENOTFOUND|EAI_\w+)$/,
    (host) => `The host of ${host} is not known; check its name and the connection to the network.`,
  ],
  [
    /^(ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/,
    (host) => `${host} did not answer in time; is it switched on and reachable?`,
  ],
  [
    /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/,
    (host) => `${host} cannot be reached; check the connection to the network.`,
  ],
  [
    /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/,
    (host) =>
      `The certificate of ${host} is not trusted; give it a valid one, and check the date of this computer.`,
  ],
  [
    /^(EPROTO|ERR_SSL_|ERR_TLS_)/,
    (host) => `${host} does not speak TLS as it should; is it http, not https?`,
  ],
  [
    /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE)$/,
    (host) => `${host} broke off the connection; try again, or look into its log.`,
  ],
  [/^HPE_/, (host) => `${host} answered with something that is not HTTP; check its port.`],
];

/** Never with an address, only its host; never with a header. */
export const networkSentence = (error: unknown, host: string): string => {
  const code = codeOf(error);
  const found = sentences.find(([pattern]) => pattern.test(code));
  if (found !== undefined) return found[1](host);
  return code === ''
    ? `The request to ${host} could not be sent; check its address and headers.`
    : `The request to ${host} failed with ${code}.`;
};
