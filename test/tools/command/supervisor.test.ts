import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CommandEnd, runSupervised } from '../../../src/tools/command/supervisor.ts';
import { supervisorProgram } from '../../../src/tools/command/supervisor-program.ts';
import { childrenOf, isAlive, isHalted, nameOf } from '../../rigs/processes.ts';
import { until } from '../../rigs/until.ts';

/** An argument of every process of a test: it stays where environment and session change. */
let mark = '';
let count = 0;

const commandLineOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It ended after it was listed.
    return '';
  }
};

/** The running processes with the mark. */
const survivors = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && commandLineOf(pid).includes(mark) && isAlive(pid));

/** The running supervisors of this process. */
const supervisors = (): number[] =>
  childrenOf(process.pid).filter(
    (pid) => commandLineOf(pid).startsWith('parley-supervisor') && !isHalted(pid),
  );

const shell = (script: string): string[] => ['bash', '-c', script, mark];

interface Started {
  readonly end: Promise<CommandEnd>;
  readonly abort: () => void;
}

/** Waits for the end of all processes, however slow the machine is. */
const patience = { killTimeoutMs: 50_000 };

const start = (
  command: readonly string[],
  input = '{}',
  options: { killTimeoutMs?: number } = patience,
): Started => {
  const controller = new AbortController();
  const supervised = { command, env: { PARLEY_TOOL: 'rig' }, input, ...options };
  return { end: runSupervised(supervised, controller.signal), abort: () => controller.abort() };
};

const run = (script: string, input?: string): Promise<CommandEnd> => start(shell(script), input).end;

/** A background process that outlives its shell. */
const sleeper = (how = ''): string => `${how} bash -c 'exec -a ${mark} sleep 1000'`;

beforeEach(() => {
  count += 1;
  mark = `parley-rig-${process.pid}-${count}`;
});

afterEach(() => {
  vi.unstubAllEnvs();
  const found = survivors();
  for (const pid of found) process.kill(pid, 'SIGKILL');
  expect(found).toEqual([]);
});

describe('without a supervisor', () => {
  it('a process survives, and the test finds it', async () => {
    const child = spawn('bash', ['-c', `${sleeper('setsid env -i')} & :`, mark], { stdio: 'ignore' });
    await once(child, 'exit');
    // While exec replaces the program, a process has no command line.
    await until(() => survivors().some((pid) => nameOf(pid) === 'sleep'), 'the sleeper');
    for (const pid of survivors()) process.kill(pid, 'SIGKILL');
    await until(() => survivors().length === 0, 'its end');
  });
});

describe('a supervised command', () => {
  it('gets its line on stdin, the environment without secrets and the root folder', async () => {
    vi.stubEnv('SOME_TOKEN', 'private');
    const { stdout } = await run('cat; pwd; echo $PARLEY_TOOL $SOME_TOKEN', '{"a":"ü"}');
    expect(stdout.toString()).toBe('{"a":"ü"}\n/\nrig\n');
  });

  it('may open /dev/stdin and the other pipes, as many scripts do', async () => {
    const { stdout, stderr } = await run('cat /dev/stdin >/dev/stdout; echo why >/dev/stderr', 'line');
    expect([stdout.toString(), stderr]).toEqual(['line\n', 'why']);
  });

  it.each([
    ['reads', 'wc -c'],
    ['does not read', 'exec <&-; sleep 0.1; echo 1000001'],
  ])('gets a long line, where it %s', async (_, script) => {
    const { how, stdout } = await run(script, 'x'.repeat(1_000_000));
    expect([how, stdout.toString().trim()]).toEqual(['exit', '1000001']);
  });

  it('runs without a shell', async () => {
    const { stdout } = await start(['printf', '%s|', '$HOME', 'a b', "'", '']).end;
    expect(stdout.toString()).toBe("$HOME|a b|'||");
  });

  it('gives its exit code or signal, and the end of its stderr', async () => {
    expect(await run('echo one >&2; exit 3')).toMatchObject({ how: 'exit', code: 3, stderr: 'one' });
    expect(await run('kill -TERM $$')).toMatchObject({ how: 'signal', code: 15 });
  });

  it('that cannot be started gives the errno', async () => {
    expect(await start(['no-such-program']).end).toMatchObject({ how: 'not-started', code: 2 });
    expect(await start(['/etc/passwd']).end).toMatchObject({ how: 'not-started', code: 13 });
    expect((await start(['a\0b']).end).how).toBe('lost');
  });

  it('keeps the last 4 KB of stderr', async () => {
    const { stderr } = await run('yes 123456789 | head -c 1000000 >&2; echo last >&2');
    expect(stderr.length).toBeGreaterThan(4000);
    expect(stderr.length).toBeLessThanOrEqual(4096);
    expect(stderr.endsWith('last')).toBe(true);
  });

  it('ignores SIGUSR1, the press of a button, and its supervisor most signals', async () => {
    const script = 'kill -USR1 $PPID; kill -USR1 $$; kill -TERM $PPID; kill -INT $PPID; echo fine';
    expect(await run(script)).toMatchObject({ how: 'exit', code: 0, stdout: Buffer.from('fine\n') });
  });

  it('has the default action for all other signals', async () => {
    const { stdout } = await run('grep -E "Sig(Blk|Ign)" /proc/self/status');
    expect(stdout.toString()).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000200\n');
  });

  it('may write more than is kept: 16 KB, and one byte that shows it', async () => {
    expect((await run('head -c 16384 /dev/zero')).stdout.length).toBe(16_384);
    for (const length of [16_385, 28_000, 5_000_000])
      expect(await run(`head -c ${length} /dev/zero`)).toMatchObject({
        how: 'exit',
        code: 0,
        stdout: Buffer.alloc(16_385),
      });
  });

  it('is killed where it writes without end, itself or in the background', async () => {
    expect(await run(`yes ${mark}`)).toMatchObject({ how: 'output-too-long' });
    expect(await run(`yes ${mark} & sleep 1000`)).toMatchObject({ how: 'output-too-long' });
  });

  it('that has ended is not waited for where a background process writes without end', async () => {
    // Whether that has written too much by then depends on the machine.
    expect(['exit', 'output-too-long']).toContain((await run(`yes ${mark} & exit 0`)).how);
  });
});

describe('after the end of a command no process survives', () => {
  it.each([
    ['a background process that holds stdout', () => `${sleeper()} &`],
    ['one without a terminal', () => `${sleeper('nohup')} >/dev/null 2>&1 & disown`],
    ['a session of its own', () => `${sleeper('setsid')} &`],
    ['a double fork with setsid', () => `(setsid bash -c "(${sleeper().replaceAll('"', '')} &)" ${mark} &)`],
    ['a cleared environment', () => `${sleeper('env -i setsid')} </dev/null >/dev/null 2>&1 &`],
    [
      'one that ignores SIGTERM',
      () => `(trap "" TERM HUP INT; ${sleeper()}) & (trap "" TERM; while :; do :; done) &`,
    ],
    ['endless output on stderr', () => `yes ${mark} >&2 &`],
    ['a hundred sessions', () => `for i in {1..100}; do ${sleeper('setsid')} & done`],
    ['one that is stopped', () => `${sleeper()} & sleep 0.1; kill -STOP $!`],
    ['one that restarts itself', () => `(f() { (sleep 0.01; f) & }; f) &`],
  ])('%s', async (_, script) => {
    const { how, code, stdout } = await run(`${script()}\nsleep 0.2; echo ok; exit 0`);
    expect([how, code, stdout.toString()]).toEqual(['exit', 0, 'ok\n']);
    expect(survivors()).toEqual([]);
    expect(supervisors()).toEqual([]);
  });

  it('also where it failed', async () => {
    expect(await run(`${sleeper('setsid')} & sleep 0.1; exit 3`)).toMatchObject({ how: 'exit', code: 3 });
    expect(survivors()).toEqual([]);
  });
});

/** Limits the number of processes; as a user of its own, since root has no limit, and users share theirs. */
const limited = (script: string): string =>
  process.getuid?.() === 0
    ? `ulimit -u 200; exec setpriv --reuid ${50_000 + (process.pid % 10_000)} --clear-groups bash -c '${script}' ${mark}`
    : `ulimit -u 200; ${script}`;

describe('a command that is aborted', () => {
  it.each([
    ['sleeps', () => sleeper()],
    ['ignores signals', () => 'trap "" TERM INT HUP; while :; do :; done'],
    ['writes to stderr without end', () => `yes ${mark} >&2`],
    ['has daemons', () => `${sleeper('setsid env -i')} & (${sleeper('setsid')} &) ; sleep 1000`],
    ['stops its supervisor', () => `(sleep 0.1; kill -STOP $PPID) & ${sleeper()}`],
  ])('is killed with all its processes where it %s', async (_, script) => {
    const { end, abort } = start(shell(script()));
    await until(() => survivors().length > 0, 'the tool');
    await new Promise((resolve) => setTimeout(resolve, 200));
    abort();
    expect((await end).how).toBe('lost');
    expect(survivors()).toEqual([]);
    expect(supervisors()).toEqual([]);
  });

  it.each([
    ['in a shell', 100, () => ':(){ :|:& };:; sleep 1000'],
    ['that does not wait', 100, () => `perl -e "fork while 1" ${mark}`],
    ['whose processes fork and end', 1, () => `perl -e "while (1) { exit if fork }" ${mark}; sleep 1000`],
    ['in new sessions', 1, () => `perl -MPOSIX -e "for (;;) { fork && exit; setsid }" ${mark}; sleep 1000`],
  ])('is killed where it is a fork bomb %s', async (_, size, script) => {
    const { end, abort } = start(shell(limited(script())));
    await until(() => survivors().length > size, 'the fork bomb');
    await new Promise((resolve) => setTimeout(resolve, 200));
    abort();
    await end;
    await until(() => survivors().length === 0 && supervisors().length === 0, 'its end');
  });

  it('is not waited for longer than its time limit', async () => {
    const { end, abort } = start(shell(sleeper()), '{}', { killTimeoutMs: 0 });
    // While exec replaces the program, a process has no command line.
    await until(() => survivors().some((pid) => nameOf(pid) === 'sleep'), 'the command');
    abort();
    expect((await end).how).toBe('lost');
    await until(() => supervisors().length === 0 && survivors().length === 0, 'its end');
  });

  it('before its start ends too', async () => {
    const { end, abort } = start(shell(sleeper()));
    abort();
    expect((await end).how).toBe('lost');
    expect(survivors()).toEqual([]);
  });
});

describe('a supervisor', () => {
  it('is a valid Perl program, without warnings', () => {
    const { status, stderr } = spawnSync('perl', ['-wc', '-e', supervisorProgram], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '-e syntax OK\n']);
  });

  it('that is killed takes its command with it', async () => {
    expect(await run('kill -9 $PPID; while :; do :; done')).toMatchObject({ how: 'lost' });
    await until(() => survivors().length === 0, 'the end of the command');
  });

  it('is lost where perl is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(await start(['/bin/true']).end).toMatchObject({ how: 'lost', code: 127 });
  });

  it('kills all processes where Parley was killed', async () => {
    const parent = await parentOf(`${sleeper('setsid')} & ${sleeper('setsid env -i')} & ${sleeper()}`);
    try {
      await until(() => survivors().length >= 3, 'the processes');
    } finally {
      parent.process.kill('SIGKILL');
      rmSync(parent.folder, { recursive: true, force: true });
    }
    await until(() => survivors().length === 0, 'their end');
  });
});

/** A process that runs the script with a supervisor. */
const parentOf = async (script: string): Promise<{ process: ChildProcess; folder: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-supervisor-'));
  const program = join(folder, 'parent.mjs');
  const supervised = { command: ['bash', '-c', script, mark], env: {}, input: '{}' };
  const source = `
    import { runSupervised } from './src/tools/command/supervisor.ts';
    await runSupervised(${JSON.stringify(supervised)}, new AbortController().signal);`;
  const stdin = { contents: source, resolveDir: process.cwd() };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: program });
  return { process: spawn(process.execPath, [program], { stdio: 'ignore' }), folder };
};
