// What the checks see of the machine: its small files and its programs. Nothing here throws: what is missing or
// may not be read is undefined or an exit code, because no machine has all of it.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../system/child-process.ts';

export interface Finished {
  /** 127 where the program is missing, null where a signal or the time limit ended it. */
  readonly code: number | null;
  /** At most 1 MB of it. */
  readonly output: string;
  /** The end of stderr, trimmed. */
  readonly errors: string;
}

export interface Machine {
  /** Runs a program that ends by itself; one that does not, within five seconds by default, is killed. */
  run(program: string, args: readonly string[], limitMs?: number): Promise<Finished>;
  /** The text of a file such as /proc/meminfo, without NULs and trailing white space. */
  text(path: string): Promise<string | undefined>;
  /** The names in a folder, sorted; none where there is no such folder. */
  names(path: string): Promise<string[]>;
}

const run: Machine['run'] = async (program, args, limitMs) => {
  const options = limitMs === undefined ? {} : { timeoutMs: limitMs };
  let result = await runCommand(program, args, options);
  // A person's PATH lacks the folder where Debian has iw and others.
  if (result.code === 127) result = await runCommand(join('/usr/sbin', program), args, options);
  return { code: result.code, output: result.stdout, errors: result.stderr };
};

/** @param root of the files; a test has its own */
export const createMachine = (root = '/'): Machine => ({
  run,
  text: async (path) => {
    const text = await readFile(join(root, path), 'utf8').catch(() => undefined);
    return text?.replaceAll('\0', '').trimEnd();
  },
  names: async (path) => (await readdir(join(root, path)).catch(() => [])).sort(),
});
