// Single values of a configuration, for shell scripts: `parley config get`.

import { didYouMean } from '../core/did-you-mean.ts';
import { UsageError } from '../core/errors.ts';
import type { Config } from './config.ts';
import { anyOf, camelCase } from './fields.ts';
import { shapes } from './schema.ts';

/** Tables of which a file may have many. */
const lists: readonly string[] = ['tool', 'mcp'];

/** Every key that can be printed, as "table.key"; of lists of tables the name of the list. */
const keys = Object.entries(shapes).flatMap(([table, shape]) => {
  if (table === '') return lists;
  const names = Object.keys(shape).map((name) => `${table}.${name}`);
  return lists.includes(table) ? [] : names.filter((name) => !(name in shapes));
});

const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));

/** @throws UsageError where the configuration has no such key */
export const checkKey = (key: string): void => {
  if (!keys.includes(key)) throw new UsageError(`config get: ${unknown(key)}`);
};

const unknown = (key: string): string => {
  const [table = '', name = ''] = key.split('.');
  if (key !== '' && Object.hasOwn(shapes, key))
    return `${quoted(key)} is a table; name one of its keys: ${keys.filter((known) => known.startsWith(`${key}.`)).join(', ')}`;
  if (lists.includes(table) && Object.hasOwn(shapes[table] ?? {}, name))
    return `"${table}" is a list of tables, and a single value of it cannot be printed; "parley config get ${table}" prints the names`;
  const elsewhere = keys.filter((known) => known.split('.').at(-1) === key);
  const near =
    elsewhere.length > 0 ? elsewhere : [didYouMean(key, keys)].filter((found) => found !== undefined);
  const meant =
    near.length === 0 ? 'a key is written as table.key' : `did you mean ${anyOf(near.map(quoted))}?`;
  return `unknown key ${quoted(key)}; ${meant}`;
};

/** A header with "{key}" alone is public; anything else in it may be a secret. */
export const withoutSecret = (template: string): string =>
  template
    .split('{key}')
    .map((part, index) => (part === '' || (index === 0 && /^[A-Za-z]+ $/.test(part)) ? part : '[removed]'))
    .join('{key}');

/**
 * What is printed for the key: a text without quotes, a number, true or false, nothing where it has neither value
 * nor default; of lists and of headers one line for each. Never a secret.
 * @param key one that `checkKey` accepts
 */
export const printedValue = (config: Config, key: string): string => {
  if (key === 'tool') return config.tool.map(({ name }) => name).join('\n');
  if (key === 'mcp') return config.mcp.map(({ serverLabel }) => serverLabel).join('\n');
  if (key === 'realtime.headers')
    return Object.entries(config.realtime.headers)
      .map(([name, template]) => `${name}: ${withoutSecret(template)}`)
      .join('\n');
  let value: unknown = config;
  for (const part of key.split('.')) value = (value as Readonly<Record<string, unknown>>)[camelCase(part)];
  return value === undefined ? '' : String(value);
};
