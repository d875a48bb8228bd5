// The secrets that tools and MCP servers want, by the name that the configuration gives.

import { ConfigError } from '../core/errors.ts';
import type { Config } from './config.ts';
import { readCredential } from './credential.ts';

/** By the name or path that the configuration gives. */
export interface Credentials {
  readonly secrets: ReadonlyMap<string, string>;
  /** Why one cannot be had, as a sentence: what wants it does not work, and everything else does. */
  readonly faults: ReadonlyMap<string, string>;
}

export const noCredentials: Credentials = { secrets: new Map(), faults: new Map() };

/**
 * Every credential that the configuration names.
 * @param directory $CREDENTIALS_DIRECTORY
 */
export const readCredentials = ({ tool, mcp }: Config, directory: string | undefined): Credentials => {
  const wanted = [
    ...tool.map(({ name, credential }) => ({ credential, wanter: `The tool "${name}"` })),
    ...mcp.map(({ serverLabel, credential }) => ({ credential, wanter: `The MCP server "${serverLabel}"` })),
  ];
  const secrets = new Map<string, string>();
  const faults = new Map<string, string>();
  for (const { credential, wanter } of wanted) {
    if (credential === undefined) continue;
    try {
      secrets.set(credential, readCredential(credential, wanter, directory));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.set(credential, error.message);
    }
  }
  return { secrets, faults };
};
