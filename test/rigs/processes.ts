// Which processes run, as the kernel lists them.

import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly state: string;
}

const read = (pid: number): Process | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, name = '', rest = ''] = /\((.*)\) (.*)/.exec(stat) ?? [];
    const [state = '', parent = ''] = rest.split(' ');
    return { pid, parent: Number(parent), name, state };
  } catch {
    // Ended after it was listed.
    return undefined;
  }
};

/** Running, and not a zombie. */
export const isAlive = (pid: number): boolean => {
  const process = read(pid);
  return process !== undefined && process.state !== 'Z';
};

/** Stopped by SIGSTOP. */
export const isHalted = (pid: number): boolean => read(pid)?.state === 'T';

/** Of its program, 15 letters at most. */
export const nameOf = (pid: number): string | undefined => read(pid)?.name;

/** The running children of this process that have that name (15 letters at most). */
export const childrenNamed = (name: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => read(Number(entry)))
    .filter((child) => child?.parent === process.pid && child.name === name && child.state !== 'Z')
    .map((child) => child?.pid ?? 0);

/** The running children of that process. */
export const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => read(Number(entry)))
    .filter((child) => child?.parent === parent && child.state !== 'Z')
    .map((child) => child?.pid ?? 0);
