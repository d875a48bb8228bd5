// A machine as a test wants it: real files in a folder, and programs that answer from a table.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createMachine, type Finished, type Machine } from '../../../src/doctor/checks/machine.ts';

export interface MachineOf extends Machine {
  /** Every command that was run, as one line. */
  readonly asked: readonly string[];
  remove(): void;
}

export interface Parts {
  /** By path, from "/" on. */
  readonly files?: Readonly<Record<string, string>>;
  /** What a command line that begins like this prints, or how it ends; all others are not installed. */
  readonly programs?: Readonly<Record<string, string | Finished>>;
}

export const machineOf = ({ files = {}, programs = {} }: Parts): MachineOf => {
  const root = mkdtempSync(join(tmpdir(), 'parley-machine-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const asked: string[] = [];
  const run = (program: string, args: readonly string[]): Promise<Finished> => {
    const command = [program, ...args].join(' ');
    asked.push(command);
    const answer = Object.entries(programs).find(([begin]) => command.startsWith(begin))?.[1];
    if (answer === undefined) return Promise.resolve({ code: 127, output: '', errors: 'not found' });
    return Promise.resolve(typeof answer === 'string' ? { code: 0, output: answer, errors: '' } : answer);
  };
  return {
    ...createMachine(root),
    run,
    asked,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};
