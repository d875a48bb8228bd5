// The setup script, run on the machine, and the files that it installs.

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { type Ran, run } from './run.ts';

const CURRENT = '/opt/parley/current';
const RELEASES = '/opt/parley/releases';
/** Under emulation a script of many small programs is slow. */
const LIMIT_MS = 900_000;

/** The checkouts in the image; see make_checkouts in image.sh. */
export type Checkout = 'checkout' | 'next' | 'broken';

export interface SetupOptions {
  readonly onOutput?: (text: string) => void;
}

export const setup = (
  checkout: Checkout,
  words: readonly string[],
  options: SetupOptions = {},
): Promise<Ran> => run(`/rig/${checkout}/scripts/setup.sh`, words, { limitMs: LIMIT_MS, ...options });

/** The name of the current release. */
export const currentRelease = (): string => basename(readlinkSync(CURRENT));

/** The names of everything in the folder of releases. */
export const releases = (): string[] => readdirSync(RELEASES).sort();

/** Whether the release has all its parts. */
export const isComplete = (name: string): boolean =>
  [
    'dist/parley.js',
    'package.json',
    'node_modules/onoff/package.json',
    'systemd/parley.service',
    'bin/node',
  ].every((file) => existsSync(`${RELEASES}/${name}/${file}`));

/** Every file of the system, one line each, as /rig/manifest.sh prints it. */
export const manifest = async (): Promise<Set<string>> => {
  const { output } = await run('/rig/manifest.sh', [], { limitMs: LIMIT_MS });
  return new Set(output.trim().split('\n'));
};

export const manifestBefore = (): Set<string> =>
  new Set(readFileSync('/rig/before.manifest', 'utf8').trim().split('\n'));
