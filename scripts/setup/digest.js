// Reads two kinds of text for setup.sh, on stdin. `checks`: the report of `parley doctor --json`; prints a line for
// each check that failed, its id and a sentence. `journal`: warnings and errors of the service, from journalctl with
// --output=json; prints the sentence that says why it failed.

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
    return ['doctor\tparley doctor printed no report.'];
  }
};

/**
 * @typedef {object} Entry One of the journal's, as JSON.
 * @property {unknown} [MESSAGE] a list of bytes where it is not UTF-8
 * @property {string} [MESSAGE_ID] what kind of message it is, of systemd's own
 * @property {string} [_SYSTEMD_UNIT] missing or another unit's in what systemd says of ours
 */

/** MESSAGE_ID of "Failed at step EXEC spawning ...": systemd could not start the program. */
const SPAWN_FAILED = '641257651c1b4ec9a8624d7a40a9e1e7';

/** @param {string} line @returns {Entry[]} */
const entryIn = (line) => {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
};

/** A line of the log, which may be JSON itself. @param {string} text */
const sentenceOf = (text) => {
  try {
    const { msg, reason } = JSON.parse(text);
    return reason === undefined ? msg : `${msg}: ${reason}`;
  } catch {
    return text.replace(/ {2}\[[^\]]*\]$/, '').trim();
  }
};

/** @returns {string[]} */
const lastError = () => {
  const entries = input
    .split('\n')
    .flatMap(entryIn)
    .filter(({ MESSAGE }) => typeof MESSAGE === 'string' && MESSAGE.trim() !== '');
  const ofParley = entries.findLast(
    ({ _SYSTEMD_UNIT, MESSAGE_ID }) => _SYSTEMD_UNIT === 'parley.service' && MESSAGE_ID === undefined,
  );
  const found = ofParley ?? entries.findLast(({ MESSAGE_ID }) => MESSAGE_ID === SPAWN_FAILED);
  return [found === undefined ? '"journalctl -u parley" may say why' : sentenceOf(String(found.MESSAGE))];
};

const found = process.argv[2] === 'checks' ? failingChecks() : lastError();
for (const line of found) process.stdout.write(`${line}\n`);
