// The program itself: which Node runs it, and which release it is.

import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Check, fail, pass, warn } from '../check.ts';

/** As package.json has it under "engines". */
export const leastNode = [20, 19] as const;

const isOldNode = (version: string): boolean => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1]);
};

export interface NodeFacts {
  /** "v20.19.2" */
  readonly version: string;
  /** Of the binary. */
  readonly path: string;
}

export const nodeCheck = ({ version, path }: NodeFacts): Check => ({
  id: 'node',
  title: 'Node',
  run: async () =>
    isOldNode(version)
      ? fail(
          `${version.slice(1)}, ${path}`,
          `Parley needs Node ${leastNode.join('.')} or newer: run setup.sh again, it brings its own.`,
        )
      : pass(`${version.slice(1)}, ${path}`),
});

export interface ReleaseFacts {
  readonly version: string;
  /** The folder in which dist/ lies. */
  readonly root: string;
  /** "115": what native packages must have been built for. */
  readonly nodeAbi: string;
  /** Where setup.sh installs. */
  readonly installed?: string;
}

const realPath = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
const namesIn = (path: string): Promise<string[]> => readdir(path).catch(() => []);

export const releaseCheck = (facts: ReleaseFacts): Check => ({
  id: 'release',
  title: 'Parley',
  run: async () => {
    const { version, nodeAbi, installed = '/opt/parley' } = facts;
    const root = (await realPath(facts.root)) ?? facts.root;
    if (dirname(root) !== ((await realPath(join(installed, 'releases'))) ?? ''))
      return pass(`${version}, from ${root}`);
    const name = basename(root);
    const current = await realPath(join(installed, 'current'));
    if (current !== root)
      return warn(
        `${name}, and the service runs ${current === undefined ? 'none' : basename(current)}`,
        'You asked a release that is not the current one: run /usr/local/bin/parley doctor.',
      );
    const builtFor = /-node(\d+)$/.exec(name)?.[1];
    if (builtFor !== undefined && builtFor !== nodeAbi)
      return warn(
        `${name}, built for another Node than this one (${nodeAbi})`,
        'Its native packages may not load: run setup.sh again, it builds them for this Node.',
      );
    const others = (await namesIn(join(installed, 'releases'))).length - 1;
    return pass(others > 0 ? `${name} (${others} more kept)` : name);
  },
});
