// Secrets: where the key of the service and those of tools and MCP servers are stored, what they must look like, and
// the headers that contain them. No message shows any of it.

import { isAbsolute, join } from 'node:path';
import { ConfigError, type Notice } from '../core/errors.ts';
import { readTextFile } from '../system/text-file.ts';
import type { Config } from './config.ts';

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
  const missing = `The key file ${keyFile} does not exist: write the key into it, or change key_file in [realtime].`;
  if (keyFile) return readPrivateFile(keyFile, 'The key file', missing);
  return fromEnvironment === undefined ? undefined : checkSecret(fromEnvironment, 'OPENAI_API_KEY');
};

/**
 * A credential of the service manager, which protects its directory: the permission bits there allow more than is possible.
 * @param directory $CREDENTIALS_DIRECTORY
 * @returns undefined where it does not exist
 * @throws ConfigError where it cannot be read or holds no secret
 */
const readCredential = (directory: string | undefined, name: string): string | undefined => {
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
const readPrivateFile = (path: string, name: string, missing: string): string => {
  const file = readTextFile(path, name, MAX_SECRET_BYTES);
  if (file === undefined) throw new ConfigError('secret-file-missing', missing);
  if ((file.mode & 0o066) !== 0)
    throw new ConfigError(
      'secret-not-private',
      `${name} ${path} may be read or changed by others: chmod 600 ${path}`,
    );
  return checkSecret(file.text, `${name} ${path}`);
};

/** The secret in a text as people write and copy it: with a BOM, spaces, empty lines, quotes, or NAME= before it. */
const secretIn = (text: string): string => {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const written = lines.map((line) => line.trim()).filter((line) => line !== '');
  return written.map((line) => line.replace(assignment, '').replace(/^(["'])(.*)\1$/, '$2')).join('\n');
};

/** As in a shell script or an .env file. A key may hold "=", but not behind such a name. */
const assignment = /^(export +)?[A-Z][A-Z0-9_]*(KEY|TOKEN|SECRET|PASSWORD) *= *(?=\S)/;

const checkSecret = (text: string, name: string): string => {
  const secret = secretIn(text);
  const refuse = (code: string, words: string): never => {
    throw new ConfigError(code, `${name} ${words}.`);
  };
  if (secret === '') refuse('secret-empty', 'is empty: put the key there, or remove it');
  if (secret.length > MAX_SECRET_BYTES) refuse('secret-too-long', 'is longer than 4 KB: it cannot be a key');
  if (/[\r\n]/.test(secret))
    refuse('secret-of-several-lines', 'has several lines: it must hold the key alone, in one line');
  const odd = 'spaces, control characters or letters beyond ASCII, which no key has: copy the key again';
  if (/[^\x21-\x7e]/.test(secret)) refuse('secret-with-odd-characters', `holds ${odd}`);
  return secret;
};

/**
 * The secrets of tools and MCP servers by the name that the configuration gives: a credential of the service manager
 * by its name, or a private file by its path.
 */
export interface Credentials {
  readonly secrets: ReadonlyMap<string, string>;
  /** Why one cannot be read: what needs it does not work, and everything else does. */
  readonly faults: ReadonlyMap<string, Notice>;
}

export const noCredentials: Credentials = { secrets: new Map(), faults: new Map() };

/**
 * Every credential that the configuration names.
 * @param directory $CREDENTIALS_DIRECTORY
 */
export const readCredentials = ({ tool, mcp }: Config, directory: string | undefined): Credentials => {
  const users = [
    ...tool.map(({ name, credential }) => ({ credential, user: `The tool "${name}"` })),
    ...mcp.map(({ serverLabel, credential }) => ({ credential, user: `The MCP server "${serverLabel}"` })),
  ];
  const secrets = new Map<string, string>();
  const faults = new Map<string, Notice>();
  for (const { credential, user } of users) {
    if (credential === undefined) continue;
    try {
      secrets.set(credential, readSecret(credential, user, directory));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.set(credential, error);
    }
  }
  return { secrets, faults };
};

/** @throws ConfigError where it cannot be read, others may read it, or it holds no secret */
export const readSecret = (name: string, user: string, directory: string | undefined): string => {
  if (isAbsolute(name)) {
    const missing = `${user} needs the credential file ${name}, which does not exist: write the secret into it.`;
    return readPrivateFile(name, 'The credential file', missing);
  }
  const secret = readCredential(directory, name);
  if (secret !== undefined) return secret;
  throw new ConfigError(
    'credential-missing',
    `${user} needs the credential ${name}, which is missing: store it as /etc/credstore/${name} (chmod 600), and ` +
      `give it to the service ("sudo systemctl edit parley": [Service] LoadCredential=${name}).`,
  );
};

/**
 * `templates` with the key in place of "{key}".
 * @throws ConfigError where a template needs the key and it is missing
 */
export const requestHeaders = (
  templates: Readonly<Record<string, string>>,
  key: string | undefined,
): Record<string, string> =>
  Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, fill(template, name, key)]));

const fill = (template: string, name: string, key: string | undefined): string => {
  if (!template.includes('{key}')) return template;
  if (key === undefined)
    throw new ConfigError(
      'key-missing',
      `The header ${name} needs a key, which is missing: store it as the credential openai-api-key, ` +
        'in the file that key_file in [realtime] names, or in the variable OPENAI_API_KEY ' +
        '(a service that needs no key: leave [realtime.headers] empty).',
    );
  return template.replaceAll('{key}', () => key);
};

/** Shorter values ("1", "none") are not secrets, and masking them would make the log unreadable. */
const MIN_SECRET_LENGTH = 8;

/**
 * What no output may show: the key, the secrets of tools, and complete headers, which may contain a secret without
 * "{key}". `key` may be missing although a header needs it.
 */
export const secretsFor = (
  { realtime }: Pick<Config, 'realtime'>,
  key: string | undefined,
  { secrets }: Credentials = noCredentials,
): string[] => {
  const headers = Object.values(requestHeaders(realtime.headers, key ?? ''));
  const inHeaders = headers.flatMap((value) => [value, value.replace(/^\w+ /, '')]);
  const long = inHeaders.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  return [...(key === undefined ? [] : [key]), ...secrets.values(), ...long];
};
