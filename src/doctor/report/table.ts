// The report as people read it: a mark, what was looked at, what was found, and below that what to do.
// Eighty columns at most, so that it also fits a photograph of a small screen and a message to somebody.

import type { Verdict } from '../check.ts';
import type { Report, Row } from './report.ts';

const marks: Readonly<Record<Verdict, string>> = { pass: 'pass', warn: 'warn', fail: 'FAIL', skip: '-' };
const colours: Readonly<Record<Verdict, string>> = { pass: '32', warn: '33', fail: '1;31', skip: '2' };
const markWidth = 6;

export interface TableOptions {
  /** Of all rows that will come. */
  readonly titles: readonly string[];
  readonly columns: number;
  readonly colour: boolean;
}

/** Words are never broken: a path or a command stays whole, whatever the width. */
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

/** Lines stay lines; whatever else a terminal would obey becomes a space. */
const wrapAll = (text: string, width: number): string[] =>
  text.split('\n').flatMap((line) => wrap(line.replaceAll(/[\s\p{C}]+/gu, ' ').trim(), width));

export const createTable = ({ titles, columns, colour }: TableOptions): ((row: Row) => string) => {
  const titleWidth = Math.max(...titles.map(({ length }) => length)) + 2;
  const indent = ' '.repeat(markWidth + titleWidth);
  const room = Math.min(80, Math.max(columns, 40)) - indent.length;
  return ({ verdict, title, detail, remedy }) => {
    const mark = marks[verdict].padEnd(markWidth);
    const shown = colour ? `\x1b[${colours[verdict]}m${mark}\x1b[0m` : mark;
    const [first = '', ...more] = wrapAll(detail, room);
    const transition = (line: string, at: number): string => `${indent}${at === 0 ? '-> ' : '   '}${line}`;
    return [
      `${shown}${title.padEnd(titleWidth)}${first}`.trimEnd(),
      ...more.map((line) => indent + line),
      ...(remedy === undefined ? [] : wrapAll(remedy, room - 3).map(transition)),
    ].join('\n');
  };
};

const count = (rows: readonly Row[], wanted: Verdict): number =>
  rows.filter(({ verdict }) => verdict === wanted).length;

/** "Parley 0.1.0: 14 passed, 2 warnings, 1 failed, 5 not tried." */
export const summaryOf = ({ version, checks }: Report): string => {
  const warnings = count(checks, 'warn');
  const parts = [
    `${count(checks, 'pass')} passed`,
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
    `${count(checks, 'fail')} failed`,
    `${count(checks, 'skip')} not tried`,
  ];
  return `Parley ${version}: ${parts.join(', ')}.`;
};
