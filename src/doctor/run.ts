// Runs checks. Series run in parallel, the checks of one series in sequence; the rows come in the order of the
// checks. A check that throws or exceeds its limit becomes a failed row and does not affect the others.

import { errorMessage } from '../core/errors.ts';
import { type Check, type Finding, fail, skip } from './check.ts';
import type { Row } from './report/report.ts';
import { withTimeLimit } from './time-limit.ts';
import type { UserDialog } from './user-dialog.ts';

const DEFAULT_LIMIT_MS = 10_000;
const remedy = 'Try again. If it fails again, write a support file with --bundle FILE and report it.';

const withinLimit = async ({ run, limitMs = DEFAULT_LIMIT_MS }: Check): Promise<Finding> => {
  try {
    const late = (): Finding => fail('check-timeout', `no result within ${limitMs / 1000} s`, remedy);
    return await withTimeLimit(run(), limitMs, late);
  } catch (error) {
    return fail('check-failed', `the check itself failed: ${errorMessage(error)}`, remedy);
  }
};

const runCheck = async (check: Check, dialog?: UserDialog): Promise<Row> => {
  if (check.prompt !== undefined) dialog?.say(check.prompt);
  const startMs = performance.now();
  const finding = await withinLimit(check);
  const { id, title } = check;
  return { id, title, ...finding, ms: Math.round(performance.now() - startMs) };
};

/** Starts every series; one promise per check, in order. */
const start = (series: readonly (readonly Check[])[]): Promise<Row>[] =>
  series.flatMap((checks) => {
    let previous: Promise<unknown> = Promise.resolve();
    return checks.map((check) => {
      const row = previous.then(() => runCheck(check));
      previous = row;
      return row;
    });
  });

/**
 * The rows in the order of the checks, each as soon as all rows before it are known. Never throws. With a `dialog` one
 * check runs at a time, after the row of the check before it was taken.
 */
export async function* runChecks(
  series: readonly (readonly Check[])[],
  dialog?: UserDialog,
): AsyncGenerator<Row> {
  if (dialog === undefined) yield* start(series);
  else for (const check of series.flat()) yield runCheck(check, dialog);
}

/** The same checks, with this finding in place of running them. */
export const skipped = (checks: readonly Check[], finding: Finding): Check[] =>
  checks.map(({ id, title }) => ({ id, title, run: () => Promise.resolve(finding) }));

/** Each check depends on the one before it: after a failure the rest is skipped. */
export const chained = (checks: readonly Check[]): Check[] => {
  let failed: string | undefined;
  return checks.map((check) => ({
    ...check,
    run: async () => {
      if (failed !== undefined) return skip('skipped-step-failed', `not tried: ${failed} failed`);
      // Reset below on success only: a check that throws or hangs has failed too.
      failed = check.title;
      const finding = await check.run();
      if (finding.verdict !== 'fail') failed = undefined;
      return finding;
    },
  }));
};
