// What the address and the headers of a service must look like. A key belongs in neither as it is:
// other users may read this file, and addresses end up in logs.

import * as z from 'zod/mini';
import { isSecretName } from '../core/secret-names.ts';
import { checkedText, evenIfRefused, problem, text } from './fields.ts';

const MAX_ADDRESS_LENGTH = 2048;

/** Whether `address` is too long, not a URL, or has characters that URL parsers remove silently. */
const isNoUrl = (address: string): boolean =>
  address.length > MAX_ADDRESS_LENGTH || /[\s\p{C}]/u.test(address) || !URL.canParse(address);

/**
 * @param scheme "http" or "ws"; with an "s" it is encrypted
 * @param headers where the headers are set
 * @returns what is wrong with an address
 */
export const addressProblem = (
  address: string,
  scheme: 'http' | 'ws',
  example: string,
  headers: string,
): readonly [code: string, message: string] | undefined => {
  if (isNoUrl(address)) return ['invalid-address', `expected an address such as "${example}"`];
  const { protocol, username, password, searchParams } = new URL(address);
  if (protocol !== `${scheme}:` && protocol !== `${scheme}s:`)
    return [
      'wrong-scheme',
      `expected an address that begins with "${scheme}s://" (or "${scheme}://", not encrypted)`,
    ];
  const remedy = `send it in a header, see ${headers}`;
  if (username !== '' || password !== '')
    return ['password-in-address', `contains a user name or a password; ${remedy}`];
  if ([...searchParams.keys()].some(isSecretName) || address.includes('{key}'))
    return ['secret-in-address', `contains a secret, which reaches logs; ${remedy}`];
  return undefined;
};

export const address = checkedText('an address in quotes', (url) => {
  const found = addressProblem(url, 'ws', 'wss://api.openai.com/v1/realtime', '[realtime.headers]');
  if (found !== undefined) return found;
  return new URL(url).hash === ''
    ? undefined
    : ['fragment-in-address', 'contains a "#"; the address of a service has none'];
});

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

/** Whether a header of that name holds a secret. */
export const isSecretHeader = (name: string): boolean => isSecretName(name) || /^cookie$/i.test(name);

export const headers = z
  .record(z.string(), headerValue, { error: 'expected a table of headers' })
  .check(checkHeaderNames);

const checkSecrets = z.superRefine<Record<string, string>>((value, context) => {
  for (const [name, template] of Object.entries(value))
    if (isSecretHeader(name) && !template.includes('{key}'))
      context.issues.push(
        problem(
          'secret-in-header',
          'contains a secret, and other users may read this file; write "{key}", and store the key apart',
          template,
          [name],
        ),
      );
});

/** Those of the connection: `{key}` is the key of the service. */
export const serviceHeaders = headers.check(checkSecrets);
