// Counts what vitest did, from its JSON report and its exit code, as "PASSED FAILED". What cannot be
// counted is a failure: no report, a file that did not load, a crash after good tests, no test at all.

import { readFileSync } from 'node:fs';

const help = `Usage: node scripts/tally.js REPORT.json EXIT-CODE

Prints how many tests passed and failed, as two numbers.
`;

/**
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */

/**
 * @param {string} file
 * @returns {Report | undefined}
 */
const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    process.stderr.write(`tally: vitest wrote no report: ${error}\n`);
    return undefined;
  }
};

/**
 * Files that failed without a failing test: they did not load, or their hooks failed.
 * @param {Report} report
 */
const brokenFiles = ({ testResults }) =>
  testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;

/**
 * @param {Report | undefined} report
 * @param {number} exitCode
 */
const tally = (report, exitCode) => {
  if (report === undefined) return [0, 1];
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + brokenFiles(report);
  const isBad = exitCode !== 0 || passed + failed === 0;
  return [passed, isBad ? Math.max(failed, 1) : failed];
};

const [file, exitCode] = process.argv.slice(2);
if (file === '--help' || file === undefined || exitCode === undefined) {
  process.stdout.write(help);
  if (file !== '--help') process.exitCode = 2;
} else {
  process.stdout.write(`${tally(read(file), Number(exitCode)).join(' ')}\n`);
}
