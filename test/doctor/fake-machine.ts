// A machine of a test: real files in a folder, and programs whose output is given.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Check, Finding } from '../../src/doctor/check.ts';
import { createMachine, type Finished, type Machine } from '../../src/doctor/checks/machine.ts';

export interface FakeMachine extends Machine {
  /** Every command that was run, as one line. */
  readonly commands: readonly string[];
  remove(): void;
}

export interface Parts {
  /** By path, from "/" on. */
  readonly files?: Readonly<Record<string, string>>;
  /** Output or result of each command line that begins with the key; all other programs are missing. */
  readonly programs?: Readonly<Record<string, string | Finished>>;
}

export const createFakeMachine = ({ files = {}, programs = {} }: Parts): FakeMachine => {
  const root = mkdtempSync(join(tmpdir(), 'parley-machine-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const commands: string[] = [];
  const run = (program: string, args: readonly string[]): Promise<Finished> => {
    const command = [program, ...args].join(' ');
    commands.push(command);
    const result = Object.entries(programs).find(([begin]) => command.startsWith(begin))?.[1];
    if (result === undefined) return Promise.resolve({ code: 127, stdout: '', stderr: 'not found' });
    return Promise.resolve(typeof result === 'string' ? { code: 0, stdout: result, stderr: '' } : result);
  };
  return {
    ...createMachine(root),
    run,
    commands,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};

/** What a check finds on such a machine. */
export const findingOn = async (
  parts: Parts,
  create: (machine: Machine) => Check | Promise<Check>,
): Promise<Finding> => {
  const machine = createFakeMachine(parts);
  try {
    return await (await create(machine)).run();
  } finally {
    machine.remove();
  }
};
