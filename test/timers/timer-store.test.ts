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
import { TimerError } from '../../src/core/errors.ts';
import { createTimerStore } from '../../src/timers/timer-store.ts';
import { createFakeLog, type FakeLog } from '../fakes/fake-log.ts';
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

it('reads what it has written; nobody else may', () => {
  const store = createTimerStore(folder, log);
  expect(store.read()).toEqual([]);
  store.write([eggs]);
  expect(readFileSync(path, 'utf8')).toBe(whole(eggs));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(createTimerStore(folder, log).read()).toEqual([eggs]);
  expect([readdirSync(folder), log.lines]).toEqual([['timers.json'], []]);
});

it('makes its folder, for its owner alone', () => {
  const deep = join(folder, 'a', 'b');
  const store = createTimerStore(deep, log);
  expect(store.read()).toEqual([]);
  store.write([eggs]);
  expect(createTimerStore(deep, log).read()).toEqual([eggs]);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
});

it('does not write before it has read', () => {
  writeFileSync(path, whole(eggs));
  expect(() => createTimerStore(folder, log).write([])).toThrow(TimerError);
  expect(readFileSync(path, 'utf8')).toBe(whole(eggs));
});

describe('what it does not understand', () => {
  it.each([
    ['nothing', ''],
    ['half of it', whole(eggs).slice(0, -9)],
    ['zeros, as after a power cut', '\0'.repeat(4096)],
    ['no object', '[]'],
    ['null', 'null'],
    ['another version', '{"version":2,"timers":[]}'],
    ['no timers', '{"version":1}'],
    ['a timer without a time', whole({ ...eggs, dueAt: null })],
    ['a timer with a time beyond numbers', whole(eggs).replace('1800000000000', '1e999')],
    ['an id to count on from in vain', whole({ ...eggs, id: 'one' })],
    ['a timer that takes no time', whole({ ...eggs, durationMs: 0 })],
    ['too much of it', `${whole(eggs)}${' '.repeat(256 * 1024)}`],
  ])('is put aside, told of once, and makes room: %s', (_, text) => {
    writeFileSync(path, text);
    const store = createTimerStore(folder, log);
    expect(store.read()).toEqual([]);
    const [aside = ''] = readdirSync(folder);
    expect(aside).toMatch(/^timers\.json\.corrupt-\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(log.lines).toMatchObject([
      { level: 'warn', sentence: expect.stringContaining(join(folder, aside)) },
    ]);
    store.write([eggs]);
    expect(createTimerStore(folder, log).read()).toEqual([eggs]);
    expect(readFileSync(join(folder, aside), 'utf8')).toBe(text);
  });

  it('never takes the place of what was put aside before', () => {
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    for (const text of ['one', 'two', 'three']) {
      writeFileSync(path, text);
      createTimerStore(folder, log).read();
    }
    const aside = readdirSync(folder).sort();
    expect(aside.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['one', 'two', 'three']);
  });
});

describe('what it may not read', () => {
  it('stays as it is, a folder', () => {
    mkdirSync(path);
    const store = createTimerStore(folder, log);
    expect(store.read()).toEqual([]);
    expect(log.lines).toMatchObject([
      { level: 'warn', sentence: expect.stringContaining('not a regular file') },
    ]);
    expect(() => store.write([eggs])).toThrow('The timer could not be stored: ');
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
    expect(() => store.write([])).toThrow(/^The timer could not be stored: .*EISDIR/);
    rmSync(`${path}.tmp`, { recursive: true });
    expect(readFileSync(path, 'utf8')).toBe(whole(eggs));
  });

  it('says so where its folder cannot be made', () => {
    writeFileSync(path, 'a file');
    const store = createTimerStore(join(path, 'below'), log);
    expect(store.read()).toEqual([]);
    expect(() => store.write([eggs])).toThrow(TimerError);
    expect(existsSync(path)).toBe(true);
  });
});
