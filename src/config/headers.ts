// The headers of a connection, with the key in its place.

import { ConfigError } from '../core/errors.ts';

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

/** What the log must never show of complete headers: they may contain a secret without "{key}". */
export const secretsOf = (headers: Readonly<Record<string, string>>): string[] =>
  Object.values(headers)
    .flatMap((value) => [value, value.replace(/^\w+ /, '')])
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH);

// Shorter values ("1", "none") are no secrets, and masking them would make the log unreadable.
const MIN_SECRET_LENGTH = 8;
