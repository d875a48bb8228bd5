import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
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

// A program that logs. It obeys the words on its stdin, and repeats each on stderr when it is done.
// Naming process.stdout makes a pipe non-blocking, as any library that touches it does.
const source = `
  import { writeSync } from 'node:fs';
  import { createInterface } from 'node:readline';
  import { createLog } from ${JSON.stringify(resolve('src/daemon/log.ts'))};
  process.stdout;
  const log = createLog({ level: 'info', secrets: [] });
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

const start = (stdout: number) => {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', stdout, 'pipe'] });
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

/** A pipe whose other end nobody reads until `wake`. */
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
  it('a reader that is gone does no harm', async () => {
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

  it('a reader that sleeps holds nobody up, and gets what waited when it wakes', async () => {
    const { stdout, wake } = sleepingReader();
    const { tell, goodbye } = start(stdout);
    await tell('fill');
    await tell('few');
    const lines = parsedLines(wake());
    for (const n of [0, 1, 2]) expect((await lines.next()).value).toMatchObject({ n, msg: 'line' });
    await goodbye();
    expect((await lines.next()).done).toBe(true);
  });

  it('a reader that sleeps long loses the newest lines, whole, beyond 64 KB', async () => {
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
