// The gaps that the PulseAudio servers of a test report: on a busy machine a program comes too late to
// give or take its samples in time. Such a gap is caused by the machine, not by what is tested.

import { existsSync, readFileSync } from 'node:fs';

/** As PulseAudio 14 to 17 log it: a stream that ran dry goes on; a recorder that did not read in time. */
const GAP = /Requesting rewind due to end of underrun|Failed to push data into output queue/;

const logs = new Set<string>();
const taken = new Map<string, number>();
let gaps: string[] = [];

const read = (log: string): void => {
  if (!existsSync(log)) return;
  const lines = readFileSync(log, 'utf8').split('\n');
  gaps.push(...lines.slice(taken.get(log) ?? 0).filter((line) => GAP.test(line)));
  taken.set(log, lines.length - 1);
};

/** @param log the log file of a server that starts; lines of level debug */
export const watchGaps = (log: string): void => {
  logs.add(log);
};

/** To be called before the log of a server is removed. */
export const unwatchGaps = (log: string): void => {
  read(log);
  logs.delete(log);
  taken.delete(log);
};

/** The log lines of all gaps since the last call. */
export const takeGaps = (): string[] => {
  for (const log of logs) read(log);
  const found = gaps;
  gaps = [];
  return found;
};
