// The report for people, and its verdict.

import { describe, expect, test } from 'vitest';
import {
  createReport,
  createTable,
  mapText,
  type Row,
  summaryOf,
} from '../../../src/doctor/report/report.ts';

const row = (parts: Partial<Row>): Row => ({
  id: 'x',
  title: 'Title',
  verdict: 'pass',
  code: 'fine',
  detail: 'fine',
  ms: 1,
  ...parts,
});
const table = (columns = 80, colour = false) => createTable(['Title', 'A longer title'], columns, colour);
const words = 'ten words that are here to fill a line or two. '.repeat(4).trim();

describe('the table', () => {
  test('a mark, the title, the detail, and the remedy below', () => {
    const lineOf = table();
    expect(lineOf(row({}))).toBe('pass  Title           fine');
    expect(lineOf(row({ verdict: 'skip', title: 'A longer title' }))).toBe('-     A longer title  fine');
    expect(lineOf(row({ verdict: 'fail', detail: 'gone', remedy: 'Plug it in.' }))).toBe(
      'FAIL  Title           gone\n                      -> Plug it in.',
    );
  });

  test('no line is too long, and no word is lost', () => {
    for (const [columns, most] of [
      [80, 80],
      [200, 80],
      [50, 50],
    ] as const) {
      const text = table(columns)(row({ verdict: 'warn', detail: words, remedy: words }));
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(most);
      expect(text.replaceAll(/[\s>-]+/g, '')).toBe(`warnTitle${words}${words}`.replaceAll(/[\s>-]+/g, ''));
    }
  });

  test('a command longer than the line stays whole', () => {
    const command = `/very/long/${'path/'.repeat(20)}file`;
    expect(table()(row({ detail: `see ${command} there` })).split('\n')).toContain(
      `                      ${command}`,
    );
  });

  test('line breaks stay', () => {
    expect(table()(row({ detail: 'one\ntwo' }))).toBe('pass  Title           one\n                      two');
  });

  test('no control characters', () => {
    expect(table()(row({ detail: 'a\x1b[2Jb\x07\u009bc\u202ed', remedy: 'e\x00f' }))).not.toMatch(
      /[^\P{C}\n]/u,
    );
  });

  test('colours only on request', () => {
    expect(table(80, true)(row({ verdict: 'fail' }))).toBe('\x1b[1;31mFAIL  \x1b[0mTitle           fine');
    expect(table()(row({ verdict: 'fail' }))).not.toContain('\x1b');
  });
});

describe('the report', () => {
  const verdictOf = (...verdicts: Row['verdict'][]) =>
    createReport(
      '1.2.3',
      verdicts.map((verdict) => row({ verdict })),
    ).verdict;

  test('the worst verdict counts; a skip does not', () => {
    expect(verdictOf('pass', 'skip')).toBe('pass');
    expect(verdictOf('pass', 'warn', 'skip')).toBe('warn');
    expect(verdictOf('warn', 'fail', 'pass')).toBe('fail');
    expect(verdictOf()).toBe('pass');
  });

  test('as one line', () => {
    const summary = (...verdicts: Row['verdict'][]) =>
      summaryOf(
        createReport(
          '1.2.3',
          verdicts.map((verdict) => row({ verdict })),
        ),
      );
    expect(summary('pass', 'pass', 'skip')).toBe('Parley 1.2.3: 2 passed, 0 failed, 1 not tried.');
    expect(summary('warn', 'fail')).toBe('Parley 1.2.3: 0 passed, 1 warning, 1 failed, 0 not tried.');
    expect(summary('warn', 'warn')).toContain('2 warnings');
  });

  test('detail and remedy are filtered', () => {
    const filter = (text: string) => text.replaceAll('sk-x', '[secret]');
    expect(mapText(row({ detail: 'a sk-x', remedy: 'b sk-x' }), filter)).toEqual(
      row({ detail: 'a [secret]', remedy: 'b [secret]' }),
    );
    expect(mapText(row({}), filter)).toEqual(row({}));
  });
});
