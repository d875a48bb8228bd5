import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bound, Child, type ChildOptions, childEnvironment } from '../../src/system/child-process.ts';
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

/** A shell that has done `preparation` and would run for ever. */
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
  it('tells its end once, with code and last words', async () => {
    const { ends, ended, child } = run('sh', ['-c', 'echo why >&2; exit 3']);
    await ended;
    await child.stop();
    await child.kill();
    expect(ends).toEqual([[3, null, 'why']]);
    expect(child.running).toBe(false);
  });

  it('passes on what it says', async () => {
    const chunks: Buffer[] = [];
    const { ended } = run('sh', ['-c', 'printf hello'], { onOutput: (chunk) => chunks.push(chunk) });
    await ended;
    expect(Buffer.concat(chunks).toString()).toBe('hello');
  });

  it('keeps the last 4 KB of stderr, not more', async () => {
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
  ])('tells a program that is not there as 127, %s', async (_, path) => {
    vi.stubEnv('PATH', path);
    const { ends, ended } = run('no-such-program', []);
    expect(ends).toEqual([]);
    await ended;
    expect(ends).toEqual([[127, null, expect.stringContaining('no-such-program')]]);
  });

  it('tells a file that is no program as 126', async () => {
    const { ends, ended } = run('/etc/passwd', []);
    await ended;
    expect(ends[0]?.[0]).toBe(126);
  });

  it('tells arguments that no program can be given', async () => {
    const { ends, ended } = run('true', ['a\0b']);
    expect(ends).toEqual([]);
    await ended;
    expect(ends).toEqual([[126, null, expect.stringContaining('true')]]);
  });

  it('survives a write to one that is gone', async () => {
    const { child, ended, ends } = run('true', [], { stdin: 'pipe' });
    await until(() => {
      child.stdin?.write(Buffer.alloc(100_000));
      return !child.running;
    }, 'the end of the child');
    await ended;
    expect(ends).toEqual([[0, null, '']]);
  });

  it('does not wait for a grandchild that holds its pipes', async () => {
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

  it.each(['&1', '&2'])('says nothing after its end, whoever holds its pipes: %s', async (pipe) => {
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
      // Nobody reads any more, and that kills it.
      await until(() => !isAlive(grandchild), 'the end of the grandchild');
      expect(words).toBe(before);
    } finally {
      if (isAlive(grandchild)) process.kill(grandchild, 'SIGKILL');
    }
  });
});

describe('ending a child', () => {
  it('is polite first', async () => {
    const { child, ends } = await running('trap "exit 5" TERM');
    await child.stop();
    expect(ends[0]?.slice(0, 2)).toEqual([5, null]);
  });

  it('is firm with one that does not listen', async () => {
    const { child, ends } = await running('trap "" TERM');
    await Promise.all([child.stop(), child.stop()]);
    expect(ends).toEqual([[null, 'SIGKILL', expect.any(String)]]);
  });

  it('leaves it alone where the whole service gets a SIGUSR1, which is a press and ours', async () => {
    const { child, ends } = await running(':');
    process.kill(child.pid ?? 0, 'SIGUSR1');
    process.kill(child.pid ?? 0, 'SIGTERM');
    await until(() => ends.length === 1, 'its end');
    expect(ends[0]?.[1]).toBe('SIGTERM');
  });

  it('ends one that is halted', async () => {
    const { child, ends } = await running('trap "exit 5" TERM');
    process.kill(child.pid ?? 0, 'SIGSTOP');
    await until(() => isHalted(child.pid ?? 0), 'the halt');
    await child.stop();
    expect(ends[0]?.[1]).toBe('SIGKILL');
  });

  it('kills at once', async () => {
    const { child, ends } = run('sleep', ['1000']);
    await child.kill();
    expect(ends[0]?.[1]).toBe('SIGKILL');
    expect(isAlive(child.pid ?? 0)).toBe(false);
  });
});

describe('a child and its parent', () => {
  it('gets our environment, without what is nobody else’s business', async () => {
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

  it('is started as it is where setpriv is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const { ended, ends } = run('/bin/sh', ['-c', 'exit 4']);
    await ended;
    expect(ends).toEqual([[4, null, '']]);
    expect(bound('aplay', ['-q'])).toEqual({ command: 'aplay', args: ['-q'] });
  });

  it('dies with it, even if that was killed', async () => {
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
      // setpriv has done its part when it has become the program.
      await until(() => nameOf(pid) === 'sleep', 'the program');
      parent.kill('SIGKILL');
      await until(() => !isAlive(pid), 'the end of the child');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
