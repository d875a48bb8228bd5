// What no word of ours may hold.

import type { Config } from '../config/config.ts';
import { requestHeaders, secretsOf } from '../config/headers.ts';
import { type Credentials, noCredentials } from '../config/tool-secrets.ts';

/** The key, and whatever the headers carry beside it; for a header that wants a key there need not be one. */
export const secretsFor = (
  { realtime }: Config,
  key: string | undefined,
  { secrets }: Credentials = noCredentials,
): string[] => [
  ...(key === undefined ? [] : [key]),
  ...secrets.values(),
  ...secretsOf(requestHeaders(realtime.headers, key ?? '')),
];
