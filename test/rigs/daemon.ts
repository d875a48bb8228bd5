// The real program, started as the service manager starts it, and read through its log.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Phase } from '../../src/core/conversation.ts';
import { parleyProgram } from './build.ts';
import { until } from './until.ts';

export interface LogRecord {
  readonly level: string;
  readonly msg: string;
  readonly phase?: Phase;
  readonly reason?: string;
  readonly turn?: number;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Program {
  readonly pid: number;
  readonly output: () => string;
  readonly errors: () => string;
  readonly records: () => readonly LogRecord[];
  readonly ended: Promise<Ended>;
  readonly process: ChildProcess;
  /** Resolves when the phase was entered `times` times since the program began. */
  untilPhase(phase: Phase, times?: number): Promise<void>;
  untilLine(found: (record: LogRecord) => boolean, what: string): Promise<LogRecord>;
  press(): void;
  kill(signal: NodeJS.Signals): Promise<Ended>;
}

export type Environment = Readonly<Record<string, string>>;

/** `parley` with these words. Its environment is only what is given, and PATH. */
export const startProgram = (words: readonly string[], env: Environment = {}): Program => {
  const child = spawn(process.execPath, [parleyProgram, ...words], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  const parsed: LogRecord[] = [];
  let parsedLength = 0;
  /** Each line is parsed once: the records are asked for again and again while a test waits. */
  const records = (): readonly LogRecord[] => {
    const end = output.lastIndexOf('\n') + 1;
    const lines = output.slice(parsedLength, end).split('\n');
    parsed.push(...lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)));
    parsedLength = end;
    return parsed;
  };
  const untilLine = async (found: (record: LogRecord) => boolean, what: string): Promise<LogRecord> => {
    try {
      await until(() => records().some(found), what);
    } catch (error) {
      throw new Error(`${String(error)}; the program said:\n${output}${errors}`);
    }
    return records().find(found) ?? { level: '', msg: '' };
  };
  return {
    pid: child.pid ?? 0,
    process: child,
    output: () => output,
    errors: () => errors,
    records,
    ended,
    untilLine,
    untilPhase: async (phase, times = 1) => {
      const entered = (): number => records().filter((record) => record.phase === phase).length;
      await untilLine(() => entered() >= times, `phase ${phase}, entry ${times}`);
    },
    press: () => child.kill('SIGUSR1'),
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
};

export interface Daemon extends Program {
  remove(): Promise<void>;
}

/** `parley run` with this configuration; ready when it is idle. */
export const startDaemonProgram = async (toml: string, env: Environment = {}): Promise<Daemon> => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-daemon-'));
  const file = join(folder, 'parley.toml');
  writeFileSync(file, toml);
  const program = startProgram(['run', '--config', file], env);
  const remove = async (): Promise<void> => {
    await program.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await program.untilPhase('idle');
  } catch (error) {
    await remove();
    throw error;
  }
  return { ...program, remove };
};

export const withoutPins = '[button]\nbackend = "none"\n[light]\nbackend = "none"\n';
