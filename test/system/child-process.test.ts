import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  bound,
  Child,
  type ChildOptions,
  childEnvironment,
  runCommand,
} from '../../src/system/child-process.ts';
import { isAlive, isHalted, nameOf } from '../rigs/processes.ts';
import { until } from '../rigs/until.ts';

interface End {
  readonly child: Child;
  readonly ends: (readonly [number | null, NodeJS.Signals | null, string])[];
  readonly ended: Promise<void>;
}

const run = (command: string, args: readonly string[], options: ChildOptions = {}): End => {
  const ends: [number | null, NodeJS.Signals | null, string][] = [];
  let resolveEnded = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    resolveEnded = resolve;
  });
  const child = new Child(command, args, {
    ...options,
    onExit: (...end) => {
      ends.push(end);
      resolveEnded();
    },
  });
  return { child, ends, ended };
};

/** A shell that has done `preparation` and would run without end. */
const running = async (preparation: string): Promise<End> => {
  let isReady = false;
  const started = run('sh', ['-c', `${preparation}; echo; while :; do sleep 0.01; done`], {
    onOutput: () => {
      isReady = true;
    },
  });
  await until(() => isReady, 'the shell');
  return started;
};

afterEach(() => vi.unstubAllEnvs());

describe('a child', () => {
  it('reports its end once, with the exit code and the end of stderr', async () => {
    const { ends, ended, child } = run('sh', ['-c', 'echo why >&2; exit 3']);
    await ended;
    await child.stop();
    await child.kill();
    expect(ends).toEqual([[3, null, 'why']]);
    expect(child.running).toBe(false);
  });

  it('passes on its output', async () => {
    const chunks: Buffer[] = [];
    const { ended } = run('sh', ['-c', 'printf hello'], { onOutput: (chunk) => chunks.push(chunk) });
    await ended;
    expect(Buffer.concat(chunks).toString()).toBe('hello');
  });

  it('keeps at most the last 4 KB of stderr', async () => {
    const { ends, ended } = run('sh', ['-c', 'yes 123456789 | head -c 100000 >&2; echo last >&2']);
    await ended;
    const words = ends[0]?.[2] ?? '';
    expect(words.length).toBeLessThanOrEqual(4096);
    expect(words.length).toBeGreaterThan(4000);
    expect(words.endsWith('last')).toBe(true);
  });

  it.each([
    ['with setpriv', process.env['PATH'] ?? ''],
    ['without setpriv', ''],
  ])('ends with 127 where the program is missing, %s', async (_, path) => {
    vi.stubEnv('PATH', path);
    const { ends, ended } = run('no-such-program', []);
    expect(ends).toEqual([]);
    await ended;
    expect(ends).toEqual([[127, null, expect.stringContaining('no-such-program')]]);
  });

  it('ends with 126 where the file is not a program', async () => {
    const { ends, ended } = run('/etc/passwd', []);
    await ended;
    expect(ends[0]?.[0]).toBe(126);
  });

  it('ends with 126 where an argument has a zero byte', async () => {
    const { ends, ended } = run('true', ['a\0b']);
    expect(ends).toEqual([]);
    await ended;
    expect(ends).toEqual([[126, null, expect.stringContaining('true')]]);
  });

  it('may be written to after its end', async () => {
    const { child, ended, ends } = run('true', [], { stdin: 'pipe' });
    await until(() => {
      child.stdin?.write(Buffer.alloc(100_000));
      return !child.running;
    }, 'the end of the child');
    await ended;
    expect(ends).toEqual([[0, null, '']]);
  });

  it('ends although a grandchild holds its pipes', async () => {
    const pids: string[] = [];
    const { ended, ends } = run('sh', ['-c', 'sleep 1000 & echo $!'], {
      onOutput: (chunk) => pids.push(chunk.toString()),
    });
    await ended;
    const grandchild = Number(pids[0]);
    process.kill(grandchild, 'SIGKILL');
    await until(() => !isAlive(grandchild), 'the end of the grandchild');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ends).toEqual([[0, null, '']]);
  });

  it.each(['&1', '&2'])(
    'passes on nothing after its end, also where a grandchild holds the pipe: %s',
    async (pipe) => {
      let words = '';
      const script = `(while :; do echo more >${pipe}; sleep 0.01; done) & echo $!`;
      const { ended } = run('sh', ['-c', script], {
        onOutput: (chunk) => {
          words += chunk.toString();
        },
      });
      await ended;
      const before = words;
      const grandchild = Number(/\d+/.exec(words)?.[0]);
      try {
        // The pipe has no reader, and that kills the grandchild.
        await until(() => !isAlive(grandchild), 'the end of the grandchild');
        expect(words).toBe(before);
      } finally {
        if (isAlive(grandchild)) process.kill(grandchild, 'SIGKILL');
      }
    },
  );
});

describe('stopping a child', () => {
  it('sends SIGTERM first', async () => {
    const { child, ends } = await running('trap "exit 5" TERM');
    await child.stop();
    expect(ends[0]?.slice(0, 2)).toEqual([5, null]);
  });

  it('sends SIGKILL to a child that ignores SIGTERM', async () => {
    const { child, ends } = await running('trap "" TERM');
    await Promise.all([child.stop(), child.stop()]);
    expect(ends).toEqual([[null, 'SIGKILL', expect.any(String)]]);
  });

  it('does not happen by SIGUSR1, which is a press of the button', async () => {
    const { child, ends } = await running(':');
    process.kill(child.pid ?? 0, 'SIGUSR1');
    process.kill(child.pid ?? 0, 'SIGTERM');
    await until(() => ends.length === 1, 'its end');
    expect(ends[0]?.[1]).toBe('SIGTERM');
  });

  it('ends a stopped child', async () => {
    const { child, ends } = await running('trap "exit 5" TERM');
    process.kill(child.pid ?? 0, 'SIGSTOP');
    await until(() => isHalted(child.pid ?? 0), 'the child to be stopped');
    await child.stop();
    expect(ends[0]?.[1]).toBe('SIGKILL');
  });

  it('sends SIGKILL at once on kill', async () => {
    const { child, ends } = run('sleep', ['1000']);
    await child.kill();
    expect(ends[0]?.[1]).toBe('SIGKILL');
    expect(isAlive(child.pid ?? 0)).toBe(false);
  });
});

describe('a child and its parent', () => {
  it('gets the environment of Parley without secrets', async () => {
    const secrets = ['OPENAI_API_KEY', 'AZURE_API_KEY', 'HF_TOKEN', 'CREDENTIALS_DIRECTORY'];
    const managers = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'];
    for (const name of [...secrets, ...managers]) vi.stubEnv(name, 'private');
    vi.stubEnv('PARLEY_TEST', 'public');
    const chunks: Buffer[] = [];
    const { ended } = run('env', [], { env: { MORE: 'yes' }, onOutput: (chunk) => chunks.push(chunk) });
    await ended;
    const lines = Buffer.concat(chunks).toString().split('\n');
    expect(lines).toEqual(expect.arrayContaining(['PARLEY_TEST=public', 'MORE=yes', 'LC_ALL=C']));
    expect(lines.filter((line) => line.includes('private'))).toEqual([]);
    expect(childEnvironment()['OPENAI_API_KEY']).toBeUndefined();
  });

  it('is started without setpriv where that is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const { ended, ends } = run('/bin/sh', ['-c', 'exit 4']);
    await ended;
    expect(ends).toEqual([[4, null, '']]);
    expect(bound('aplay', ['-q'])).toEqual({ command: 'aplay', args: ['-q'] });
  });

  it('dies with its parent, also after SIGKILL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-child-'));
    try {
      const program = join(folder, 'parent.mjs');
      const source = `
        import { Child } from './src/system/child-process.ts';
        process.stdout.write(String(new Child('sleep', ['1000']).pid));`;
      const stdin = { contents: source, resolveDir: process.cwd() };
      await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: program });
      const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [chunk] = await once(parent.stdout, 'data');
      const pid = Number(String(chunk));
      // The child is bound when setpriv has become the program.
      await until(() => nameOf(pid) === 'sleep', 'the program');
      parent.kill('SIGKILL');
      await until(() => !isAlive(pid), 'the end of the child');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('runCommand', () => {
  it('gives exit code, stdout and the end of stderr', async () => {
    expect(await runCommand('sh', ['-c', 'echo out; echo why >&2; exit 3'])).toEqual({
      code: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'why',
      failure: undefined,
    });
  });

  it('gives the signal that ended the command', async () => {
    const { code, signal, failure } = await runCommand('sh', ['-c', 'kill -TERM $$']);
    expect([code, signal, failure]).toEqual([null, 'SIGTERM', undefined]);
  });

  it('gives the command nothing to read', async () => {
    expect((await runCommand('cat', [])).stdout).toBe('');
  });

  it('passes variables, and no secret', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'private');
    const { stdout } = await runCommand('env', [], { env: { MORE: 'yes' } });
    expect(stdout).toContain('MORE=yes\n');
    expect(stdout).not.toContain('private');
  });

  it('keeps the beginning of stdout, and lets the command end', async () => {
    const { stdout, code } = await runCommand('sh', ['-c', 'echo first; yes | head -c 3000000']);
    expect([stdout.length, code]).toEqual([1024 * 1024, 0]);
    expect(stdout.startsWith('first\n')).toBe(true);
  });

  it('says that the program is missing', async () => {
    expect(await runCommand('no-such-program', [])).toMatchObject({ code: 127, failure: 'missing' });
  });

  it('kills a command that takes too long', async () => {
    expect(await runCommand('sleep', ['1000'], { timeoutMs: 50 })).toMatchObject({
      code: null,
      signal: 'SIGKILL',
      failure: 'timed-out',
    });
  });

  it.each([['before its start'], ['while it runs']])('kills a command that is aborted %s', async (when) => {
    const controller = new AbortController();
    if (when === 'before its start') controller.abort();
    const running = runCommand('sleep', ['1000'], { signal: controller.signal, timeoutMs: 1_000_000 });
    controller.abort();
    expect(await running).toMatchObject({ signal: 'SIGKILL', failure: 'aborted' });
  });
});
