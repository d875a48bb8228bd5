// The configuration: read once, from one file, and never changed. Everything that is wrong in it is reported
// together, in one ConfigError; Parley never runs with a part of a configuration.

import type { output } from 'zod/mini';
import { ConfigError } from '../core/errors.ts';
import { readTextFile } from '../system/text-file.ts';
import { problemsIn } from './problems.ts';
import { schema } from './schema.ts';
import { dataOf, readToml, tomlValues } from './toml.ts';

export { ConfigError };

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** The keys of config/parley.toml, in camelCase. */
export type Config = Frozen<output<typeof schema>>;

/** Where the configuration is on a machine where Parley is installed. */
export const standardFile = '/etc/parley/parley.toml';
// Ten times the file as shipped. The parser takes up to 1.8 KB of memory for a byte, and a Pi has 512 MB.
const MAX_FILE_BYTES = 65_536;

/**
 * The text of the configuration `file`; undefined where it does not exist.
 * @throws ConfigError where it cannot be read
 */
export const readConfigText = (file: string): string | undefined =>
  readTextFile(file, 'The configuration file', MAX_FILE_BYTES)?.text;

/**
 * The configuration of `file`; without one that of /etc/parley/parley.toml, or all defaults where that is missing.
 * @throws ConfigError where the file cannot be read, or anything in it is wrong
 */
export const readConfig = (file?: string, standard: string = standardFile): Config => {
  const path = file ?? standard;
  const text = readConfigText(path);
  if (text !== undefined) return parseConfig(text, path);
  if (file === undefined) return defaults;
  throw new ConfigError('file-missing', `The configuration file ${path} does not exist: check the path.`);
};

/**
 * The configuration that `toml` describes.
 * @param fileName for the messages
 * @throws ConfigError with a line for everything that is wrong
 */
export const parseConfig = (toml: string, fileName: string): Config => {
  const values = tomlValues(toml);
  const result = values === undefined ? undefined : schema.safeParse(values);
  return result?.success ? freeze(result.data) : parseWithPlaces(toml, fileName);
};

const parseWithPlaces = (toml: string, fileName: string): Config => {
  const document = readToml(toml, fileName);
  const result = schema.safeParse(dataOf(document.root));
  const problems = problemsIn(document, result.error?.issues ?? [], fileName);
  if (!result.success || problems.length > 0) throw ConfigError.of(problems);
  return freeze(result.data);
};

const freeze = <T>(value: T): Frozen<T> => {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value as Frozen<T>;
};

/** What an empty file means. */
export const defaults: Config = parseConfig('', 'the defaults');
