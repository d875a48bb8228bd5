// The secrets that tools and MCP servers want, by the name that the configuration gives.

import type { Config } from '../config.ts';
import { readCredential } from './credential.ts';

/**
 * Every credential that the configuration names.
 * @param directory $CREDENTIALS_DIRECTORY
 * @throws ConfigError where one cannot be had
 */
export const toolSecrets = (
  { tool, mcp }: Config,
  directory: string | undefined,
): ReadonlyMap<string, string> => {
  const wanted = [
    ...tool.map(({ name, credential }) => ({ credential, wanter: `The tool "${name}"` })),
    ...mcp.map(({ serverLabel, credential }) => ({ credential, wanter: `The MCP server "${serverLabel}"` })),
  ];
  return new Map(
    wanted.flatMap(({ credential, wanter }) =>
      credential === undefined ? [] : [[credential, readCredential(credential, wanter, directory)] as const],
    ),
  );
};
