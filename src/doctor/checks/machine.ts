// What the checks see of the machine: its small files and its programs. Nothing here throws: what is missing or
// may not be read is undefined or an exit code, because no machine has all of it.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandResult, runCommand } from '../../system/child-process.ts';

/** The code is 127 where the program is missing, null where a signal or the time limit ended it. */
export type Finished = Pick<CommandResult, 'code' | 'stdout' | 'stderr'>;

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
  const result = await runCommand(program, args, options);
  // A person's PATH lacks the folder where Debian has iw and others.
  return result.code === 127 ? runCommand(join('/usr/sbin', program), args, options) : result;
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
