// Small files that a person wrote: the configuration, a key. Read whole, with a limit, never blocking
// on a pipe, and every refusal is a sentence.

import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ConfigError, errorCode } from '../core/errors.ts';

export interface TextFile {
  readonly text: string;
  /** The permission bits. */
  readonly mode: number;
}

/**
 * The text of the file at `path`; undefined where there is none.
 * @param name what the sentences call it, such as "The configuration file"
 * @throws ConfigError where it is no regular file, may not be read, exceeds `maxBytes` or is not UTF-8
 */
export const readTextFile = (path: string, name: string, maxBytes: number): TextFile | undefined => {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (stats.isDirectory())
      throw new ConfigError(`${name} ${path} is a directory: name the file inside it.`);
    if (!stats.isFile()) throw new ConfigError(`${name} ${path} is not a regular file: name one that is.`);
    return { text: decode(readUpTo(file, maxBytes + 1), path, name, maxBytes), mode: stats.mode & 0o777 };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = errorCode(error) ?? 'unknown error';
    if (code === 'ENOENT') return undefined;
    throw new ConfigError(
      `${name} ${path} cannot be read (${code}): ${remedies[code] ?? 'check the path'}.`,
      {
        cause: error,
      },
    );
  } finally {
    if (file !== undefined) closeSync(file);
  }
};

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'give this user the right to read it and to enter its directories',
  ENOTDIR: 'something in its path is not a directory',
  ELOOP: 'its symbolic links lead nowhere',
};

/** A file may grow, or lie about its size: what counts is what is read. */
const readUpTo = (file: number, maxBytes: number): Buffer => {
  const bytes = Buffer.alloc(maxBytes);
  let length = 0;
  while (length < maxBytes) {
    const read = readSync(file, bytes, length, maxBytes - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
};

const decode = (bytes: Buffer, path: string, name: string, maxBytes: number): string => {
  if (bytes.length > maxBytes)
    throw new ConfigError(
      `${name} ${path} is larger than ${maxBytes / 1024} KB: it cannot be the right file.`,
    );
  if (!isUtf8(bytes)) throw new ConfigError(`${name} ${path} is not UTF-8 text: save it as UTF-8.`);
  return bytes.toString('utf8');
};
