// Counts the tests of a scenario. stdin: the TAP of node:test and `RIG-EXIT n`, the exit code of its program.
// stdout: `PASSED FAILED`. stderr: the failed tests with their details. Results that are incomplete or contradict
// each other count as one failure.

import { text } from 'node:stream/consumers';

const name = process.argv[2] ?? 'the scenario';
const lines = (await text(process.stdin)).replaceAll('\r', '').split('\n');

/** @param {string} words */
const tell = (words) => void process.stderr.write(`${words}\n`);

/** Every result, in order. The result of a test with subtests follows theirs; only subtests are counted then. */
const results = lines.flatMap((line, at) => {
  const [, indent, verdict, words = ''] = /^( *)(not ok|ok) \d+ - (.*)$/.exec(line) ?? [];
  if (indent === undefined) return [];
  return [{ at, depth: indent.length, ok: verdict === 'ok', skipped: / # SKIP\b/.test(words), words }];
});
const parts = results.filter(({ depth }, at) => (results[at - 1]?.depth ?? 0) <= depth);
const failures = parts.filter(({ ok }) => !ok);

/** @param {number} at the line of a result; its details follow, up to "..." */
const reasons = (at) => {
  const after = lines.slice(at + 1, at + 60);
  return after
    .slice(
      0,
      Math.max(
        0,
        after.findIndex((line) => line.trim() === '...'),
      ),
    )
    .join('\n');
};

/** Why the results are incomplete or contradictory; undefined where they are not. */
const contradiction = () => {
  const planned = Number(lines.map((line) => /^1\.\.(\d+)$/.exec(line)?.[1]).find((count) => count) ?? 0);
  const exits = lines.flatMap((line) => /^RIG-EXIT (\d+)$/.exec(line)?.[1] ?? []);
  const found = results.filter(({ depth }) => depth === 0).length;
  if (planned === 0 || exits.length === 0)
    return `the results are incomplete; their end:\n${lines.slice(-8).join('\n')}`;
  if (planned !== found) return `${planned} tests planned, ${found} results`;
  return exits[0] !== '0' && failures.length === 0
    ? `its program ended with ${exits[0]}, but no test failed`
    : undefined;
};

for (const line of lines)
  if (/^ *# (benchmark|heard|found|doctor|failed as expected):/.test(line)) tell(`      ${line.trim()}`);
for (const { at, words } of failures) tell(`parley: ${name}: failed: ${words}\n${reasons(at)}`);
const wrong = contradiction();
if (wrong !== undefined) tell(`parley: ${name}: failed: ${wrong}`);
const passed = parts.filter(({ ok, skipped }) => ok && !skipped).length;
process.stdout.write(`${passed} ${failures.length + (wrong === undefined ? 0 : 1)}\n`);
