// Counts the results of the virtual Pi: incomplete or contradictory results must count as failures.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('count-tap.js', import.meta.url));

const count = (...lines: string[]) => {
  const { stdout, stderr } = spawnSync(process.execPath, [script, 'upgrade'], {
    input: lines.join('\r\n'),
    encoding: 'utf8',
  });
  return { sums: stdout.trim(), errors: stderr };
};

const parts = ['    ok 1 - one', '    ok 2 - two', '    1..2'];

test('only tests without subtests are counted, and skipped ones are not', () => {
  const skipped = '    ok 3 - three # SKIP "two" failed';
  expect(count(...parts, skipped, 'ok 1 - whole', 'ok 2 - alone', '1..2', 'RIG-EXIT 0').sums).toBe('3 0');
});

test('a failure is printed with its details', () => {
  const failed = [
    '    not ok 1 - one',
    '      ---',
    '      error: the light was off',
    '      ...',
    '    1..1',
  ];
  const { sums, errors } = count(...failed, 'not ok 1 - whole', '1..1', 'RIG-EXIT 1');
  expect(sums).toBe('0 1');
  expect(errors).toMatch(/^parley: upgrade: failed: one\n.*\n.*error: the light was off\n/);
});

test.each([
  ['nothing at all', [], 'the results are incomplete'],
  ['no exit code', ['ok 1 - one', '1..1'], 'the results are incomplete'],
  ['no plan', ['ok 1 - one', 'RIG-EXIT 0'], 'the results are incomplete'],
  ['a plan of nothing', ['1..0', 'RIG-EXIT 0'], 'the results are incomplete'],
  ['missing tests', ['ok 1 - one', '1..3', 'RIG-EXIT 0'], '3 tests planned, 1 results'],
  ['an exit code that no test explains', ['ok 1 - one', '1..1', 'RIG-EXIT 7'], 'its program ended with 7'],
  [
    'a test that failed after its subtests passed',
    [...parts, 'not ok 1 - whole', '1..1', 'RIG-EXIT 1'],
    'its program ended with 1, but no test failed',
  ],
])('%s is a failure', (_story, lines, words) => {
  const { sums, errors } = count(...lines);
  expect(sums).toMatch(/^\d+ 1$/);
  expect(errors).toContain(`parley: upgrade: failed: ${words}`);
});

test('benchmarks are printed', () => {
  const { errors } = count('    # benchmark: start to READY 1400 ms', 'ok 1 - one', '1..1', 'RIG-EXIT 0');
  expect(errors).toBe('      # benchmark: start to READY 1400 ms\n');
});
