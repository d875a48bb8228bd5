// A process that is killed, and a disk that is full: neither loses a timer that was set.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
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

/** The ids that were set for certain, without those whose cancel had begun. */
const certainIn = (output: string): string[] => {
  const lines = output.split('\n');
  const cancelled = new Set(lines.filter((line) => line.startsWith('cancel ')).map((line) => line.slice(7)));
  return lines
    .filter((line) => line.startsWith('set '))
    .map((line) => line.slice(4))
    .filter((id) => !cancelled.has(id));
};

/** @returns all that the process has printed */
const killAfterLines = async (state: string, lines: number): Promise<string> => {
  const child = spawn(process.execPath, [program, 'busy', state], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split('\n').length > lines) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return output;
};

it('a process that is killed at any moment loses no timer that was set', async () => {
  for (let n = 0; n < 15; n += 1) {
    const state = freshFolder(`killed-${n}`);
    // Ten sets, and then sets and cancels in turn.
    const certain = certainIn(await killAfterLines(state, 1 + n * 3));
    const stored = new Set(storedIn(state).map(({ id }) => id));
    expect(certain.length).toBeGreaterThan(0);
    expect(certain.filter((id) => !stored.has(id))).toEqual([]);
  }
});

interface FoundError {
  readonly code: string;
  readonly message: string;
}

interface Filled {
  readonly error: FoundError;
  readonly cancelError?: FoundError;
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
  // A file system that only the child sees.
  it.skipIf(!canMount)('keeps what was set, and says so', () => {
    const state = freshFolder('small');
    const script = 'mount -t tmpfs -o size=40k tmpfs "$3" && exec "$0" "$1" "$2" "$3"';
    const output = execFileSync('unshare', [
      '-m',
      'sh',
      '-c',
      script,
      process.execPath,
      program,
      'fill',
      state,
    ]);
    const filled: Filled = JSON.parse(output.toString());
    expect(filled.error).toEqual({
      code: 'timers-not-stored',
      message: expect.stringMatching(/\(ENOSPC\).* It is not set\.$/),
    });
    expectWhole(filled, filled.cancelError === undefined);
    expect(existsSync(join(state, 'timers.json'))).toBe(false);
  });

  it.skipIf(!existsSync('/usr/bin/prlimit'))('or a limit on the size of files does the same', () => {
    const state = freshFolder('limited');
    const output = execFileSync('prlimit', ['--fsize=8192', process.execPath, program, 'fill', state]);
    const filled: Filled = JSON.parse(output.toString());
    expect(filled.error).toEqual({
      code: 'timers-not-stored',
      message: expect.stringMatching(/EFBIG.* It is not set\.$/),
    });
    // One timer less fits.
    expect(filled.cancelError).toBeUndefined();
    expectWhole(filled, true);
    expect(storedIn(state)).toHaveLength(filled.stored.length);
  });
});
