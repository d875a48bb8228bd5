// The headers of a connection, with the key in its place.

import { ConfigError } from '../core/errors.ts';

/**
 * `templates` with the key in place of "{key}".
 * @throws ConfigError where a template needs the key and there is none
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
      `The header ${name} needs a key and there is none: store it as the credential openai-api-key, ` +
        'in the file that key_file in [realtime] names, or in the variable OPENAI_API_KEY ' +
        '(a service that wants no key: leave [realtime.headers] empty).',
    );
  return template.replaceAll('{key}', () => key);
};

/** What the log must never show of finished headers: a secret may stand in them without "{key}". */
export const secretsOf = (headers: Readonly<Record<string, string>>): string[] =>
  Object.values(headers)
    .flatMap((value) => [value, value.replace(/^\w+ /, '')])
    .filter((secret) => secret.length >= shortestSecret);

// Shorter values ("1", "none") keep nothing secret, and masking them would make the log unreadable.
const shortestSecret = 8;
