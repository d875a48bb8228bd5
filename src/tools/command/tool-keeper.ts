// Runs a command such that nothing of it outlives the call: not in the background, not as a daemon, not by
// Parley's death. No namespace and no cgroup is ours to use under systemd's walls, so a keeper (a process of
// its own, see its program) does it. Its stdin is the life line: when that closes, the family is killed.

import { spawn } from 'node:child_process';
import { Child, childEnvironment } from '../../system/child-process.ts';
import { keeperProgram } from './tool-keeper-program.ts';

/** Of stderr: its last words are the reason. */
const STDERR_TAIL_BYTES = 4096;
/** How long the keeper may take to kill; it goes on after that, and nobody waits for it. */
const KILL_TIMEOUT_MS = 2000;

export interface KeptCommand {
  readonly command: readonly string[];
  /** On top of `childEnvironment()`. */
  readonly env: Readonly<Record<string, string>>;
  /** One line, without its end. */
  readonly input: string;
  /** Whoever writes more to stdout is killed. */
  readonly outputLimitBytes: number;
}

/**
 * How it ended. `failed`: never started, `code` is the errno. `flood`: it wrote too much. `unable`: the keeper
 * cannot work here. `lost`: the keeper ended without a word (127: there is no perl), as it does when cancelled.
 */
export interface KeptEnd {
  readonly how: 'exit' | 'signal' | 'failed' | 'flood' | 'unable' | 'lost';
  readonly code: number;
  readonly output: Buffer;
  readonly lastWords: string;
}

/** Resolves when all of it is gone, two seconds after its end or the abort at the latest; never rejects. */
export const keep = (kept: KeptCommand, signal: AbortSignal): Promise<KeptEnd> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const keeper = new Child('perl', [], {
      spawn: () => spawnKeeper(kept),
      stdin: 'pipe',
      onOutput: (chunk) => {
        chunks.push(chunk);
        if (parse(Buffer.concat(chunks)) !== undefined) endSoon();
      },
      onExit: (code, _, stderrTail) => end(lost(code ?? 1, stderrTail)),
    });
    const end = (otherwise: KeptEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(parse(Buffer.concat(chunks)) ?? otherwise);
    };
    const endSoon = (): void => {
      timer ??= setTimeout(() => end(lost(1, 'it cannot be killed')), KILL_TIMEOUT_MS);
    };
    const abort = (): void => {
      (keeper.stdin as { destroy?: () => void } | undefined)?.destroy?.();
      wake(keeper);
      endSoon();
    };
    keeper.stdin?.write(`${kept.input}\n`);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });

const spawnKeeper = ({ command, env, outputLimitBytes }: KeptCommand): ReturnType<typeof spawn> =>
  spawn(
    'perl',
    ['-e', keeperProgram, '--', String(outputLimitBytes), String(STDERR_TAIL_BYTES), ...command],
    // In a session of its own: whoever kills our group with us must not take it, for it has killing to do.
    { cwd: '/', env: { ...childEnvironment(), ...env }, stdio: 'pipe', detached: true },
  );

/** A tool may have halted its keeper. */
const wake = ({ pid, running }: Child): void => {
  if (pid === undefined || !running) return;
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // Gone meanwhile.
  }
};

const lost = (code: number, lastWords: string): KeptEnd => ({
  how: 'lost',
  code,
  output: Buffer.alloc(0),
  lastWords,
});

/** What the keeper has told, when that is complete. */
const parse = (told: Buffer): KeptEnd | undefined => {
  const endOfLine = told.indexOf('\n');
  const line = told.subarray(0, Math.max(endOfLine, 0)).toString();
  const [, how, code, length, errLength] =
    /^(exit|signal|failed|flood|unable) (\d+) (\d+) (\d+)$/.exec(line) ?? [];
  const texts = told.subarray(endOfLine + 1);
  if (how === undefined || texts.length < Number(length) + Number(errLength)) return undefined;
  return {
    how: how as KeptEnd['how'],
    code: Number(code),
    output: texts.subarray(0, Number(length)),
    lastWords: texts.subarray(Number(length)).toString('utf8').trim(),
  };
};
