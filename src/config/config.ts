// The configuration: read once, from one file, and never changed. Whatever is wrong in it is said
// together, in one ConfigError; there is no half-good configuration.

import type { output } from 'zod/mini';
import { ConfigError } from '../core/errors.ts';
import { linesOf } from './problems.ts';
import { quickToml } from './quick-toml.ts';
import { schema } from './schema.ts';
import { readTextFile } from './text-file.ts';
import { readToml } from './toml.ts';

export { ConfigError };

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** The keys of config/parley.toml, in camelCase. */
export type Config = Frozen<output<typeof schema>>;

/** Where the configuration lies on a machine where Parley is installed. */
export const standardFile = '/etc/parley/parley.toml';
// Ten times the file as shipped. The parser takes up to 1.8 KB of memory for a byte, and a Pi has 512 MB.
const maxBytes = 65_536;

/**
 * The configuration of `file`; without one that of /etc/parley/parley.toml, or all defaults where that is missing.
 * @throws ConfigError where the file cannot be read, or anything in it is wrong
 */
export const readConfig = (file?: string, standard: string = standardFile): Config => {
  const path = file ?? standard;
  const found = readTextFile(path, 'The configuration file', maxBytes);
  if (found !== undefined) return parseConfig(found.text, path);
  if (file === undefined) return defaults;
  throw new ConfigError(`The configuration file ${path} does not exist: check the path.`);
};

/**
 * The configuration that `toml` describes.
 * @param fileName for the messages
 * @throws ConfigError with a line for everything that is wrong
 */
export const parseConfig = (toml: string, fileName: string): Config => {
  const data = quickToml(toml);
  const quick = data === undefined ? undefined : schema.safeParse(data);
  return quick?.success ? freeze(quick.data) : parseWithPlaces(toml, fileName);
};

const parseWithPlaces = (toml: string, fileName: string): Config => {
  const document = readToml(toml, fileName);
  const result = schema.safeParse(document.data);
  const lines = linesOf(result.success ? [] : result.error.issues, document, fileName);
  if (!result.success || lines.length > 0) throw new ConfigError(lines.join('\n'));
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
