// Running checks: in order, in parallel, each with its limit, independent of each other.

import { describe, expect, test } from 'vitest';
import { type Check, type Finding, fail, pass, skip, warn } from '../../src/doctor/check.ts';
import type { Row } from '../../src/doctor/report/report.ts';
import { chained, runChecks, skipped } from '../../src/doctor/run.ts';

const check = (id: string, run: () => Promise<Finding>, more: Partial<Check> = {}): Check => ({
  id,
  title: id.toUpperCase(),
  run,
  ...more,
});
const fine = (id: string): Check => check(id, () => Promise.resolve(pass('fine', 'fine')));
const never = (): Promise<Finding> => new Promise(() => undefined);

const rowsOf = async (series: readonly (readonly Check[])[]): Promise<Row[]> => {
  const rows: Row[] = [];
  for await (const row of runChecks(series)) rows.push(row);
  return rows;
};

describe('runChecks', () => {
  test('a row has the check, the finding and the duration', async () => {
    const [row] = await rowsOf([[check('a', () => Promise.resolve(warn('too-low', 'low', 'Turn it up.')))]]);
    expect(row).toEqual({
      id: 'a',
      title: 'A',
      verdict: 'warn',
      code: 'too-low',
      detail: 'low',
      remedy: 'Turn it up.',
      ms: expect.any(Number),
    });
    expect(Number.isInteger(row?.ms)).toBe(true);
  });

  test('a check that throws has failed; the others have not', async () => {
    const rows = await rowsOf([
      [
        check('rejects', () => Promise.reject(new Error('one'))),
        check('throws', () => {
          throw new Error('two');
        }),
        check('text', () => Promise.reject('three')),
        fine('after'),
      ],
    ]);
    expect(rows.map(({ code }) => code)).toEqual(['check-failed', 'check-failed', 'check-failed', 'fine']);
    expect(rows.map(({ detail }) => detail.split(': ')[1])).toEqual(['one', 'two', 'three', undefined]);
  });

  test('a check that hangs has failed at its limit; its later result is ignored', async () => {
    let finish: (finding: Finding) => void = () => undefined;
    const late = check('late', () => new Promise((resolve) => (finish = resolve)), { limitMs: 20 });
    const after = check('after', async () => {
      finish(pass('late', 'late'));
      return pass('fine', 'fine');
    });
    const rows = await rowsOf([[late, after]]);
    expect(rows.map(({ code }) => code)).toEqual(['check-timeout', 'fine']);
  });

  test('a check that throws after its limit has no further effect', async () => {
    let break_: (error: Error) => void = () => undefined;
    const late = check('late', () => new Promise((_, reject) => (break_ = reject)), { limitMs: 20 });
    const [row] = await rowsOf([[late]]);
    break_(new Error('much later'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(row?.code).toBe('check-timeout');
  });

  test('the checks of a series run in sequence', async () => {
    const seen: string[] = [];
    const slow = (id: string): Check =>
      check(id, async () => {
        seen.push(`${id} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${id} ends`);
        return pass('fine', '');
      });
    await rowsOf([[slow('a'), slow('b')]]);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  test('series run in parallel, and the rows stay in order', async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    // Hangs where the second series waits for the first.
    const first = check('first', async () => {
      await opened;
      return pass('fine', '');
    });
    const second = check('second', async () => {
      open();
      return pass('fine', '');
    });
    const rows = await rowsOf([[first, fine('third')], [second]]);
    expect(rows.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['first', 'pass'],
      ['third', 'pass'],
      ['second', 'pass'],
    ]);
  });

  test('a prompt comes before its check, and after the row of the check before', async () => {
    const heard: string[] = [];
    const prompted = (id: string): Check =>
      check(
        id,
        async () => {
          heard.push(`${id} runs`);
          return pass('fine', '');
        },
        { prompt: `Do ${id}.` },
      );
    const dialog = { say: (text: string) => heard.push(text), confirm: () => Promise.resolve(true) };
    for await (const { id } of runChecks([[prompted('a')], [prompted('b')]], dialog))
      heard.push(`${id} shown`);
    expect(heard.splice(0)).toEqual(['Do a.', 'a runs', 'a shown', 'Do b.', 'b runs', 'b shown']);
    for await (const { id } of runChecks([[prompted('a')]])) heard.push(`${id} shown`);
    expect(heard).toEqual(['a runs', 'a shown']);
  });
});

describe('a chain', () => {
  test.each([
    ['fails', () => Promise.resolve(fail('wrong', 'no', 'Do it.')), {}],
    ['throws', () => Promise.reject(new Error('oh')), {}],
    ['hangs', never, { limitMs: 20 }],
  ] as const)('after a check that %s the rest is skipped', async (_how, run, more) => {
    const rows = await rowsOf([chained([fine('a'), check('b', run, more), fine('c'), fine('d')])]);
    expect(rows.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'skip', 'skip']);
    expect(rows.at(-1)).toMatchObject({ code: 'skipped-step-failed', detail: expect.stringContaining('B') });
  });

  test('a warning or a skip does not stop it', async () => {
    const links = [
      check('a', () => Promise.resolve(warn('odd', '', ''))),
      ...skipped([fine('b')], skip('not-needed', '')),
      fine('c'),
    ];
    const rows = await rowsOf([chained(links)]);
    expect(rows.map(({ verdict }) => verdict)).toEqual(['warn', 'skip', 'pass']);
  });
});

test('skipped checks keep id and title and do not run', async () => {
  const run = (): Promise<Finding> => Promise.reject(new Error('it ran'));
  const [row] = await rowsOf([skipped([check('a', run, { prompt: 'Jump.' })], skip('offline', 'offline'))]);
  expect(row).toMatchObject({ id: 'a', title: 'A', verdict: 'skip', code: 'offline', detail: 'offline' });
});
