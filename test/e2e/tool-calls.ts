// What the end-to-end tests of tools share: tools that are scripts, calls of the parrot, and what became of them.

import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { CallTrigger } from '../../src/parrot/responses/triggers.ts';
import { type RunningOptions, type RunningParley, startParley } from './running-parley.ts';

let folder = '';
const running: RunningParley[] = [];

/** To be called once per test file: removes after each test what the functions below have made. */
export const cleanUpAfterEach = (): void => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-tools-'));
  });
  afterEach(async () => {
    for (const parley of running.splice(0)) await parley.stop();
    rmSync(folder, { recursive: true, force: true });
  });
};

/** In TOML, a tool of that name whose program is this bash script. */
export const tool = (name: string, script: string, more = ''): string => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/bash\n${script}\n`);
  chmodSync(path, 0o755);
  return `[[tool]]\nname = "${name}"\ndescription = "Does it."\ncommand = ["${path}"]\n${more}\n`;
};

export const call = (name: string, args: object | string = {}) => ({
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
});

/** To an open microphone. */
export const startListening = async (options: RunningOptions): Promise<RunningParley> => {
  const parley = await startParley(options);
  running.push(parley);
  parley.daemon.press();
  await parley.daemon.untilPhase('listening');
  return parley;
};

/** With a parrot that makes these calls. */
export const startWithCalls = (
  calls: readonly CallTrigger[],
  options: RunningOptions = {},
): Promise<RunningParley> => startListening({ ...options, parrot: { calls } });

/** The ids of the calls that were made, and of those that were answered. */
export const callIds = ({ wire }: RunningParley): { made: string[]; answered: string[] } => {
  const ids = (direction: string, type: string): string[] =>
    wire
      .filter((line) => line.direction === direction && line.type === type)
      .flatMap(({ callId = [] }) => callId)
      .sort();
  return {
    made: ids('out', 'response.function_call_arguments.done'),
    answered: ids('in', 'conversation.item.create'),
  };
};

/** What the log says was said, as JSON. */
export const transcripts = ({ daemon }: RunningParley): string =>
  JSON.stringify(daemon.records().filter(({ msg }) => msg === 'Said'));

/** The running processes, other than this one, whose arguments contain `mark`. */
export const processesMarked = (mark: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => {
      try {
        const isZombie = / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
        return !isZombie && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
      } catch {
        return false;
      }
    });
