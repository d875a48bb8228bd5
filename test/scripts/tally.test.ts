// The sum at the end of a test run must never be better than the run.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'parley-tally-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = join(import.meta.dirname, '../../scripts/tally.js');

const file = (...statuses: string[]) => ({
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});
const broken = { status: 'failed', assertionResults: [] };

const reportOf = (...testResults: ReturnType<typeof file>[]): string => {
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const count = (wanted: string) => all.filter(({ status }) => status === wanted).length;
  return JSON.stringify({
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    testResults,
  });
};

const tally = (report: string, exitCode: number): string =>
  execFileSync('node', [script, report, `${exitCode}`], { encoding: 'utf8', stdio: 'pipe' });

const cases: [what: string, report: string, exitCode: number, sum: string][] = [
  ['good tests', reportOf(file('passed', 'passed'), file('passed')), 0, '3 0'],
  ['skipped ones do not count', reportOf(file('passed', 'pending')), 0, '1 0'],
  ['failed tests', reportOf(file('passed', 'failed'), file('failed')), 1, '1 2'],
  ['a file that does not load', reportOf(file('passed'), broken), 1, '1 1'],
  ['both', reportOf(file('failed'), broken), 1, '0 2'],
  ['a crash after good tests', reportOf(file('passed')), 1, '1 1'],
  ['failed tests and exit code 0', reportOf(file('failed')), 0, '0 1'],
  ['no test at all', reportOf(), 0, '0 1'],
  ['only skipped ones', reportOf(file('pending')), 0, '0 1'],
  ['an empty report', '', 1, '0 1'],
  ['half a report', '{"numPassedTests": 3', 0, '0 1'],
];

test.each(cases)('%s', (_what, report, exitCode, sum) => {
  const path = join(folder, 'report.json');
  writeFileSync(path, report);
  expect(tally(path, exitCode)).toBe(`${sum}\n`);
});

test('no report', () => {
  expect(tally(join(folder, 'none.json'), 0)).toBe('0 1\n');
});
