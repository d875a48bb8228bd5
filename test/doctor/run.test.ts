// Checks, run: in order, side by side, each with its limit, none at the cost of another.

import { describe, expect, test } from 'vitest';
import { type Check, type Finding, fail, pass, warn } from '../../src/doctor/check.ts';
import type { Row } from '../../src/doctor/report/report.ts';
import { chained, runChecks, skipped } from '../../src/doctor/run.ts';

const check = (id: string, run: () => Promise<Finding>, more: Partial<Check> = {}): Check => ({
  id,
  title: id.toUpperCase(),
  run,
  ...more,
});
const fine = (id: string): Check => check(id, () => Promise.resolve(pass('fine')));
const never = (): Promise<Finding> => new Promise(() => undefined);

const rowsOf = async (series: readonly (readonly Check[])[]): Promise<Row[]> => {
  const shown: Row[] = [];
  const rows = await runChecks(series, { onRow: (row) => shown.push(row) });
  expect(shown).toEqual(rows);
  return rows;
};

describe('runChecks', () => {
  test('a row says which check, what was found, and how long it took', async () => {
    const [row] = await rowsOf([[check('a', () => Promise.resolve(warn('low', 'Turn it up.')))]]);
    expect(row).toEqual({
      id: 'a',
      title: 'A',
      verdict: 'warn',
      detail: 'low',
      remedy: 'Turn it up.',
      ms: expect.any(Number),
    });
    expect(Number.isInteger(row?.ms)).toBe(true);
  });

  test('one that throws, in whatever way, has failed; the others have not', async () => {
    const rows = await rowsOf([
      [
        check('rejects', () => Promise.reject(new Error('the moon'))),
        check('throws', () => {
          throw new Error('the sun');
        }),
        check('text', () => Promise.reject('stars')),
        fine('after'),
      ],
    ]);
    expect(rows.map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ['fail', 'the check itself failed: the moon'],
      ['fail', 'the check itself failed: the sun'],
      ['fail', 'the check itself failed: stars'],
      ['pass', 'fine'],
    ]);
    expect(rows[0]?.remedy).toContain('--bundle');
  });

  test('one that hangs has failed at its limit; what it says later is not heard', async () => {
    let say: (finding: Finding) => void = () => undefined;
    const late = check('late', () => new Promise((resolve) => (say = resolve)), { limitMs: 20 });
    const after = check('after', async () => {
      say(pass('at last'));
      return pass('fine');
    });
    const rows = await rowsOf([[late, after]]);
    expect(rows.map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ['fail', 'no answer within 0.02 s'],
      ['pass', 'fine'],
    ]);
  });

  test('one that fails after its limit ends nothing', async () => {
    let break_: (error: Error) => void = () => undefined;
    const late = check('late', () => new Promise((_, reject) => (break_ = reject)), { limitMs: 20 });
    const [row] = await rowsOf([[late]]);
    break_(new Error('much later'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(row?.detail).toContain('no answer');
  });

  test('the checks of a series take turns', async () => {
    const seen: string[] = [];
    const slow = (id: string): Check =>
      check(id, async () => {
        seen.push(`${id} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${id} ends`);
        return pass('');
      });
    await rowsOf([[slow('a'), slow('b')]]);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  test('series run side by side, and the rows stay in order', async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    // Would wait for ever, if the second series waited for the first.
    const first = check('first', async () => {
      await opened;
      return pass('');
    });
    const second = check('second', async () => {
      open();
      return pass('');
    });
    const rows = await rowsOf([[first, fine('third')], [second]]);
    expect(rows.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['first', 'pass'],
      ['third', 'pass'],
      ['second', 'pass'],
    ]);
  });

  test('a person is told before a check what to do, after the row of the last one', async () => {
    const heard: string[] = [];
    const prompted = (id: string): Check =>
      check(
        id,
        async () => {
          heard.push(`${id} runs`);
          return pass('');
        },
        { prompt: `Do ${id}.` },
      );
    const ask = { say: (text: string) => heard.push(text), confirm: () => Promise.resolve(true) };
    const onRow = ({ id }: Row): unknown => heard.push(`${id} shown`);
    await runChecks([[prompted('a')], [prompted('b')]], { onRow, ask });
    expect(heard.splice(0)).toEqual(['Do a.', 'a runs', 'a shown', 'Do b.', 'b runs', 'b shown']);
    await runChecks([[prompted('a')]], { onRow });
    expect(heard).toEqual(['a runs', 'a shown']);
  });
});

describe('a chain', () => {
  test.each([
    ['fails', () => Promise.resolve(fail('no', 'Do it.')), {}],
    ['throws', () => Promise.reject(new Error('oh')), {}],
    ['hangs', never, { limitMs: 20 }],
  ] as const)('after one that %s the rest is not tried', async (_how, run, more) => {
    const rows = await rowsOf([chained([fine('a'), check('b', run, more), fine('c'), fine('d')])]);
    expect(rows.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'skip', 'skip']);
    expect(rows.at(-1)?.detail).toBe('not tried: B failed');
  });

  test('a warning and a skip break nothing', async () => {
    const links = [
      check('a', () => Promise.resolve(warn('', ''))),
      ...skipped([fine('b')], 'no need'),
      fine('c'),
    ];
    const rows = await rowsOf([chained(links)]);
    expect(rows.map(({ verdict }) => verdict)).toEqual(['warn', 'skip', 'pass']);
  });
});

test('skipped checks keep their names and run nothing', async () => {
  const run = (): Promise<Finding> => Promise.reject(new Error('it ran'));
  const [row] = await rowsOf([skipped([check('a', run, { prompt: 'Jump.' })], 'offline')]);
  expect(row).toMatchObject({ id: 'a', title: 'A', verdict: 'skip', detail: 'offline' });
});
