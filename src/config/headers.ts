// The headers of a connection, with the key in its place, and the secrets in them.

import { ConfigError } from '../core/errors.ts';
import type { Config } from './config.ts';
import { type Credentials, noCredentials } from './tool-secrets.ts';

/**
 * `templates` with the key in place of "{key}".
 * @throws ConfigError where a template needs the key and it is missing
 */
export const requestHeaders = (
  templates: Readonly<Record<string, string>>,
  key: string | undefined,
): Record<string, string> =>
  Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, fill(template, name, key)]));

const fill = (template: string, name: string, key: string | undefined): string => {
  if (!template.includes('{key}')) return template;
  if (key === undefined)
    throw new ConfigError(
      'key-missing',
      `The header ${name} needs a key, which is missing: store it as the credential openai-api-key, ` +
        'in the file that key_file in [realtime] names, or in the variable OPENAI_API_KEY ' +
        '(a service that needs no key: leave [realtime.headers] empty).',
    );
  return template.replaceAll('{key}', () => key);
};

/** Shorter values ("1", "none") are no secrets, and masking them would make the log unreadable. */
const MIN_SECRET_LENGTH = 8;

/**
 * What no output may show: the key, the secrets of tools, and complete headers, which may contain a secret without
 * "{key}". `key` may be missing although a header needs it.
 */
export const secretsFor = (
  { realtime }: Pick<Config, 'realtime'>,
  key: string | undefined,
  { secrets }: Credentials = noCredentials,
): string[] => {
  const headers = Object.values(requestHeaders(realtime.headers, key ?? ''));
  const inHeaders = headers.flatMap((value) => [value, value.replace(/^\w+ /, '')]);
  const long = inHeaders.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  return [...(key === undefined ? [] : [key]), ...secrets.values(), ...long];
};
