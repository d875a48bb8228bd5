// What the address and the headers of a service must look like. A key belongs in neither as it is:
// this file may be read by others, and addresses end up in logs.

import * as z from 'zod/mini';
import { text } from './fields.ts';

/** Why `url` cannot be used; undefined where it can. */
const faultOf = (url: string): string | undefined => {
  if (url.length > 2048 || /[\s\p{C}]/u.test(url) || !URL.canParse(url))
    return 'expected an address such as "wss://api.openai.com/v1/realtime"';
  const { protocol, username, password, searchParams, hash } = new URL(url);
  if (protocol !== 'ws:' && protocol !== 'wss:')
    return 'expected an address that begins with "wss://" (or "ws://", not encrypted)';
  if (username !== '' || password !== '')
    return 'holds a user or a password; send it as a header, see [realtime.headers]';
  if (hash !== '') return 'holds a "#"; an address of a service has none';
  if ([...searchParams.keys()].some(isSecretParameter) || url.includes('{key}'))
    return 'holds a key in its "?" part, where it would reach logs; send it as a header, see [realtime.headers]';
  return undefined;
};

/** Whether a parameter of that name holds what must not be in an address. */
export const isSecretParameter = (parameter: string): boolean =>
  /(^|[-_])(key|apikey|token|secret|password|sig|signature|auth|authorization)$/i.test(parameter) ||
  /[a-z](Key|KeyId|Token|Secret|Password|Sig|Signature|Auth)$/.test(parameter);

export const address = z.string({ error: 'expected an address in quotes' }).check(
  z.superRefine<string>((value, context) => {
    const fault = faultOf(value);
    if (fault !== undefined) context.issues.push({ code: 'custom', input: value, message: fault });
  }),
);

const headerNameFault = 'expected the name of a header: letters, digits and "-"';
const reserved = /^(connection|upgrade|content-length|transfer-encoding|sec-websocket-.*)$/i;

const headerName = z
  .string()
  .check(z.refine((name) => /^[!#$%&'*+.^_`|~\w-]{1,128}$/.test(name) && !reserved.test(name)));

const headerValue = text(
  'a text of ASCII characters, 4096 at most; "{key}" stands for the key',
  (value) => value.length <= 4096 && /^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/.test(value),
);

const describeHeaders = (issue: { readonly code?: string; readonly input?: unknown }): string => {
  if (issue.code !== 'invalid_key') return 'expected a table of headers';
  return typeof issue.input === 'string' && reserved.test(issue.input)
    ? 'this header is set by Parley itself; remove it'
    : headerNameFault;
};

const once = z.superRefine<Record<string, string>>(
  (value, context) => {
    const seen = new Set<string>();
    for (const name of Object.keys(value)) {
      if (seen.has(name.toLowerCase()))
        context.issues.push({
          code: 'custom',
          input: value,
          path: [name],
          message: 'this header is there twice, in upper and lower case; remove one',
        });
      seen.add(name.toLowerCase());
    }
  },
  // Also where other headers are refused: everything is reported together.
  { when: ({ value }) => typeof value === 'object' && value !== null },
);

export const headers = z.record(headerName, headerValue, { error: describeHeaders }).check(once);
