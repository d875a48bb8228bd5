// `parley config new-keys`: what has come since a configuration was written. Reported, never added: the
// file belongs to its owner, and what is not in it has its default.

import { readFileSync } from 'node:fs';
import { standardFile } from '../config/config.ts';
import { newKeys } from '../config/shipped.ts';
import { readTextFile } from '../config/text-file.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';

const maxBytes = 65_536;

/**
 * @param options.shipped the configuration as shipped; `options.since` the one of an older release
 * @throws ConfigError where a file cannot be read
 */
export const configNewKeys = (
  file: string | undefined,
  options: { readonly shipped: string; readonly since?: string },
): ExitCode => {
  const read = (path: string): string => readTextFile(path, 'The configuration file', maxBytes)?.text ?? '';
  const since = options.since === undefined ? '' : read(options.since);
  const found = newKeys(readFileSync(options.shipped, 'utf8'), read(file ?? standardFile), since);
  for (const line of found) process.stdout.write(`${line}\n`);
  return exitCodes.ok;
};
