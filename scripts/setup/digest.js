// What setup.sh wants to know of longer texts, on stdin: `checks`, of the report of `parley doctor --json`, the
// checks that fail, an id and its words a line; `log`, of a log, the last sentence that is a warning or worse.

import { readFileSync } from 'node:fs';

const input = readFileSync(0, 'utf8').trim();

/** @returns {string[]} */
const failingChecks = () => {
  try {
    /** @type {{ checks: { id: string, title: string, verdict: string, detail: string, remedy?: string }[] }} */
    const { checks } = JSON.parse(input);
    return checks
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ id, title, detail, remedy = '' }) =>
        `${id}\t${title}: ${detail}. ${remedy}`.replaceAll(/\s*\n\s*/g, ' ').trim(),
      );
  } catch {
    return ['doctor\tparley doctor gives no answer.'];
  }
};

/**
 * @param {string} line
 * @returns {string[]}
 */
const complaint = (line) => {
  try {
    const { level, msg, reason } = JSON.parse(line);
    if (!['warn', 'error', 'fatal'].includes(level)) return [];
    return [reason === undefined ? msg : `${msg}: ${reason}`];
  } catch {
    // What is not of our log is systemd's word on the unit, or a last word of the program.
    return /^(Start|Stopp|parley\.service)/.test(line) ? [] : [line];
  }
};

const found = process.argv[2] === 'checks' ? failingChecks() : input.split('\n').flatMap(complaint).slice(-1);
for (const line of found) process.stdout.write(`${line}\n`);
