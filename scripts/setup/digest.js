// What setup.sh wants to know of longer texts, on stdin: `checks`, of the report of `parley doctor --json`, the
// checks that fail, an id and its words a line; `log`, of a log, the sentence that tells why the service failed.

import { readFileSync } from 'node:fs';

const input = readFileSync(0, 'utf8').trimEnd();

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
 * What a line says of a failure, and how much it tells: 2 for a complaint of our own, 1 for the last words of a
 * program that has no log, 0 for systemd's, of which only one tells a reason.
 * @param {string} line
 * @returns {{ words: string, rank: number }[]}
 */
const complaint = (line) => {
  try {
    const { level, msg, reason } = JSON.parse(line);
    if (!['warn', 'error', 'fatal'].includes(level)) return [];
    return [{ words: reason === undefined ? msg : `${msg}: ${reason}`, rank: 2 }];
  } catch {
    const ours =
      /^ {2}(?:Warning|Error): (.+)$/.exec(line)?.[1] ?? /^((?:Failed|Not ready): .+?) {2}\[/.exec(line)?.[1];
    if (ours !== undefined) return [{ words: ours, rank: 2 }];
    // Any other line of the log as text.
    if (line.startsWith('  ') || / {2}\[light [\w ]+\]$/.test(line)) return [];
    if (line.includes('Failed at step')) return [{ words: line, rank: 0 }];
    const ofSystemd = /^(Start|Stopp|Failed to start |Scheduled |systemd |parley\.service)/;
    return line === '' || ofSystemd.test(line) ? [] : [{ words: line, rank: 1 }];
  }
};

/** @returns {string[]} */
const lastComplaint = () => {
  const complaints = input.split('\n').flatMap(complaint);
  const best = Math.max(...complaints.map(({ rank }) => rank));
  const last = complaints.findLast(({ rank }) => rank === best);
  return [last?.words ?? 'journalctl -u parley tells more'];
};

const found = process.argv[2] === 'checks' ? failingChecks() : lastComplaint();
for (const line of found) process.stdout.write(`${line}\n`);
