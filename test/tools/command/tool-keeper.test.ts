import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type KeptEnd, keep } from '../../../src/tools/command/tool-keeper.ts';
import { keeperProgram } from '../../../src/tools/command/tool-keeper-program.ts';
import { isAlive, nameOf } from '../../rigs/processes.ts';
import { until } from '../../rigs/until.ts';

/** Every process of a test has this among its arguments, whatever becomes of its environment and its session. */
let mark = '';
let count = 0;

const commandLineOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // Gone between the list and the look.
    return '';
  }
};

/** Who is alive on this machine with the mark. */
const left = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && commandLineOf(pid).includes(mark) && isAlive(pid));

/** The running keepers of this process. */
const keepers = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && commandLineOf(pid).startsWith('parley-keeper') && isAlive(pid))
    .filter((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(`) S ${process.pid} `));

const shell = (script: string): string[] => ['bash', '-c', script, mark];

interface Kept {
  readonly end: Promise<KeptEnd>;
  readonly abort: () => void;
}

const start = (command: readonly string[], input = '{}'): Kept => {
  const controller = new AbortController();
  const kept = { command, env: { PARLEY_TOOL: 'rig' }, input, outputLimitBytes: 16_384 };
  return { end: keep(kept, controller.signal), abort: () => controller.abort() };
};

const run = (script: string, input?: string): Promise<KeptEnd> => start(shell(script), input).end;

/** A background process that outlives its shell. */
const sleeper = (how = ''): string => `${how} bash -c 'exec -a ${mark} sleep 1000'`;

beforeEach(() => {
  count += 1;
  mark = `parley-rig-${process.pid}-${count}`;
});

afterEach(() => {
  vi.unstubAllEnvs();
  const survivors = left();
  for (const pid of survivors) process.kill(pid, 'SIGKILL');
  expect(survivors).toEqual([]);
});

describe('without a keeper', () => {
  it('something is left, and the rig sees it', async () => {
    const child = spawn('bash', ['-c', `${sleeper('setsid env -i')} & :`, mark], { stdio: 'ignore' });
    await once(child, 'exit');
    // Between two programs a process has no command line for a moment.
    await until(() => left().some((pid) => nameOf(pid) === 'sleep'), 'the sleeper');
    for (const pid of left()) process.kill(pid, 'SIGKILL');
    await until(() => left().length === 0, 'its end');
  });
});

describe('a kept command', () => {
  it('gets its line on stdin, our environment and the root folder', async () => {
    vi.stubEnv('SOME_TOKEN', 'private');
    const { output } = await run('cat; pwd; echo $PARLEY_TOOL $SOME_TOKEN', '{"a":"ü"}');
    expect(output.toString()).toBe('{"a":"ü"}\n/\nrig\n');
  });

  it('may open its pipes by name, as many scripts do', async () => {
    const { output, lastWords } = await run('cat /dev/stdin >/dev/stdout; echo why >/dev/stderr', 'line');
    expect([output.toString(), lastWords]).toEqual(['line\n', 'why']);
  });

  it.each([
    ['reads', 'wc -c'],
    ['does not read', 'exec <&-; sleep 0.1; echo 1000001'],
  ])('gets a long line, where it %s', async (_, script) => {
    const { how, output } = await run(script, 'x'.repeat(1_000_000));
    expect([how, output.toString().trim()]).toEqual(['exit', '1000001']);
  });

  it('has no shell around it', async () => {
    const { output } = await start(['printf', '%s|', '$HOME', 'a b', "'", '']).end;
    expect(output.toString()).toBe("$HOME|a b|'||");
  });

  it('has its exit code, its signal and the end of its stderr told', async () => {
    expect(await run('echo one >&2; exit 3')).toMatchObject({ how: 'exit', code: 3, lastWords: 'one' });
    expect(await run('kill -TERM $$')).toMatchObject({ how: 'signal', code: 15 });
  });

  it('that was never started is told with the reason', async () => {
    expect(await start(['no-such-program']).end).toMatchObject({ how: 'failed', code: 2 });
    expect(await start(['/etc/passwd']).end).toMatchObject({ how: 'failed', code: 13 });
    expect((await start(['a\0b']).end).how).toBe('lost');
  });

  it('keeps the last 4 KB of stderr', async () => {
    const { lastWords } = await run('yes 123456789 | head -c 1000000 >&2; echo last >&2');
    expect(lastWords.length).toBeGreaterThan(4000);
    expect(lastWords.length).toBeLessThanOrEqual(4096);
    expect(lastWords.endsWith('last')).toBe(true);
  });

  it('does not hear the press of a button', async () => {
    const script = 'kill -USR1 $PPID; kill -USR1 $$; kill -TERM $PPID; kill -INT $PPID; echo fine';
    expect(await run(script)).toMatchObject({ how: 'exit', code: 0, output: Buffer.from('fine\n') });
  });

  it('hears all other signals, as a program of a shell does', async () => {
    const { output } = await run('grep -E "Sig(Blk|Ign)" /proc/self/status');
    expect(output.toString()).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000200\n');
  });

  it('may write 16 KB and not a byte more', async () => {
    expect((await run('head -c 16384 /dev/zero')).output.length).toBe(16_384);
    expect((await run('head -c 16385 /dev/zero')).how).toBe('flood');
  });

  it('is killed for a flood on stdout at once', async () => {
    expect(await run(`yes ${mark}`)).toMatchObject({ how: 'flood' });
    expect(await run(`yes ${mark} & sleep 0.1; exit 0`)).toMatchObject({ how: 'flood' });
  });
});

describe('after the end of a command nothing is left', () => {
  it.each([
    ['a background process that holds stdout', () => `${sleeper()} &`],
    ['one without a terminal', () => `${sleeper('nohup')} >/dev/null 2>&1 & disown`],
    ['a session of its own', () => `${sleeper('setsid')} &`],
    ['a double fork with setsid', () => `(setsid bash -c "(${sleeper().replaceAll('"', '')} &)" ${mark} &)`],
    ['a cleared environment', () => `${sleeper('env -i setsid')} </dev/null >/dev/null 2>&1 &`],
    ['deaf to SIGTERM', () => `(trap "" TERM HUP INT; ${sleeper()}) & (trap "" TERM; while :; do :; done) &`],
    ['a flood on stderr', () => `yes ${mark} >&2 &`],
    ['a hundred of them', () => `for i in {1..100}; do ${sleeper('setsid')} & done`],
    ['one that is halted', () => `${sleeper()} & sleep 0.1; kill -STOP $!`],
    ['one that starts itself again', () => `(f() { (sleep 0.01; f) & }; f) &`],
  ])('%s', async (_, script) => {
    const { how, code, output } = await run(`${script()}\nsleep 0.2; echo ok; exit 0`);
    expect([how, code, output.toString()]).toEqual(['exit', 0, 'ok\n']);
    expect(left()).toEqual([]);
    expect(keepers()).toEqual([]);
  });

  it('also where it failed', async () => {
    expect(await run(`${sleeper('setsid')} & sleep 0.1; exit 3`)).toMatchObject({ how: 'exit', code: 3 });
    expect(left()).toEqual([]);
  });
});

/** Some processes at most; as a user of its own, since for root there is no limit. */
const limited = (script: string): string =>
  process.getuid?.() === 0
    ? `ulimit -u 400; exec setpriv --reuid 54321 --clear-groups bash -c '${script}' ${mark}`
    : `ulimit -u 400; ${script}`;

describe('a command that is aborted', () => {
  it.each([
    ['sleeps', () => sleeper()],
    ['is deaf', () => 'trap "" TERM INT HUP; while :; do :; done'],
    ['floods stderr', () => `yes ${mark} >&2`],
    ['has daemons', () => `${sleeper('setsid env -i')} & (${sleeper('setsid')} &) ; sleep 1000`],
    ['halts its keeper', () => `(sleep 0.1; kill -STOP $PPID) & ${sleeper()}`],
  ])('is gone where it %s', async (_, script) => {
    const { end, abort } = start(shell(script()));
    await until(() => left().length > 0, 'the tool');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = performance.now();
    abort();
    expect((await end).how).toBe('lost');
    expect(performance.now() - before).toBeLessThan(2500);
    expect(left()).toEqual([]);
    expect(keepers()).toEqual([]);
  });

  it.each([
    ['in a shell', 200, () => ':(){ :|:& };:; sleep 1000'],
    ['that does not wait', 200, () => `perl -e "fork while 1" ${mark}`],
    ['that has always gone on', 1, () => `perl -e "while (1) { exit if fork }" ${mark}; sleep 1000`],
    [
      'in ever new sessions',
      1,
      () => `perl -MPOSIX -e "for (;;) { fork && exit; setsid }" ${mark}; sleep 1000`,
    ],
  ])('is gone where it is a fork bomb %s', async (_, size, script) => {
    const { end, abort } = start(shell(limited(script())));
    await until(() => left().length > size, 'the bomb');
    await new Promise((resolve) => setTimeout(resolve, 200));
    abort();
    await end;
    await until(() => left().length === 0 && keepers().length === 0, 'the end of the bomb');
  });

  it('before it has begun, is not waited for', async () => {
    const { end, abort } = start(shell(sleeper()));
    abort();
    expect((await end).how).toBe('lost');
    expect(left()).toEqual([]);
  });
});

describe('a keeper', () => {
  it('is a program that perl finds nothing wrong with', () => {
    const { status, stderr } = spawnSync('perl', ['-wc', '-e', keeperProgram], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '-e syntax OK\n']);
  });

  it('that its tool kills takes the tool with it', async () => {
    expect(await run('kill -9 $PPID; while :; do :; done')).toMatchObject({ how: 'lost' });
    await until(() => left().length === 0, 'the end of the tool');
  });

  it('needs perl', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(await start(['/bin/true']).end).toMatchObject({ how: 'lost', code: 127 });
  });

  it('kills the family when Parley was killed', async () => {
    const parent = await parentOf(`${sleeper('setsid')} & ${sleeper('setsid env -i')} & ${sleeper()}`);
    try {
      await until(() => left().length >= 3, 'the family');
    } finally {
      parent.process.kill('SIGKILL');
      rmSync(parent.folder, { recursive: true, force: true });
    }
    await until(() => left().length === 0, 'the end of the family');
  });
});

/** A process that keeps the script. */
const parentOf = async (script: string): Promise<{ process: ChildProcess; folder: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-keeper-'));
  const program = join(folder, 'parent.mjs');
  const kept = { command: ['bash', '-c', script, mark], env: {}, input: '{}', outputLimitBytes: 100 };
  const source = `
    import { keep } from './src/tools/command/tool-keeper.ts';
    await keep(${JSON.stringify(kept)}, new AbortController().signal);`;
  const stdin = { contents: source, resolveDir: process.cwd() };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: program });
  return { process: spawn(process.execPath, [program], { stdio: 'ignore' }), folder };
};
