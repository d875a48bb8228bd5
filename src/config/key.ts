// The key of the service and other secrets: where they are stored, and what they must look like. No message
// shows any of it.

import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { readTextFile } from './text-file.ts';

export interface KeyPlaces {
  /** $CREDENTIALS_DIRECTORY, as the service manager sets it. */
  readonly credentialsDirectory?: string | undefined;
  /** `key_file` of the configuration; '' or undefined where none is named. */
  readonly keyFile?: string | undefined;
  /** OPENAI_API_KEY is removed from it in every case, so that no child process inherits it. */
  readonly environment: NodeJS.ProcessEnv;
}

const MAX_SECRET_BYTES = 4096;

/**
 * The key from the first place that has one: the credential openai-api-key, the key file, OPENAI_API_KEY.
 * @throws ConfigError where that place cannot be read, others may read it, or it holds no key
 */
export const readKey = ({ credentialsDirectory, keyFile, environment }: KeyPlaces): string | undefined => {
  const fromEnvironment = environment['OPENAI_API_KEY'];
  delete environment['OPENAI_API_KEY'];
  const fromCredential = readCredential(credentialsDirectory, 'openai-api-key');
  if (fromCredential !== undefined) return fromCredential;
  if (keyFile)
    return readPrivateFile(
      keyFile,
      'The key file',
      `The key file ${keyFile} does not exist: write the key into it, or change key_file in [realtime].`,
    );
  return fromEnvironment === undefined ? undefined : checkSecret(fromEnvironment, 'OPENAI_API_KEY');
};

/**
 * A credential of the service manager, which guards its directory: the permission bits there say more than is true.
 * @param directory $CREDENTIALS_DIRECTORY
 * @returns undefined where it does not exist
 * @throws ConfigError where it cannot be read or holds no secret
 */
export const readCredential = (directory: string | undefined, name: string): string | undefined => {
  if (!directory) return undefined;
  const path = join(directory, name);
  const file = readTextFile(path, 'The credential', MAX_SECRET_BYTES);
  return file === undefined ? undefined : checkSecret(file.text, `The credential ${path}`);
};

/**
 * The one line of a file that its owner alone may read.
 * @param name what the sentences call it, such as "The key file"
 * @param missing the sentence where it does not exist
 * @throws ConfigError where it does not exist, cannot be read, others may read it, or it holds no secret
 */
export const readPrivateFile = (path: string, name: string, missing: string): string => {
  const file = readTextFile(path, name, MAX_SECRET_BYTES);
  if (file === undefined) throw new ConfigError('secret-file-missing', missing);
  if ((file.mode & 0o066) !== 0)
    throw new ConfigError(
      'secret-not-private',
      `${name} ${path} may be read or changed by others: chmod 600 ${path}`,
    );
  return checkSecret(file.text, `${name} ${path}`);
};

const checkSecret = (text: string, name: string): string => {
  const secret = text.replace(/\r?\n$/, '');
  const [code, words] = problemIn(secret);
  if (code !== undefined) throw new ConfigError(code, `${name} ${words}.`);
  return secret;
};

const problemIn = (secret: string): [code: string, words: string] | [] => {
  if (secret === '') return ['secret-empty', 'is empty: put the key there, or remove it'];
  if (secret.length > MAX_SECRET_BYTES) return ['secret-too-long', 'is longer than 4 KB: it cannot be a key'];
  if (/[\r\n]/.test(secret))
    return ['secret-of-several-lines', 'has several lines: it must hold the key alone, in one line'];
  if (/[^\x21-\x7e]/.test(secret))
    return [
      'secret-with-odd-characters',
      'holds spaces, control characters or letters beyond ASCII, which no key has: copy the key again',
    ];
  return [];
};
