// `parley config new-keys`: which keys are newer than a configuration. Reported, never added: the
// file belongs to its owner, and what is not in it has its default.

import { readFileSync } from 'node:fs';
import { readConfigText, standardFile } from '../config/config.ts';
import { newKeys } from '../config/shipped.ts';
import { readToml, type TomlDocument } from '../config/toml.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';

const read = (path: string): TomlDocument => readToml(readConfigText(path) ?? '', path);

/**
 * @param options.shipped the configuration as shipped; `options.since` the one of an older release
 * @throws ConfigError where a file cannot be read or is not TOML
 */
export const configNewKeys = (
  file: string | undefined,
  options: { readonly shipped: string; readonly since?: string },
): ExitCode => {
  const shipped = readToml(readFileSync(options.shipped, 'utf8'), options.shipped);
  const since = options.since === undefined ? [] : [read(options.since)];
  const lines = newKeys(shipped, read(file ?? standardFile), since);
  for (const line of lines) process.stdout.write(`${line}\n`);
  return exitCodes.ok;
};
