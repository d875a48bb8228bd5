// The program itself: the version of Node, and the release of Parley.

import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Check, createCheck, fail, pass, warn } from '../check.ts';

/** As package.json has it under "engines". */
export const minNode = [20, 19] as const;

const isTooOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major < minNode[0] || (major === minNode[0] && minor < minNode[1]);
};

/**
 * @param version "v20.19.2"
 * @param path of the binary
 */
export const nodeCheck = (version: string, path: string): Check =>
  createCheck('node', async () => {
    const detail = `${version.slice(1)}, ${path}`;
    const remedy = `Parley needs Node ${minNode.join('.')} or newer: run setup.sh again, which installs one.`;
    return isTooOld(version) ? fail('node-too-old', detail, remedy) : pass('node-supported', detail);
  });

export interface Installation {
  readonly version: string;
  /** The folder of package.json, which contains dist/. */
  readonly root: string;
}

export interface ReleaseFacts extends Installation {
  /** "115": the version that native packages must have been built for. */
  readonly nodeAbi: string;
  /** Where setup.sh installs. */
  readonly installed?: string;
}

const realPath = (path: string): Promise<string> => realpath(path).catch(() => '');

export const releaseCheck = (facts: ReleaseFacts): Check =>
  createCheck('release', async () => {
    const { version, nodeAbi, installed = '/opt/parley' } = facts;
    const root = (await realPath(facts.root)) || facts.root;
    const releases = await realPath(join(installed, 'releases'));
    if (dirname(root) !== releases) return pass('release-not-installed', `${version}, from ${root}`);
    const name = basename(root);
    const current = await realPath(join(installed, 'current'));
    const running = `${name}, and the service runs ${basename(current) || 'none'}`;
    const run = 'This release is not the current one: run /usr/local/bin/parley doctor.';
    if (current !== root) return warn('release-not-current', running, run);
    const builtFor = /-node(\d+)$/.exec(name)?.[1] ?? nodeAbi;
    const other = `${name}, built for another Node than this one (${nodeAbi})`;
    const build = 'Its native packages may not load: run setup.sh again, which builds them for this Node.';
    if (builtFor !== nodeAbi) return warn('release-for-other-node', other, build);
    const others = (await readdir(releases)).length - 1;
    return pass('release-current', others > 0 ? `${name} (${others} more kept)` : name);
  });
