// `parley config init`: writes the configuration as shipped, with the values of this machine, where none exists.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { standardFile } from '../config/config.ts';
import { fillIn, type Setting, withoutKey } from '../config/shipped.ts';
import { errorCode, Unavailable } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';

export interface ConfigInitOptions {
  readonly set: readonly Setting[];
  /** false: the service needs no key. */
  readonly key: boolean;
  /** The configuration as shipped. */
  readonly shipped: string;
}

/**
 * @throws ConfigError where a setting is invalid
 * @throws Unavailable where `file` exists or cannot be written
 */
export const configInit = (file: string | undefined, options: ConfigInitOptions): ExitCode => {
  const path = file ?? standardFile;
  const shipped = readFileSync(options.shipped, 'utf8');
  const text = fillIn(options.key ? shipped : withoutKey(shipped), options.set);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    throw notWritten(path, error);
  }
  process.stdout.write(`${path} is written; it has every key, with a comment on each.\n`);
  return exitCodes.ok;
};

const notWritten = (path: string, error: unknown): Unavailable => {
  const code = errorCode(error) ?? String(error);
  if (code === 'EEXIST')
    return new Unavailable(
      'file-exists',
      `${path} exists and stays as it is: edit it, or move it away first.`,
    );
  if (code === 'EACCES')
    return new Unavailable(
      'file-not-writable',
      `${path} cannot be written: run this with sudo, or name another file.`,
    );
  return new Unavailable(
    'file-not-writable',
    `${path} cannot be written (${code}): check the path and the disk.`,
  );
};
