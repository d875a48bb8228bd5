// `parley config`: checks a configuration, prints values of it, writes the one as shipped, and lists its new keys.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { defaults, readConfig, readConfigText, standardFile } from '../config/config.ts';
import { checkKey, printedValue } from '../config/get-value.ts';
import { fillIn, newKeys, type Setting, withoutKey } from '../config/shipped.ts';
import { readToml, type TomlDocument } from '../config/toml.ts';
import { errorCode } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { writeFailure } from '../system/text-file.ts';

const print = (lines: readonly string[]): ExitCode => {
  for (const line of lines) process.stdout.write(`${line}\n`);
  return exitCodes.ok;
};

/** @throws ConfigError with everything that is wrong in the file */
export const configCheck = (file: string | undefined): ExitCode => {
  const isMissing = readConfig(file) === defaults;
  if (isMissing) return print([`${standardFile} does not exist: using the defaults.`]);
  return print([`${file ?? standardFile} is valid.`]);
};

/**
 * For a shell script.
 * @param keys "table.key", several with commas between them
 * @throws UsageError where the configuration has no such key
 * @throws ConfigError with everything that is wrong in the file
 */
export const configGet = (keys: string, file: string | undefined): ExitCode => {
  const wanted = keys.split(',');
  for (const key of wanted) checkKey(key);
  const config = readConfig(file);
  const lines = wanted.flatMap((key) => {
    const value = printedValue(config, key);
    // A list without items has no lines; a text that is empty has one.
    return value === '' && !key.includes('.') ? [] : [value];
  });
  return print(lines);
};

export interface ConfigInitOptions {
  readonly set: readonly Setting[];
  /** false: the service needs no key. */
  readonly key: boolean;
}

/**
 * Writes the configuration as shipped, with the values of this machine, where none exists.
 * @throws ConfigError where a setting is invalid
 * @throws Unavailable where `path` exists or cannot be written
 */
export const configInit = (
  shippedFile: string,
  options: ConfigInitOptions,
  path = standardFile,
): ExitCode => {
  const shipped = readFileSync(shippedFile, 'utf8');
  const text = fillIn(options.key ? shipped : withoutKey(shipped), options.set);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    // On a full disk its beginning is there.
    if (errorCode(error) === 'ENOSPC') rmSync(path, { force: true });
    throw writeFailure(path, error);
  }
  return print([`${path} is written; it has every key, with a comment on each.`]);
};

const readDocument = (path: string): TomlDocument => readToml(readConfigText(path) ?? '', path);

/**
 * Lists the keys that are newer than a configuration, and never adds them: the file belongs to its owner, and what
 * is not in it has its default.
 * @param since the configuration as shipped with an older release
 * @throws ConfigError where a file cannot be read or is not TOML
 */
export const configNewKeys = (shippedFile: string, since?: string, path = standardFile): ExitCode => {
  const shipped = readToml(readFileSync(shippedFile, 'utf8'), shippedFile);
  const older = since === undefined ? [] : [readDocument(since)];
  return print(newKeys(shipped, readDocument(path), older));
};
