// Code of ours as a user whom file permissions stop, which root's they do not. It runs in a process of its own:
// Debian's Node refuses process.seteuid.

import { execFileSync } from 'node:child_process';
import { buildSync } from 'esbuild';

const NOBODY = 65_534;

/**
 * Runs an ES module in TypeScript, and returns what it prints. Its imports start at the root of the repository, its
 * arguments are in process.argv from 2 on. Where the tests do not run as root, the user stays the same.
 */
export const runUnprivileged = (source: string, ...args: string[]): string => {
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  const user = process.geteuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  return execFileSync(process.execPath, ['--input-type=module', '-', ...args], {
    input: outputFiles[0]?.text ?? '',
    encoding: 'utf8',
    cwd: '/',
    ...user,
  });
};
