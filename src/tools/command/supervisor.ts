// Runs a command so that no process of it outlives the call: not in the background, not as a daemon, not after
// Parley's death. Under systemd's sandbox Parley can use no namespace and no cgroup; a supervisor, a small
// process around each command, does it instead. When its stdin closes, it kills all descendants of the command.

import { type ChildProcess, spawn } from 'node:child_process';
import { Child, childEnvironment } from '../../system/child-process.ts';
import { MAX_OUTPUT_BYTES } from '../tool.ts';
import { supervisorProgram } from './supervisor-program.ts';

const STDERR_TAIL_BYTES = 4096;
const KILL_TIMEOUT_MS = 2000;

interface SupervisedCommand {
  readonly command: readonly string[];
  /** On top of `childEnvironment()`. */
  readonly env: Readonly<Record<string, string>>;
  /** For stdin: one line, without its end. */
  readonly input: string;
  /** How long to wait for the supervisor to kill; it goes on after that. Default: 2000. */
  readonly killTimeoutMs?: number;
}

/**
 * `exit`: with exit code `code`. `signal`: ended by signal number `code`. `not-started`: `code` is the errno.
 * `output-too-long`: it was killed for that, after 16 MB. `unsupported`: the supervisor cannot work here; `stderr` says why.
 * `lost`: the supervisor ended without a result (`code` 127: perl is missing), as it does after an abort.
 */
export interface CommandEnd {
  readonly how: 'exit' | 'signal' | 'not-started' | 'output-too-long' | 'unsupported' | 'lost';
  readonly code: number;
  /** The first 16 KB, and one byte more where there was more. */
  readonly stdout: Buffer;
  /** The last 4 KB, trimmed. */
  readonly stderr: string;
}

/**
 * Resolves when all processes of the command have ended, at the latest `killTimeoutMs` after its end or the abort.
 * Never rejects.
 */
export const runSupervised = (supervised: SupervisedCommand, signal: AbortSignal): Promise<CommandEnd> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const supervisor = new Child('perl', [], {
      spawn: () => spawnSupervisor(supervised),
      stdin: 'pipe',
      onOutput: (chunk) => {
        chunks.push(chunk);
        if (parse(Buffer.concat(chunks)) !== undefined) endSoon();
      },
      onExit: (code, _signal, stderr) => end(lost(code ?? 1, stderr)),
    });
    const end = (otherwise: CommandEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(parse(Buffer.concat(chunks)) ?? otherwise);
    };
    const endSoon = (): void => {
      const timeoutMs = supervised.killTimeoutMs ?? KILL_TIMEOUT_MS;
      timer ??= setTimeout(() => end(lost(1, 'it cannot be killed')), timeoutMs);
    };
    const abort = (): void => {
      supervisor.stdin?.destroy();
      resume(supervisor);
      endSoon();
    };
    supervisor.stdin?.write(`${supervised.input}\n`);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });

const spawnSupervisor = ({ command, env }: SupervisedCommand): ChildProcess =>
  spawn(
    'perl',
    ['-e', supervisorProgram, '--', String(MAX_OUTPUT_BYTES), String(STDERR_TAIL_BYTES), ...command],
    // In a separate session: a signal to Parley's process group must not end it before it has killed.
    { cwd: '/', env: { ...childEnvironment(), ...env }, stdio: 'pipe', detached: true },
  );

/** The command may have stopped its supervisor by SIGSTOP. */
const resume = ({ pid, running }: Child): void => {
  if (pid === undefined || !running) return;
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended.
  }
};

const lost = (code: number, stderr: string): CommandEnd => ({
  how: 'lost',
  code,
  stdout: Buffer.alloc(0),
  stderr,
});

/** The result that the supervisor writes: undefined until it is complete. */
const parse = (result: Buffer): CommandEnd | undefined => {
  const endOfLine = result.indexOf('\n');
  const line = result.subarray(0, Math.max(endOfLine, 0)).toString();
  const [, how, code, stdoutBytes, stderrBytes] =
    /^(exit|signal|not-started|output-too-long|unsupported) (\d+) (\d+) (\d+)$/.exec(line) ?? [];
  const texts = result.subarray(endOfLine + 1);
  if (how === undefined || texts.length < Number(stdoutBytes) + Number(stderrBytes)) return undefined;
  return {
    how: how as CommandEnd['how'],
    code: Number(code),
    stdout: texts.subarray(0, Number(stdoutBytes)),
    stderr: texts.subarray(Number(stdoutBytes)).toString('utf8').trim(),
  };
};
