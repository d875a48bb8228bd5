// The report for people, and the verdict over it.

import { describe, expect, test } from 'vitest';
import { mapWords, type Row, reportOf } from '../../../src/doctor/report/report.ts';
import { createTable, summaryOf } from '../../../src/doctor/report/table.ts';

const row = (parts: Partial<Row>): Row => ({
  id: 'x',
  title: 'Title',
  verdict: 'pass',
  detail: 'fine',
  ms: 1,
  ...parts,
});
const table = (columns = 80, colour = false) =>
  createTable({ titles: ['Title', 'A longer title'], columns, colour });
const words = 'ten words that are there to fill a line or two. '.repeat(4).trim();

describe('the table', () => {
  test('a mark, the title, what was found, and the remedy below', () => {
    const lineOf = table();
    expect(lineOf(row({}))).toBe('pass  Title           fine');
    expect(lineOf(row({ verdict: 'skip', title: 'A longer title' }))).toBe('-     A longer title  fine');
    expect(lineOf(row({ verdict: 'fail', detail: 'gone', remedy: 'Plug it in.' }))).toBe(
      'FAIL  Title           gone\n                      -> Plug it in.',
    );
  });

  test('no line is longer than the page, and no word is lost', () => {
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

  test('a command too long for the page stays whole', () => {
    const command = `/very/long/${'path/'.repeat(20)}file`;
    expect(table()(row({ detail: `see ${command} there` })).split('\n')).toContain(
      `                      ${command}`,
    );
  });

  test('the lines of several faults stay lines', () => {
    expect(table()(row({ detail: 'one\ntwo' }))).toBe('pass  Title           one\n                      two');
  });

  test('nothing that a terminal obeys', () => {
    expect(table()(row({ detail: 'a\x1b[2Jb\x07\u009bc\u202ed', remedy: 'e\x00f' }))).not.toMatch(
      /[^\P{C}\n]/u,
    );
  });

  test('colours only where they are wanted', () => {
    expect(table(80, true)(row({ verdict: 'fail' }))).toBe('\x1b[1;31mFAIL  \x1b[0mTitle           fine');
    expect(table()(row({ verdict: 'fail' }))).not.toContain('\x1b');
  });
});

describe('the report', () => {
  const verdictOf = (...verdicts: Row['verdict'][]) =>
    reportOf(
      '1.2.3',
      verdicts.map((verdict) => row({ verdict })),
    ).verdict;

  test('the worst counts; what was not tried does not', () => {
    expect(verdictOf('pass', 'skip')).toBe('pass');
    expect(verdictOf('pass', 'warn', 'skip')).toBe('warn');
    expect(verdictOf('warn', 'fail', 'pass')).toBe('fail');
    expect(verdictOf()).toBe('pass');
  });

  test('in a line', () => {
    const summary = (...verdicts: Row['verdict'][]) =>
      summaryOf(
        reportOf(
          '1.2.3',
          verdicts.map((verdict) => row({ verdict })),
        ),
      );
    expect(summary('pass', 'pass', 'skip')).toBe('Parley 1.2.3: 2 passed, 0 failed, 1 not tried.');
    expect(summary('warn', 'fail')).toBe('Parley 1.2.3: 0 passed, 1 warning, 1 failed, 0 not tried.');
    expect(summary('warn', 'warn')).toContain('2 warnings');
  });

  test('words are cleaned, all of them', () => {
    const clean = (text: string) => text.replaceAll('sk-x', '[secret]');
    expect(mapWords(row({ detail: 'a sk-x', remedy: 'b sk-x' }), clean)).toEqual(
      row({ detail: 'a [secret]', remedy: 'b [secret]' }),
    );
    expect(mapWords(row({}), clean)).toEqual(row({}));
  });
});
