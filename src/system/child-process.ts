// Child processes. Every child ends with Parley: the kernel kills a bound child when its parent dies, even by
// SIGKILL. A child gets Parley's environment without secrets. Its end is reported exactly once, also where the
// program is missing. As in every shell, exit code 127 means "not found" and 126 "found, and cannot be started".

import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Writable } from 'node:stream';
import { errorMessage, oneLine } from '../core/errors.ts';
import { isSecretName } from '../core/secret-names.ts';

/** How much of a child's stderr is kept: the end of it says why the child failed. */
const STDERR_TAIL_BYTES = 4096;
/** Time that a child has to end after SIGTERM. */
const TERM_TIMEOUT_MS = 500;
/** Time that the pipes of an ended child may stay open: a grandchild may never close them. */
const PIPE_GRACE_MS = 200;
const COMMAND_TIMEOUT_MS = 5000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** Variables of the service manager that are for Parley alone. */
const ownVariable = /^(CREDENTIALS_DIRECTORY|NOTIFY_SOCKET|WATCHDOG_\w+)$/;

/** Parley's environment without secrets, and with messages in English, which Parley reads. */
export const childEnvironment = (): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(([name]) => !isSecretName(name) && !ownVariable.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
};

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Whether there is a program of that path or, in the PATH, of that name. */
export const isInstalled = (program: string): boolean => {
  if (program.includes('/')) return existsSync(program);
  const { PATH = '' } = process.env;
  return PATH.split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, program)));
};

/**
 * Wraps a command so that the kernel kills it when Parley dies, even by SIGKILL, and so that it ignores SIGUSR1:
 * `systemctl kill -s USR1` sends that to every process of a service, and it is a press for Parley alone.
 * Without util-linux's setpriv the command is not wrapped.
 */
export const bound = (command: string, args: readonly string[]): { command: string; args: string[] } =>
  isInstalled('setpriv')
    ? {
        command: 'setpriv',
        args: ['--pdeathsig', 'KILL', '--', 'env', '--ignore-signal=USR1', command, ...args],
      }
    : { command, args: [...args] };

/** How a child has ended. */
export interface ChildEnd {
  /** The exit code; null where a signal ended the child. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last 4 KB, trimmed. */
  readonly stderr: string;
}

const MAX_LINE_CHARACTERS = 200;

/** The last line of what a program wrote to stderr, for a sentence: programs end with the reason. */
export const lastLine = (stderr: string): string =>
  oneLine(stderr.trim().split('\n').at(-1) ?? '', MAX_LINE_CHARACTERS);

export interface ChildOptions {
  /** On top of `childEnvironment()`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: ignore. */
  readonly stdin?: 'pipe' | 'ignore';
  /** Gets stdout as it comes; without it stdout is not opened. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Called exactly once, also after `stop` and `kill`; never before the constructor has returned. */
  readonly onExit?: (code: number | null, signal: NodeJS.Signals | null, stderr: string) => void;
  /** For a library that spawns by itself; it must use `bound` and `childEnvironment`. */
  readonly spawn?: () => ChildProcess;
}

const spawnBound = (command: string, args: readonly string[], options: ChildOptions): ChildProcess => {
  const wrapped = bound(command, args);
  return spawn(wrapped.command, wrapped.args, {
    env: { ...childEnvironment(), ...options.env },
    stdio: [options.stdin ?? 'ignore', options.onOutput === undefined ? 'ignore' : 'pipe', 'pipe'],
  });
};

export class Child {
  readonly #process: ChildProcess | undefined;
  readonly #onExit: ChildOptions['onExit'];
  #resolveExited: () => void = () => undefined;
  readonly #exited = new Promise<void>((resolve) => {
    this.#resolveExited = resolve;
  });
  #stderr: Buffer = Buffer.alloc(0);
  #ended = false;
  #termTimer: NodeJS.Timeout | undefined;
  #graceTimer: NodeJS.Timeout | undefined;

  constructor(command: string, args: readonly string[], options: ChildOptions = {}) {
    this.#onExit = options.onExit;
    if (!isInstalled(command)) {
      this.#failToStart(127, `${command}: not found`);
      return;
    }
    try {
      this.#process = options.spawn?.() ?? spawnBound(command, args, options);
      this.#watch(this.#process, command, options);
    } catch (error) {
      // Thrown for arguments that no program can get, such as one with a zero byte.
      this.#failToStart(126, `${command}: ${errorMessage(error)}`);
    }
  }

  /** With `stdin: 'pipe'`. A broken pipe is reported by `onExit`, not by the stream. */
  get stdin(): Writable | undefined {
    return this.#process?.stdin ?? undefined;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get running(): boolean {
    return !this.#ended;
  }

  /** SIGTERM, then SIGKILL after half a second; resolves when the child has ended. */
  stop(): Promise<void> {
    if (!this.#ended && this.#termTimer === undefined) {
      this.#process?.kill('SIGTERM');
      this.#termTimer = setTimeout(() => this.#process?.kill('SIGKILL'), TERM_TIMEOUT_MS);
    }
    return this.#exited;
  }

  /** SIGKILL, now; resolves when the child has ended. */
  kill(): Promise<void> {
    if (!this.#ended) this.#process?.kill('SIGKILL');
    return this.#exited;
  }

  #watch(child: ChildProcess, command: string, options: ChildOptions): void {
    for (const stream of [child.stdin, child.stdout, child.stderr]) {
      // A stream fails because the child has ended, and `onExit` reports that.
      stream?.on('error', () => undefined);
    }
    child.stderr?.on('data', (chunk: Buffer) => this.#addStderr(chunk));
    if (options.onOutput !== undefined) child.stdout?.on('data', options.onOutput);
    child.on('error', (error: NodeJS.ErrnoException) => {
      // Also emitted for a signal that could not be sent; only a child without a pid was never started.
      if (child.pid !== undefined) return;
      this.#addStderr(Buffer.from(`${command}: ${error.message}`));
      this.#end(error.code === 'ENOENT' ? 127 : 126, null);
    });
    child.on('exit', (code, signal) => {
      this.#graceTimer = setTimeout(() => this.#end(code, signal), PIPE_GRACE_MS);
    });
    child.on('close', (code, signal) => this.#end(code, signal));
  }

  #failToStart(code: number, reason: string): void {
    this.#addStderr(Buffer.from(reason));
    setImmediate(() => this.#end(code, null));
  }

  #addStderr(chunk: Buffer): void {
    this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-STDERR_TAIL_BYTES);
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#termTimer);
    clearTimeout(this.#graceTimer);
    // A grandchild may still hold them, and its output is not the child's.
    this.#process?.stdout?.destroy();
    this.#process?.stderr?.destroy();
    this.#resolveExited();
    this.#onExit?.(code, signal, this.#stderr.toString('utf8').trim());
  }
}

export interface CommandOptions {
  /** On top of `childEnvironment()`. */
  readonly env?: Readonly<Record<string, string>>;
  /** When to kill the command. Default: 5000. */
  readonly timeoutMs?: number;
  /** Kills the command when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

export interface CommandResult extends ChildEnd {
  /** At most the first megabyte. */
  readonly stdout: string;
  /** Why there is no exit code of the command's own. */
  readonly failure: 'missing' | 'timed-out' | 'aborted' | undefined;
}

/** Runs a program that ends by itself, and collects its output. Never rejects; no process is left when it resolves. */
export const runCommand = (
  command: string,
  args: readonly string[],
  { env = {}, timeoutMs = COMMAND_TIMEOUT_MS, signal }: CommandOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let roomBytes = MAX_OUTPUT_BYTES;
    let failure: CommandResult['failure'];
    const child = new Child(command, args, {
      env,
      onOutput: (chunk) => {
        chunks.push(chunk.subarray(0, roomBytes));
        roomBytes = Math.max(0, roomBytes - chunk.length);
      },
      onExit: (code, endedBy, stderr) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        if (code === 127) failure ??= 'missing';
        resolve({ code, signal: endedBy, stdout: Buffer.concat(chunks).toString('utf8'), stderr, failure });
      },
    });
    const kill = (why: CommandResult['failure']): void => {
      failure ??= why;
      void child.kill();
    };
    const timer = setTimeout(() => kill('timed-out'), timeoutMs);
    const abort = (): void => kill('aborted');
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
  });
