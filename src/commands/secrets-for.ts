// The secrets that must not appear in any output.

import type { Config } from '../config/config.ts';
import { requestHeaders, secretsOf } from '../config/headers.ts';
import { type Credentials, noCredentials } from '../config/tool-secrets.ts';

/** The key, the secrets of tools, and the secrets in the headers. `key` may be missing although a header needs it. */
export const secretsFor = (
  { realtime }: Config,
  key: string | undefined,
  { secrets }: Credentials = noCredentials,
): string[] => [
  ...(key === undefined ? [] : [key]),
  ...secrets.values(),
  ...secretsOf(requestHeaders(realtime.headers, key ?? '')),
];
