// What the address and the headers of a service must look like. A key belongs in neither as it is:
// other users may read this file, and addresses end up in logs.

import * as z from 'zod/mini';
import { checkedText, evenIfRefused, problem, text } from './fields.ts';

const MAX_ADDRESS_LENGTH = 2048;

/** Whether `address` is too long, not a URL, or has characters that URL parsers remove silently. */
export const isNoUrl = (address: string): boolean =>
  address.length > MAX_ADDRESS_LENGTH || /[\s\p{C}]/u.test(address) || !URL.canParse(address);

export const address = checkedText('an address in quotes', (url) => {
  if (isNoUrl(url))
    return ['invalid-address', 'expected an address such as "wss://api.openai.com/v1/realtime"'];
  const { protocol, username, password, searchParams, hash } = new URL(url);
  if (protocol !== 'ws:' && protocol !== 'wss:')
    return ['wrong-scheme', 'expected an address that begins with "wss://" (or "ws://", not encrypted)'];
  const remedy = 'send it in a header, see [realtime.headers]';
  if (username !== '' || password !== '')
    return ['password-in-address', `contains a user name or a password; ${remedy}`];
  if (hash !== '') return ['fragment-in-address', 'contains a "#"; the address of a service has none'];
  if ([...searchParams.keys()].some(isSecretParameter) || url.includes('{key}'))
    return ['secret-in-address', `contains a key in its "?" part, which reaches logs; ${remedy}`];
  return undefined;
});

/** Whether a parameter of that name holds a secret, which must not be in an address. */
export const isSecretParameter = (parameter: string): boolean =>
  /(^|[-_])(key|apikey|token|secret|password|sig|signature|auth|authorization)$/i.test(parameter) ||
  /[a-z](Key|KeyId|Token|Secret|Password|Sig|Signature|Auth)$/.test(parameter);

const RESERVED_HEADER = /^(connection|upgrade|content-length|transfer-encoding|sec-websocket-.*)$/i;

const headerValue = text(
  'a text of ASCII characters, 4096 at most; "{key}" stands for the key',
  (value) => value.length <= 4096 && /^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/.test(value),
);

const checkHeaderNames = z.superRefine<Record<string, string>>((value, context) => {
  const seen = new Set<string>();
  const report = (name: string, code: string, message: string) =>
    context.issues.push(problem(code, message, value, [name]));
  for (const name of Object.keys(value)) {
    if (!/^[!#$%&'*+.^_`|~\w-]{1,128}$/.test(name))
      report(name, 'invalid-header-name', 'expected the name of a header: letters, digits and "-"');
    else if (RESERVED_HEADER.test(name))
      report(name, 'reserved-header', 'Parley sets this header itself; remove it');
    else if (seen.has(name.toLowerCase()))
      report(name, 'duplicate-header', 'this header is defined twice, in upper and lower case; remove one');
    seen.add(name.toLowerCase());
  }
}, evenIfRefused);

export const headers = z
  .record(z.string(), headerValue, { error: 'expected a table of headers' })
  .check(checkHeaderNames);
