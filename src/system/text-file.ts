// Small files: the configuration, a key, a support file. Read whole, with a limit, never blocking
// on a pipe; every failure is a sentence.

import { isUtf8 } from 'node:buffer';
import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { ConfigError, errorCode, errorMessage, Unavailable } from '../core/errors.ts';

export interface TextFile {
  readonly text: string;
  /** The permission bits. */
  readonly mode: number;
}

/**
 * The text of the file at `path`; undefined where it does not exist.
 * @param name what the sentences call it, such as "The configuration file"
 * @throws ConfigError where it is no regular file, may not be read, exceeds `maxBytes` or is not UTF-8
 */
export const readTextFile = (path: string, name: string, maxBytes: number): TextFile | undefined => {
  const refuse = (code: string, words: string): never => {
    throw new ConfigError(code, `${name} ${path} ${words}.`);
  };
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (stats.isDirectory()) refuse('file-is-directory', 'is a directory: name the file inside it');
    if (!stats.isFile()) refuse('not-a-regular-file', 'is not a regular file: name one that is');
    const bytes = readUpTo(file, maxBytes + 1);
    if (bytes.length > maxBytes)
      refuse('file-too-large', `is larger than ${maxBytes / 1024} KB: it cannot be the right file`);
    if (!isUtf8(bytes)) refuse('file-not-utf8', 'is not UTF-8 text: save it as UTF-8');
    return { text: bytes.toString('utf8'), mode: stats.mode & 0o777 };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = errorCode(error) ?? 'unknown error';
    if (code === 'ENOENT') return undefined;
    return refuse('file-unreadable', `cannot be read (${code}): ${remedies[code] ?? 'check the path'}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
};

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'give this user the right to read it and to enter its directories',
  ENOTDIR: 'something in its path is not a directory',
  ELOOP: 'its symbolic links form a circle',
};

/** A file may grow, or report a wrong size: what counts is what is read. */
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

const writeRemedies: Readonly<Record<string, string>> = {
  ENOENT: 'create its folder first',
  ENOTDIR: 'its folder is a file; name another',
  EEXIST: 'its folder is a file; name another',
  EISDIR: 'it is a folder; add the name of a file',
  EACCES: 'use sudo, or name a file where you may write',
  EROFS: 'the disk is read-only; name a file on another',
  ENOSPC: 'the disk is full; free some space on it',
};

/** Why a file cannot be created or written. @param error of the file system */
export const writeFailure = (path: string, error: unknown): Unavailable => {
  const code = errorCode(error) ?? errorMessage(error);
  // mkdir says so too, of a folder that is a file.
  if (code === 'EEXIST' && existsSync(path))
    return new Unavailable(
      'file-exists',
      `${path} exists and stays as it is: name another, or move it away.`,
    );
  const remedy = writeRemedies[code] ?? 'check the path and the disk';
  return new Unavailable('file-not-writable', `${path} cannot be written (${code}): ${remedy}.`);
};
