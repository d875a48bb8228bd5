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

const runOnce = async (program: string, args: readonly string[], timeoutMs?: number): Promise<Finished> => {
  const { code, stdout, stderr } = await runCommand(
    program,
    args,
    timeoutMs === undefined ? {} : { timeoutMs },
  );
  return { code, output: stdout, errors: stderr };
};

/** A person's PATH lacks the folder where Debian has iw and others. */
const run: Machine['run'] = async (program, args, limitMs) => {
  const finished = await runOnce(program, args, limitMs);
  return finished.code === 127 ? runOnce(join('/usr/sbin', program), args, limitMs) : finished;
};

/** @param root of the files; a test has its own */
export const createMachine = (root = '/'): Machine => ({
  run,
  text: async (path) => {
    try {
      return (await readFile(join(root, path), 'utf8')).replaceAll('\0', '').trimEnd();
    } catch {
      return undefined;
    }
  },
  names: async (path) => {
    try {
      return (await readdir(join(root, path))).sort();
    } catch {
      return [];
    }
  },
});
