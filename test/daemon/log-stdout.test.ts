import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'parley-log-'));
const program = join(directory, 'program.mjs');
const children: ReturnType<typeof spawn>[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

// A program that logs. It runs the commands on its stdin, and repeats each on stderr when it is done.
// Naming process.stdout makes a pipe non-blocking, as any library that touches it does.
const source = `
  import { writeSync } from 'node:fs';
  import { createInterface } from 'node:readline';
  import { createLog } from ${JSON.stringify(resolve('src/daemon/log.ts'))};
  process.stdout;
  const log = createLog({ level: 'info', format: process.argv[2], secrets: [] });
  const fill = () => {
    try { for (;;) writeSync(1, '\\n'); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
  };
  const lines = (count, x) => { for (let n = 0; n < count; n += 1) log.info({ n, x }, 'line'); };
  const deeds = { fill, few: () => lines(3), many: () => lines(5000, 'x'.repeat(1000)), end: () => log.info('end') };
  for await (const word of createInterface({ input: process.stdin })) {
    deeds[word]();
    process.stderr.write(word + '\\n');
  }`;

beforeAll(async () => {
  await build({
    stdin: { contents: source, resolveDir: process.cwd() },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    outfile: program,
    logLevel: 'silent',
  });
});

const start = (stdout: number, format = 'json', env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, [program, format], {
    stdio: ['pipe', stdout, 'pipe'],
    env: { ...process.env, ...env },
  });
  closeSync(stdout);
  children.push(child);
  const { stdin, stderr } = child;
  if (stdin === null || stderr === null) throw new Error('no pipes');
  const answers = createInterface({ input: stderr })[Symbol.asyncIterator]();
  const tell = async (word: string): Promise<void> => {
    stdin.write(`${word}\n`);
    expect((await answers.next()).value).toBe(word);
  };
  const goodbye = async (): Promise<void> => {
    stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect([child.exitCode, child.signalCode]).toStrictEqual([0, null]);
  };
  return { tell, goodbye };
};

/** A pipe that is not read until `wake`. */
const sleepingReader = () => {
  const path = join(mkdtempSync(join(directory, 'pipe-')), 'pipe');
  execFileSync('mkfifo', [path]);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return {
    stdout: openSync(path, constants.O_WRONLY),
    wake: () => new Socket({ fd: readEnd, readable: true, writable: false }),
    hangUp: () => closeSync(readEnd),
  };
};

const parsedLines = async function* (input: Readable): AsyncGenerator<{ n?: number; msg: string }> {
  for await (const line of createInterface({ input })) if (line !== '') yield JSON.parse(line);
};

describe('stdout that takes no more', () => {
  it('a reader that has ended does no harm', async () => {
    const { stdout, hangUp } = sleepingReader();
    const { tell, goodbye } = start(stdout);
    await tell('few');
    hangUp();
    await tell('many');
    await tell('end');
    await goodbye();
  });

  it('a full disk does no harm', async () => {
    const { tell, goodbye } = start(openSync('/dev/full', 'w'));
    await tell('many');
    await tell('end');
    await goodbye();
  });

  it('a reader that pauses does not block the writer, and gets what waited when it continues', async () => {
    const { stdout, wake } = sleepingReader();
    const { tell, goodbye } = start(stdout);
    await tell('fill');
    await tell('few');
    const lines = parsedLines(wake());
    for (const n of [0, 1, 2]) expect((await lines.next()).value).toMatchObject({ n, msg: 'line' });
    await goodbye();
    expect((await lines.next()).done).toBe(true);
  });

  it('a reader that pauses long loses the newest lines, whole, beyond 64 KB', async () => {
    const { stdout, wake } = sleepingReader();
    const { tell, goodbye } = start(stdout);
    await tell('fill');
    await tell('many');
    const lines = parsedLines(wake());
    const seen = [(await lines.next()).value];
    await tell('end');
    for await (const line of lines) {
      if (line.msg === 'end') break;
      seen.push(line);
    }
    await goodbye();
    expect(seen.map(({ n }) => n)).toStrictEqual(seen.map((_, index) => index));
    expect(seen.length).toBeGreaterThan(55);
    expect(seen.length).toBeLessThan(65);
  });
});

describe('the format of a line', () => {
  /** What a program wrote to a file that `JOURNAL_STREAM` may name as the journal. */
  const written = async (
    format: string,
    journal: (device: bigint, inode: bigint) => string | undefined,
  ): Promise<string> => {
    const file = join(mkdtempSync(join(directory, 'file-')), 'stdout');
    const stdout = openSync(file, 'w');
    const { dev, ino } = fstatSync(stdout, { bigint: true });
    const { tell, goodbye } = start(stdout, format, { JOURNAL_STREAM: journal(dev, ino) });
    await tell('end');
    await goodbye();
    return readFileSync(file, 'utf8');
  };
  const asJson = /^\{"level":"info",.*"msg":"end"\}\n$/;
  const asText = /^\d\d:\d\d:\d\d\.\d{3} {4}end\n$/;

  it.each([
    ['auto', 'its own', '<6>  end\n'],
    ['text', 'its own', '<6>  end\n'],
    ['json', 'its own', /^<6>\{"level":"info",.*"msg":"end"\}\n$/],
    ['auto', 'that of stderr', asJson],
    ['text', 'that of stderr', asText],
    ['auto', 'none', asJson],
    ['text', 'none', asText],
  ])('%s, where the journal stream is %s', async (format, journal, expected) => {
    const line = await written(format, (device, inode) => {
      if (journal === 'none') return undefined;
      return `${device}:${journal === 'its own' ? inode : inode + 1n}`;
    });
    if (typeof expected === 'string') expect(line).toBe(expected);
    else expect(line).toMatch(expected);
  });

  it('is text at a terminal', () => {
    const output = execFileSync(
      'script',
      ['--quiet', '--return', '--command', `echo end | '${process.execPath}' '${program}' auto`, '/dev/null'],
      { encoding: 'utf8' },
    );
    expect(output).toMatch(/\d\d:\d\d:\d\d\.\d{3} {4}end/);
  });
});
