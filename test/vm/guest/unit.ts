// parley.service, as systemd reports it.

import { readFileSync } from 'node:fs';
import { isAlive, nameOf } from '../../rigs/processes.ts';
import { outputOf, run } from './run.ts';
import { waitFor } from './wait-for.ts';

const UNIT = 'parley.service';
const CGROUP = `/sys/fs/cgroup/system.slice/${UNIT}/cgroup.procs`;

export const systemctl = (...words: readonly string[]): Promise<string> => outputOf('systemctl', words);

/** One property of the unit, as `systemctl show` prints it. */
export const property = async (name: string): Promise<string> =>
  (await systemctl('show', '--value', `--property=${name}`, UNIT)).trim();

export const mainPid = async (): Promise<number> => Number(await property('MainPID'));

/** The status line that Parley sends to systemd. */
export const statusText = (): Promise<string> => property('StatusText');

/** What `systemctl status` prints; it ends with 3 for a unit that is not active. */
export const statusPage = async (): Promise<string> =>
  (await run('systemctl', ['status', '--no-pager', '--full', UNIT])).output;

/** The processes in the unit's cgroup. */
export const processes = (): number[] => {
  try {
    return readFileSync(CGROUP, 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    // A unit that has ended has no cgroup.
    return [];
  }
};

export interface ChildProcess {
  readonly pid: number;
  readonly name: string;
}

/** All processes of the unit but its main process and the short-lived ones that notify systemd. */
export const children = async (): Promise<ChildProcess[]> => {
  const main = await mainPid();
  return processes()
    .filter((pid) => pid !== main && isAlive(pid))
    .map((pid) => ({ pid, name: nameOf(pid) ?? '' }))
    .filter(({ name }) => !['', 'systemd-notify', 'setpriv', 'env'].includes(name));
};

/** Resolves when it is active, which with Type=notify means that it has sent READY. */
export const untilActive = (): Promise<void> =>
  waitFor(async () => (await property('ActiveState')) === 'active', `${UNIT} to be active`);

/** Milliseconds from the start of its process to READY. */
export const startMs = async (): Promise<number> => {
  const started = Number(await property('ExecMainStartTimestampMonotonic'));
  const ready = Number(await property('ActiveEnterTimestampMonotonic'));
  return (ready - started) / 1000;
};
