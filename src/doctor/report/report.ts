// The doctor's report: one row per check, and one verdict over all rows. As data it is the output of `parley doctor
// --json`; scripts depend on its fields. For people a row is a mark, the check's title, what was found, and below
// that the remedy, in at most 80 columns, so that it also fits a photograph of a small screen, or a message.

import type { Finding, Verdict } from '../check.ts';

const marks: Readonly<Record<Verdict, string>> = { pass: 'pass', warn: 'warn', fail: 'FAIL', skip: '-' };
const colours: Readonly<Record<Verdict, string>> = { pass: '32', warn: '33', fail: '1;31', skip: '2' };
const MARK_WIDTH = 6;
const MAX_COLUMNS = 80;
const MIN_COLUMNS = 40;

export interface Row extends Finding {
  readonly id: string;
  readonly title: string;
  /** Duration of the check, in whole milliseconds. */
  readonly ms: number;
}

export interface Report {
  /** The version of Parley. */
  readonly version: string;
  readonly verdict: Exclude<Verdict, 'skip'>;
  readonly checks: readonly Row[];
}

export const createReport = (version: string, checks: readonly Row[]): Report => {
  const has = (verdict: Verdict): boolean => checks.some((row) => row.verdict === verdict);
  const warned = has('warn') ? 'warn' : 'pass';
  return { version, verdict: has('fail') ? 'fail' : warned, checks };
};

/** `row` with its detail and remedy filtered. The remedy comes last but one, as in the documentation. */
export const mapText = ({ ms, ...row }: Row, filter: (text: string) => string): Row => ({
  ...row,
  detail: filter(row.detail),
  ...(row.remedy === undefined ? {} : { remedy: filter(row.remedy) }),
  ms,
});

/** Words are never broken: a path or a command stays whole at any width. */
const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** Line breaks stay; every other control character becomes a space. */
const wrapAll = (text: string, width: number): string[] =>
  text.split('\n').flatMap((line) => wrap(line.replaceAll(/[\s\p{C}]+/gu, ' ').trim(), width));

/** @param titles of all rows of the table */
export const createTable = (titles: readonly string[], columns: number, colour: boolean) => {
  const titleWidth = Math.max(...titles.map(({ length }) => length)) + 2;
  const indent = ' '.repeat(MARK_WIDTH + titleWidth);
  const room = Math.min(MAX_COLUMNS, Math.max(columns, MIN_COLUMNS)) - indent.length;
  return ({ verdict, title, detail, remedy }: Row): string => {
    const mark = marks[verdict].padEnd(MARK_WIDTH);
    const shown = colour ? `\x1b[${colours[verdict]}m${mark}\x1b[0m` : mark;
    const [first = '', ...more] = wrapAll(detail, room);
    const remedyLine = (line: string, at: number): string => `${indent}${at === 0 ? '-> ' : '   '}${line}`;
    return [
      `${shown}${title.padEnd(titleWidth)}${first}`.trimEnd(),
      ...more.map((line) => indent + line),
      ...(remedy === undefined ? [] : wrapAll(remedy, room - 3).map(remedyLine)),
    ].join('\n');
  };
};

/** "Parley 0.1.0: 14 passed, 2 warnings, 1 failed, 5 not tried." */
export const summaryOf = ({ version, checks }: Report): string => {
  const count = (verdict: Verdict): number => checks.filter((row) => row.verdict === verdict).length;
  const warnings = count('warn');
  const warned = warnings === 0 ? '' : ` ${warnings} ${warnings === 1 ? 'warning' : 'warnings'},`;
  return `Parley ${version}: ${count('pass')} passed,${warned} ${count('fail')} failed, ${count('skip')} not tried.`;
};
