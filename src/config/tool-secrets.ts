// The secrets that tools and MCP servers need, by the name that the configuration gives: a credential of the
// service manager by its name, or a private file by its path.

import { isAbsolute } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { Config } from './config.ts';
import { readCredential, readPrivateFile } from './key.ts';

/** By the name or path that the configuration gives. */
export interface Credentials {
  readonly secrets: ReadonlyMap<string, string>;
  /** Why one cannot be read, as a sentence: what needs it does not work, and everything else does. */
  readonly faults: ReadonlyMap<string, string>;
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
  const faults = new Map<string, string>();
  for (const { credential, user } of users) {
    if (credential === undefined) continue;
    try {
      secrets.set(credential, readSecret(credential, user, directory));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.set(credential, error.message);
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
