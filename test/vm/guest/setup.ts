// The setup script, as somebody runs it on the machine, and what it has laid down.

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { type Ran, run } from './run.ts';

const CURRENT = '/opt/parley/current';
const RELEASES = '/opt/parley/releases';
/** Under emulation a script of many small programs takes its time. */
const LIMIT_MS = 900_000;

/** The checkouts that the rig has put there. */
export type Checkout = 'checkout' | 'next' | 'broken';

export interface SetupOptions {
  readonly onOutput?: (text: string) => void;
}

export const setup = (
  checkout: Checkout,
  words: readonly string[],
  options: SetupOptions = {},
): Promise<Ran> => run(`/rig/${checkout}/scripts/setup.sh`, words, { limitMs: LIMIT_MS, ...options });

/** The name of the release that runs. */
export const currentRelease = (): string => basename(readlinkSync(CURRENT));

/** The names of all releases, and of whatever else lies among them. */
export const releases = (): string[] => readdirSync(RELEASES).sort();

/** Whether all is there that a release is made of. */
export const isWhole = (name: string): boolean =>
  [
    'dist/parley.js',
    'package.json',
    'node_modules/onoff/package.json',
    'systemd/parley.service',
    'bin/node',
  ].every((file) => existsSync(`${RELEASES}/${name}/${file}`));

/** The system as /rig/manifest.sh tells it, a line a file. */
export const manifest = async (): Promise<Set<string>> => {
  const { output } = await run('/rig/manifest.sh', [], { limitMs: LIMIT_MS });
  return new Set(output.trim().split('\n'));
};

export const manifestBefore = (): Set<string> =>
  new Set(readFileSync('/rig/before.manifest', 'utf8').trim().split('\n'));
