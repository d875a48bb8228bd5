// The key of the service: where it may lie, and what it must look like. No message shows any of it.

import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { readTextFile } from './text-file.ts';

export interface KeyPlaces {
  /** $CREDENTIALS_DIRECTORY, as the service manager sets it. */
  readonly credentialsDirectory?: string | undefined;
  /** `key_file` of the configuration; '' or undefined where none is named. */
  readonly keyFile?: string | undefined;
  /** OPENAI_API_KEY is taken out of it in every case, so that no child inherits it. */
  readonly environment: NodeJS.ProcessEnv;
}

const maxBytes = 4096;

/**
 * The key from the first place that has one: the credential openai-api-key, the key file, OPENAI_API_KEY.
 * @throws ConfigError where that place cannot be read, may be read by others, or holds no key
 */
export const readKey = ({ credentialsDirectory, keyFile, environment }: KeyPlaces): string | undefined => {
  const fromEnvironment = environment['OPENAI_API_KEY'];
  delete environment['OPENAI_API_KEY'];
  const fromCredential = credentialsDirectory ? credential(credentialsDirectory) : undefined;
  if (fromCredential !== undefined) return fromCredential;
  if (keyFile) return privateFile(keyFile);
  return fromEnvironment === undefined ? undefined : checkedSecret(fromEnvironment, 'OPENAI_API_KEY');
};

// The service manager guards this directory; the permission bits there say more than is true.
const credential = (directory: string): string | undefined => {
  const path = join(directory, 'openai-api-key');
  const file = readTextFile(path, 'The credential', maxBytes);
  return file === undefined ? undefined : checkedSecret(file.text, `The credential ${path}`);
};

const privateFile = (path: string): string => {
  const file = readTextFile(path, 'The key file', maxBytes);
  if (file === undefined)
    throw new ConfigError(
      `The key file ${path} does not exist: write the key into it, or change key_file in [realtime].`,
    );
  return checkedSecret(guarded(path, file, 'The key file'), `The key file ${path}`);
};

const guarded = (path: string, { text, mode }: { text: string; mode: number }, name: string): string => {
  if ((mode & 0o066) !== 0)
    throw new ConfigError(`${name} ${path} may be read or changed by others: chmod 600 ${path}`);
  return text;
};

/**
 * The one line of a file that only we may read.
 * @param wanted begins the sentence where it is not there
 * @throws ConfigError where it cannot be read, may be read by others, or holds no secret
 */
export const privateSecret = (path: string, wanted: string): string => {
  const file = readTextFile(path, 'The credential file', maxBytes);
  if (file === undefined)
    throw new ConfigError(`${wanted} ${path}, which does not exist: write the secret into it.`);
  return checkedSecret(guarded(path, file, 'The credential file'), `The credential file ${path}`);
};

/**
 * A secret as a file holds it: one line.
 * @throws ConfigError where it is none
 */
export const checkedSecret = (text: string, name: string): string => {
  const key = text.replace(/\r?\n$/, '');
  const fault = faultOf(key);
  if (fault !== undefined) throw new ConfigError(`${name} ${fault}.`);
  return key;
};

const faultOf = (key: string): string | undefined => {
  if (key === '') return 'is empty: put the key there, or remove it';
  if (key.length > maxBytes) return 'is longer than 4 KB: it cannot be a key';
  if (/[\r\n]/.test(key)) return 'has several lines: it must hold the key alone, in one line';
  if (/[^\x21-\x7e]/.test(key))
    return 'holds spaces, control characters or letters beyond ASCII, which no key has: copy the key again';
  return undefined;
};
