// Runs checks. Series run side by side, the checks of a series one after another; the rows come out in the
// order of the checks all the same. A check that throws or takes too long is a row that says so, and costs
// none of the others.

import { errorMessage } from '../core/errors.ts';
import type { Ask } from './ask.ts';
import { type Check, type Finding, fail } from './check.ts';
import type { Row } from './report/report.ts';

const usualLimitMs = 10_000;
const report = 'try again; if it stays so, make a support file with --bundle FILE and report it';

const withinLimit = async ({ run, limitMs = usualLimitMs }: Check): Promise<Finding> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    const finding = fail(`no answer within ${limitMs / 1000} s`, report);
    timer = setTimeout(() => resolve(finding), limitMs);
  });
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    const words = errorMessage(error);
    return fail(`the check itself failed: ${words}`, report);
  } finally {
    clearTimeout(timer);
  }
};

const runCheck = async (check: Check, ask: Ask | undefined): Promise<Row> => {
  if (check.prompt !== undefined) ask?.say(check.prompt);
  const began = performance.now();
  const finding = await withinLimit(check);
  const { id, title } = check;
  return { id, title, ...finding, ms: Math.round(performance.now() - began) };
};

export interface RunOptions {
  /** Each row in turn, as soon as all before it are there. */
  readonly onRow: (row: Row) => void;
  readonly ask?: Ask | undefined;
}

/** The row of every check, once its turn has come; those of a series wait for each other. */
const started = (series: readonly (readonly Check[])[]): Promise<Row>[] =>
  series.flatMap((checks) => {
    let before: Promise<unknown> = Promise.resolve();
    return checks.map((check) => {
      const row = before.then(() => runCheck(check, undefined));
      before = row;
      return row;
    });
  });

/** Never rejects. With an `ask` one check runs at a time, when the row of the one before has been shown. */
export const runChecks = async (
  series: readonly (readonly Check[])[],
  { onRow, ask }: RunOptions,
): Promise<Row[]> => {
  const coming =
    ask === undefined
      ? started(series).map((row) => () => row)
      : series.flat().map((check) => () => runCheck(check, ask));
  const rows: Row[] = [];
  for (const next of coming) {
    const row = await next();
    onRow(row);
    rows.push(row);
  }
  return rows;
};

/** The same checks, none of which looks at anything. */
export const skipped = (checks: readonly Check[], why: string): Check[] =>
  checks.map(({ id, title }) => ({
    id,
    title,
    run: () => Promise.resolve({ verdict: 'skip', detail: why }),
  }));

/** Each builds on the one before it: after a failure the rest is not tried. */
export const chained = (checks: readonly Check[]): Check[] => {
  let failed: string | undefined;
  return checks.map((check) => ({
    ...check,
    run: async () => {
      if (failed !== undefined) return { verdict: 'skip', detail: `not tried: ${failed} failed` };
      // Until the opposite is known: a check that throws or hangs has failed as well.
      failed = check.title;
      const finding = await check.run();
      if (finding.verdict !== 'fail') failed = undefined;
      return finding;
    },
  }));
};
