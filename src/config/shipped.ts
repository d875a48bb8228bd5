// The configuration as shipped, config/parley.toml, as a text that is filled in for a machine: every key
// is on a separate line, off ("# key = ...") where it has no default, and its comments are the documentation.

import { ConfigError } from '../core/errors.ts';
import { parseConfig } from './config.ts';
import { accepts } from './schema.ts';
import { findEntry, readToml, type TomlDocument, type TomlEntry, type TomlPath, tomlValues } from './toml.ts';

/** One answer: `key` as "table.key", `value` as typed. */
export interface Setting {
  readonly key: string;
  readonly value: string;
}

interface KeyLine {
  /** "table.key" */
  readonly key: string;
  readonly line: number;
  readonly source: string;
  readonly isOff: boolean;
}

const keysOf = (entry: TomlEntry, path: TomlPath): KeyLine[] =>
  entry.entries === undefined || entry.isList
    ? [{ key: path.join('.'), line: entry.line, source: entry.source, isOff: false }]
    : [...entry.entries].flatMap(([name, inner]) => keysOf(inner, [...path, name]));

/** Every key of a file, on or off, in the order of its lines. */
const keyLines = ({ root, offKeys }: TomlDocument): KeyLine[] =>
  [
    ...keysOf(root, []),
    ...offKeys.map(({ path, ...rest }) => ({ ...rest, key: path.join('.'), isOff: true })),
  ].sort((one, other) => one.line - other.line);

/** As TOML: plain where the key takes it so, else a text in quotes. */
const literal = ({ key, value }: Setting): string => {
  const quoted = JSON.stringify(value);
  const plain = /^(true|false|[+-]?\d+(\.\d+)?)$/.test(value)
    ? tomlValues(`value = ${value}`)?.['value']
    : undefined;
  if (plain === undefined) return quoted;
  return !accepts(key, plain) && accepts(key, value) ? quoted : value;
};

const checkSettings = (toml: string): void => {
  try {
    parseConfig(toml, '--set');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map(({ code, key = '', sentence }) => {
      return { code, key, sentence: sentence.replace(/^--set:\d+: /, '--set ') };
    });
    throw ConfigError.of(problems);
  }
};

/**
 * `shipped` with these settings in place of its defaults, comments kept; a later setting of a key wins.
 * @throws ConfigError with a line for every setting that no configuration takes
 */
export const fillIn = (shipped: string, settings: readonly Setting[]): string => {
  const values = new Map(settings.map((setting) => [setting.key, literal(setting)]));
  checkSettings([...values].map(([key, value]) => `${key} = ${value}`).join('\n'));
  const lines = shipped.split('\n');
  for (const { key, line } of keyLines(readToml(shipped, 'config/parley.toml'))) {
    const value = values.get(key);
    if (value === undefined) continue;
    lines[line - 1] = `${key.split('.').at(-1)} = ${value}`;
    values.delete(key);
  }
  if (values.size > 0)
    throw new ConfigError(
      'key-not-shipped',
      `--set ${[...values.keys()].join(', ')}: the file as shipped does not have this key; add it by hand.`,
    );
  return lines.join('\n');
};

const headersPath = ['realtime', 'headers'];

/** `shipped` for a service that needs no key: [realtime.headers] with nothing under it. */
export const withoutKey = (shipped: string): string => {
  const headers = findEntry(readToml(shipped, 'config/parley.toml'), headersPath)?.entries?.values() ?? [];
  const off = new Set([...headers].map(({ line }) => line));
  return shipped
    .split('\n')
    .map((text, index) => (off.has(index + 1) ? `# ${text}` : text))
    .join('\n');
};

/**
 * The keys of `shipped` that `own` does not have, not even switched off, as lines "table.key = default".
 * @param since an older configuration as shipped: what that one had is not new
 */
export const newKeys = (
  shipped: TomlDocument,
  own: TomlDocument,
  since: readonly TomlDocument[] = [],
): string[] => {
  const known = new Set([own, ...since].flatMap(keyLines).map(({ key }) => key));
  // The owner decides which headers exist: with a table of them, none is new.
  const ownHeaders = findEntry(own, headersPath) !== undefined;
  return keyLines(shipped)
    .filter(({ key }) => !known.has(key) && !(ownHeaders && key.startsWith(`${headersPath.join('.')}.`)))
    .map(({ key, source, isOff }) => `${key} = ${source}${isOff ? ' (off)' : ''}`);
};
