// The reason for a failed start, which setup.sh reads from the journal.

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const digest = (entries: readonly object[]): string =>
  execFileSync(process.execPath, ['scripts/setup/digest.js', 'journal'], {
    input: entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
    encoding: 'utf8',
  }).trim();

const ofParley = (MESSAGE: unknown): object => ({ _SYSTEMD_UNIT: 'parley.service', MESSAGE });
const ofSystemd = (MESSAGE: string, MESSAGE_ID = 'd9b373ed55a64feb8242e02dbe79a49c'): object => ({
  _SYSTEMD_UNIT: 'init.scope',
  UNIT: 'parley.service',
  MESSAGE,
  MESSAGE_ID,
});
const failed = ofSystemd("parley.service: Failed with result 'exit-code'.");
const notStarted = {
  ...ofSystemd('parley.service: Failed at step EXEC spawning node', '641257651c1b4ec9a8624d7a40a9e1e7'),
  _SYSTEMD_UNIT: 'parley.service',
};

test.each([
  [
    'the log as JSON',
    [
      ofParley('{"level":"warn","msg":"Old."}'),
      ofParley('{"level":"error","msg":"Failed","reason":"No card."}'),
      failed,
    ],
    'Failed: No card.',
  ],
  [
    'the log as text: a phase',
    [ofParley('Failed: No card: plug it in.  [light flashes alarm]'), failed],
    'Failed: No card: plug it in.',
  ],
  ['the log as text: a warning', [ofParley('  Warning: The disk is full.')], 'Warning: The disk is full.'],
  ['a program that ends without a log', [ofParley('SyntaxError: x'), ofParley(''), failed], 'SyntaxError: x'],
  [
    'a program that is not started',
    [notStarted, failed],
    'parley.service: Failed at step EXEC spawning node',
  ],
  ['an error of the program before', [ofParley('  Error: x'), notStarted], 'Error: x'],
  ['bytes that are no text', [ofParley([255, 254])], '"journalctl -u parley" may say why'],
  ['nothing of the service', [failed], '"journalctl -u parley" may say why'],
  ['nothing', [], '"journalctl -u parley" may say why'],
])('%s', (_name, entries, words) => {
  expect(digest(entries)).toBe(words);
});
