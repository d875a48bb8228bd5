// Child processes: whatever Parley starts ends with Parley. The kernel kills a bound child when its
// parent dies, even by SIGKILL; a child gets our environment without secrets; its end is told exactly
// once, also where the program was never found. An exit code of 127 means "not found", 126 "found, and
// could not be started", as in every shell.

import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Writable } from 'node:stream';
import { errorMessage } from '../core/errors.ts';

/** How much of a child's stderr is kept: its last words are the reason. */
const STDERR_TAIL_BYTES = 4096;
/** How long a child may take to obey SIGTERM. */
const TERM_TIMEOUT_MS = 500;
/** How long the pipes of a dead child may stay open; a grandchild of it may hold them for ever. */
const PIPE_GRACE_MS = 200;

const forChildren = (name: string): boolean =>
  !/^(OPENAI_API_KEY|CREDENTIALS_DIRECTORY|NOTIFY_SOCKET|WATCHDOG_\w+)$|(_KEY|_TOKEN|_SECRET|PASSWORD)$/i.test(
    name,
  );

/** Our environment without secrets, and with messages in the language in which we read them. */
export const childEnvironment = (): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(([name]) => forChildren(name));
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

/** Whether the PATH holds a program of that name. */
export const isInstalled = (program: string): boolean => {
  const { PATH = '' } = process.env;
  return PATH.split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, program)));
};

const isThere = (command: string): boolean =>
  command.includes('/') ? existsSync(command) : isInstalled(command);

/**
 * Wraps a command so that the kernel kills it when Parley dies, even by SIGKILL, and so that it does not
 * hear SIGUSR1: `systemctl kill -s USR1` sends that to every process of a service, and only we take it for a press.
 * Without util-linux's setpriv the command stays as it is.
 */
export const bound = (command: string, args: readonly string[]): { command: string; args: string[] } =>
  isInstalled('setpriv')
    ? {
        command: 'setpriv',
        args: ['--pdeathsig', 'KILL', '--', 'env', '--ignore-signal=USR1', command, ...args],
      }
    : { command, args: [...args] };

/** The end of a child: `code` is null where a signal ended it; `stderrTail` is trimmed. */
export type OnExit = (code: number | null, signal: NodeJS.Signals | null, stderrTail: string) => void;

export interface ChildOptions {
  /** On top of `childEnvironment()`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: ignore. */
  readonly stdin?: 'pipe' | 'ignore';
  /** Gets stdout as it comes; without it stdout is not even opened. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Exactly once, never before the constructor has returned, also after `stop` and `kill`. */
  readonly onExit?: OnExit;
  /** Where a library insists on spawning by itself; it must use `bound` and `childEnvironment`. */
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
  readonly #onExit: OnExit | undefined;
  readonly #exited: Promise<void>;
  #resolveExited: () => void = () => undefined;
  #stderr: Buffer = Buffer.alloc(0);
  #ended = false;
  #termTimer: NodeJS.Timeout | undefined;
  #graceTimer: NodeJS.Timeout | undefined;

  constructor(command: string, args: readonly string[], options: ChildOptions = {}) {
    this.#onExit = options.onExit;
    this.#exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
    if (!isThere(command)) {
      this.#neverLived(127, `${command}: not found`);
      return;
    }
    try {
      this.#process = options.spawn?.() ?? spawnBound(command, args, options);
      this.#watch(this.#process, command, options);
    } catch (error) {
      // Thrown for arguments that no program could be given, a zero byte for one.
      this.#neverLived(126, `${command}: ${errorMessage(error)}`);
    }
  }

  /** Where to write, with `stdin: 'pipe'`; a broken pipe is told by `onExit`, not by the stream. */
  get stdin(): Writable | undefined {
    return this.#process?.stdin ?? undefined;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get running(): boolean {
    return !this.#ended;
  }

  /** SIGTERM, then SIGKILL after half a second; resolves when the child is gone. */
  stop(): Promise<void> {
    if (!this.#ended && this.#termTimer === undefined) {
      this.#process?.kill('SIGTERM');
      this.#termTimer = setTimeout(() => this.#process?.kill('SIGKILL'), TERM_TIMEOUT_MS);
    }
    return this.#exited;
  }

  /** SIGKILL, now; resolves when the child is gone. */
  kill(): Promise<void> {
    if (!this.#ended) this.#process?.kill('SIGKILL');
    return this.#exited;
  }

  #watch(child: ChildProcess, command: string, options: ChildOptions): void {
    for (const stream of [child.stdin, child.stdout, child.stderr]) {
      // A stream of a child fails because the child is gone, and that is told once, by its exit.
      stream?.on('error', () => undefined);
    }
    child.stderr?.on('data', (chunk: Buffer) => this.#note(chunk));
    if (options.onOutput !== undefined) child.stdout?.on('data', options.onOutput);
    child.on('error', (error: NodeJS.ErrnoException) => {
      // Also told for a signal that could not be sent; only a child without a pid never lived.
      if (child.pid !== undefined) return;
      this.#note(Buffer.from(`${command}: ${error.message}`));
      this.#end(error.code === 'ENOENT' ? 127 : 126, null);
    });
    child.on('exit', (code, signal) => {
      this.#graceTimer = setTimeout(() => this.#end(code, signal), PIPE_GRACE_MS);
    });
    child.on('close', (code, signal) => this.#end(code, signal));
  }

  #neverLived(code: number, reason: string): void {
    this.#note(Buffer.from(reason));
    setImmediate(() => this.#end(code, null));
  }

  #note(words: Buffer): void {
    this.#stderr = Buffer.concat([this.#stderr, words]).subarray(-STDERR_TAIL_BYTES);
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#termTimer);
    clearTimeout(this.#graceTimer);
    // Where a grandchild holds them still, its words are not the child's.
    this.#process?.stdout?.destroy();
    this.#process?.stderr?.destroy();
    this.#resolveExited();
    this.#onExit?.(code, signal, this.#stderr.toString('utf8').trim());
  }
}
