// The worst that can happen to a process, and to its disk: neither loses a timer that was set.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildChild } from './child.ts';
import { makeFolder, removeFolder, storedIn } from './state.ts';

const folder = makeFolder();
let program: string;
beforeAll(async () => {
  program = await buildChild(folder);
});
afterAll(() => removeFolder(folder));

const freshFolder = (name: string): string => {
  const fresh = join(folder, name);
  mkdirSync(fresh);
  return fresh;
};

/** Ids that were set for certain, and not about to go. */
const certainIn = (told: string): string[] => {
  const lines = told.split('\n');
  const gone = new Set(lines.filter((line) => line.startsWith('cancel ')).map((line) => line.slice(7)));
  return lines
    .filter((line) => line.startsWith('set '))
    .map((line) => line.slice(4))
    .filter((id) => !gone.has(id));
};

const killAfter = async (state: string, ms: number): Promise<string> => {
  const child = spawn(process.execPath, [program, 'busy', state], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told = text(child.stdout);
  await once(child.stdout, 'readable');
  await delay(ms);
  child.kill('SIGKILL');
  return told;
};

it('a process that is killed at any moment has lost no timer that it called set', async () => {
  let most = 0;
  for (let n = 0; n < 25; n += 1) {
    const state = freshFolder(`killed-${n}`);
    const certain = certainIn(await killAfter(state, Math.random() * 60));
    const stored = new Set(storedIn(state).map(({ id }) => id));
    expect(certain.filter((id) => !stored.has(id))).toEqual([]);
    most = Math.max(most, certain.length);
  }
  // Else it proved nothing.
  expect(most).toBeGreaterThan(5);
});

interface Filled {
  readonly error: string;
  readonly cancelError?: string;
  readonly confirmed: string[];
  readonly listed: string[];
  readonly names: string[];
  readonly stored: string[];
}

const expectWhole = ({ confirmed, listed, names, stored }: Filled, withoutFirst: boolean): void => {
  expect(confirmed.length).toBeGreaterThan(10);
  const kept = withoutFirst ? confirmed.slice(1) : confirmed;
  expect([listed, stored, names]).toEqual([kept, kept, ['timers.json']]);
};

const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

describe('a disk that is full', () => {
  // A file system of its own, seen by the child alone.
  it.skipIf(!canMount)('leaves what was set, and says so', () => {
    const state = freshFolder('small');
    const script = 'mount -t tmpfs -o size=40k tmpfs "$3" && exec "$0" "$1" "$2" "$3"';
    const told = execFileSync('unshare', [
      '-m',
      'sh',
      '-c',
      script,
      process.execPath,
      program,
      'fill',
      state,
    ]);
    const filled: Filled = JSON.parse(told.toString());
    expect(filled.error).toBe(
      'The timer could not be stored: the disk is full (ENOSPC). Free some space on it, then try again. It is not set.',
    );
    expectWhole(filled, filled.cancelError === undefined);
    expect(existsSync(join(state, 'timers.json'))).toBe(false);
  });

  it.skipIf(!existsSync('/usr/bin/prlimit'))('or takes no larger file, is the same', () => {
    const state = freshFolder('limited');
    const told = execFileSync('prlimit', ['--fsize=8192', process.execPath, program, 'fill', state]);
    const filled: Filled = JSON.parse(told.toString());
    expect(filled.error).toMatch(/^The timer could not be stored: .*EFBIG.* It is not set\.$/);
    // One timer less fits.
    expect(filled.cancelError).toBeUndefined();
    expectWhole(filled, true);
    expect(storedIn(state)).toHaveLength(filled.stored.length);
  });
});
