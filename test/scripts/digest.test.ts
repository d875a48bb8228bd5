// What setup.sh says of a service that did not start, from its log.

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const digest = (log: string): string =>
  execFileSync(process.execPath, ['scripts/setup/digest.js', 'log'], { input: log, encoding: 'utf8' }).trim();

test.each([
  [
    'the log as JSON',
    '{"level":"info","msg":"Ready"}\n{"level":"error","msg":"Failed","reason":"No card."}\n{"level":"info","msg":"Ended."}',
    'Failed: No card.',
  ],
  [
    'the log as text: a phase',
    'Ready  [light off]\nFailed: No card: plug it in.  [light flashes alarm]\n  Stopping (signal SIGTERM)\n  Stopped',
    'Failed: No card: plug it in.',
  ],
  ['the log as text: a warning', '  Warning: The disk is full.\nReady  [light off]', 'The disk is full.'],
  ['the log as text: an error', '  Error: GPIO 17 is in use.\n  Stopped', 'GPIO 17 is in use.'],
  [
    'a program that ends before it has a log',
    'Ready  [light off]\nparley.toml:2: realtime.vioce: unknown key\nparley.service: Main process exited',
    'parley.toml:2: realtime.vioce: unknown key',
  ],
  ['nothing', '', 'journalctl -u parley tells more'],
])('%s', (_name, log, words) => {
  expect(digest(log)).toBe(words);
});
