// What the doctor found, as data: one row for each check, and a verdict over all of them. The shape of
// `parley doctor --json`; scripts rely on it.

import type { Finding, Verdict } from '../check.ts';

export interface Row extends Finding {
  readonly id: string;
  readonly title: string;
  /** How long the check took, in whole milliseconds. */
  readonly ms: number;
}

export interface Report {
  /** Of Parley. */
  readonly version: string;
  readonly verdict: Exclude<Verdict, 'skip'>;
  readonly checks: readonly Row[];
}

const worst = (rows: readonly Row[]): Report['verdict'] => {
  if (rows.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return rows.some(({ verdict }) => verdict === 'warn') ? 'warn' : 'pass';
};

export const reportOf = (version: string, checks: readonly Row[]): Report => ({
  version,
  verdict: worst(checks),
  checks,
});

/** `row` with its words cleaned. The remedy stands last but one, as in the documentation. */
export const mapWords = ({ ms, ...row }: Row, clean: (text: string) => string): Row => ({
  ...row,
  detail: clean(row.detail),
  ...(row.remedy === undefined ? {} : { remedy: clean(row.remedy) }),
  ms,
});
