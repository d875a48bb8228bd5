import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTimerStore } from '../../src/timers/timer-store.ts';
import { createFakeLog, type FakeLog } from '../fakes/fake-log.ts';
import { failure } from '../rigs/failure.ts';
import { runUnprivileged } from '../rigs/unprivileged.ts';
import { makeFolder, removeFolder } from './state.ts';

let folder: string;
let path: string;
let log: FakeLog;
beforeEach(() => {
  folder = makeFolder();
  path = join(folder, 'timers.json');
  log = createFakeLog();
});
afterEach(() => {
  vi.useRealTimers();
  removeFolder(folder);
});

const eggs = { id: '1', name: 'eggs', dueAt: 1_800_000_000_000, durationMs: 60_000 };
const whole = (...timers: readonly object[]): string => `${JSON.stringify({ version: 1, timers })}\n`;

it('reads what it has written, in a file that only its owner can read', () => {
  const store = createTimerStore(folder, log);
  expect(store.read()).toEqual([]);
  store.write([eggs]);
  expect(readFileSync(path, 'utf8')).toBe(whole(eggs));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(createTimerStore(folder, log).read()).toEqual([eggs]);
  expect([readdirSync(folder), log.lines]).toEqual([['timers.json'], []]);
});

it('creates its folder, for its owner only', () => {
  const deep = join(folder, 'a', 'b');
  const store = createTimerStore(deep, log);
  expect(store.read()).toEqual([]);
  store.write([eggs]);
  expect(createTimerStore(deep, log).read()).toEqual([eggs]);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
});

it('does not write before it has read', () => {
  writeFileSync(path, whole(eggs));
  expect(() => createTimerStore(folder, log).write([])).toThrow(failure('timers-not-read'));
  expect(readFileSync(path, 'utf8')).toBe(whole(eggs));
});

describe('a file that it does not understand', () => {
  it.each([
    ['an empty file', ''],
    ['half of a file', whole(eggs).slice(0, -9)],
    ['zeros, as after a power cut', '\0'.repeat(4096)],
    ['not an object', '[]'],
    ['null', 'null'],
    ['another version', '{"version":2,"timers":[]}'],
    ['no timers', '{"version":1}'],
    ['a timer without a time', whole({ ...eggs, dueAt: null })],
    ['a timer with a time beyond numbers', whole(eggs).replace('1800000000000', '1e999')],
    ['an id that is not a number', whole({ ...eggs, id: 'one' })],
    ['a timer without a duration', whole({ ...eggs, durationMs: 0 })],
    ['too large a file', `${whole(eggs)}${' '.repeat(256 * 1024)}`],
  ])('is renamed, logged once, and replaced by the next write: %s', (_, text) => {
    writeFileSync(path, text);
    const store = createTimerStore(folder, log);
    expect(store.read()).toEqual([]);
    const [renamed = ''] = readdirSync(folder);
    expect(renamed).toMatch(/^timers\.json\.corrupt-\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        facts: { code: 'timers-lost' },
        sentence: expect.stringContaining(join(folder, renamed)),
      },
    ]);
    store.write([eggs]);
    expect(createTimerStore(folder, log).read()).toEqual([eggs]);
    expect(readFileSync(join(folder, renamed), 'utf8')).toBe(text);
  });

  it('is never renamed over an older one', () => {
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    for (const text of ['one', 'two', 'three']) {
      writeFileSync(path, text);
      createTimerStore(folder, log).read();
    }
    const renamed = readdirSync(folder).sort();
    expect(renamed.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['one', 'two', 'three']);
  });
});

describe('a file that it cannot read', () => {
  it('stays as it is: a folder', () => {
    mkdirSync(path);
    const store = createTimerStore(folder, log);
    expect(store.read()).toEqual([]);
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        facts: { code: 'timers-not-read' },
        sentence: expect.stringContaining('not a regular file'),
      },
    ]);
    expect(() => store.write([eggs])).toThrow(failure('timers-not-read'));
    expect(readdirSync(folder)).toEqual(['timers.json']);
  });

  it('stays as it is where it may not be read', () => {
    writeFileSync(path, whole(eggs), { mode: 0o600 });
    chmodSync(folder, 0o777);
    // As root the child is another user; otherwise the file loses its permissions.
    if (process.geteuid?.() !== 0) chmodSync(path, 0);
    const source = `
      import { createTimerStore } from './src/timers/timer-store.ts';
      const lines = [];
      const store = createTimerStore(process.argv[2], { warn: (_, sentence) => lines.push(sentence) });
      const timers = store.read();
      try { store.write([]); } catch (error) { console.log(JSON.stringify({ timers, lines, error: error.message })); }`;
    expect(JSON.parse(runUnprivileged(source, folder))).toEqual({
      timers: [],
      lines: [expect.stringContaining('EACCES')],
      error: expect.stringMatching(/could not be stored: .*EACCES.* restart Parley/),
    });
    chmodSync(path, 0o600);
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['timers.json'], whole(eggs)]);
  });
});

describe('where it may not write', () => {
  it('says so, and the old file stays', () => {
    const store = createTimerStore(folder, log);
    store.read();
    store.write([eggs]);
    // A folder cannot be written to as a file, not even by root.
    mkdirSync(`${path}.tmp`);
    expect(() => store.write([])).toThrow(failure('timers-not-stored'));
    rmSync(`${path}.tmp`, { recursive: true });
    expect(readFileSync(path, 'utf8')).toBe(whole(eggs));
  });

  it('is reported also where its folder cannot be created', () => {
    writeFileSync(path, 'a file');
    const store = createTimerStore(join(path, 'below'), log);
    expect(store.read()).toEqual([]);
    expect(() => store.write([eggs])).toThrow(failure('timers-not-read'));
    expect(existsSync(path)).toBe(true);
  });
});
