// The doctor's report as data: one row per check, and one verdict over all rows. This is the output of
// `parley doctor --json`; scripts depend on its fields.

import type { Finding, Verdict } from '../check.ts';

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

const worst = (rows: readonly Row[]): Report['verdict'] => {
  if (rows.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return rows.some(({ verdict }) => verdict === 'warn') ? 'warn' : 'pass';
};

export const createReport = (version: string, checks: readonly Row[]): Report => ({
  version,
  verdict: worst(checks),
  checks,
});

/** `row` with its detail and remedy filtered. The remedy comes last but one, as in the documentation. */
export const mapText = ({ ms, ...row }: Row, filter: (text: string) => string): Row => ({
  ...row,
  detail: filter(row.detail),
  ...(row.remedy === undefined ? {} : { remedy: filter(row.remedy) }),
  ms,
});
