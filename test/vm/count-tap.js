// Counts the tests of a boot of the virtual Pi: TAP of node:test on stdin, and the exit code of its program as
// `RIG-EXIT n`; `PASSED FAILED` on stdout, and on stderr what failed, with its reasons. Results that do not
// come to their end, or do not agree with each other, are a failure themselves.

import { text } from 'node:stream/consumers';

const name = process.argv[2] ?? 'the scenario';
const lines = (await text(process.stdin)).replaceAll('\r', '').split('\n');

/** @param {string} words */
const tell = (words) => void process.stderr.write(`${words}\n`);

/** Every result, in order. One of a whole comes after those of its parts, which alone are counted. */
const results = lines.flatMap((line, at) => {
  const [, indent, verdict, words = ''] = /^( *)(not ok|ok) \d+ - (.*)$/.exec(line) ?? [];
  if (indent === undefined) return [];
  return [{ at, depth: indent.length, ok: verdict === 'ok', skipped: / # SKIP\b/.test(words), words }];
});
const parts = results.filter(({ depth }, at) => (results[at - 1]?.depth ?? 0) <= depth);
const failures = parts.filter(({ ok }) => !ok);

/** @param {number} at the line of a result; what follows it up to "..." are its reasons */
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

/** Why the results cannot be believed. */
const contradiction = () => {
  const planned = Number(lines.map((line) => /^1\.\.(\d+)$/.exec(line)?.[1]).find((count) => count) ?? 0);
  const exits = lines.flatMap((line) => /^RIG-EXIT (\d+)$/.exec(line)?.[1] ?? []);
  const found = results.filter(({ depth }) => depth === 0).length;
  if (planned === 0 || exits.length === 0)
    return `the results do not come to their end; the last of them:\n${lines.slice(-8).join('\n')}`;
  if (planned !== found) return `${planned} tests were to come, and ${found} came`;
  return exits[0] !== '0' && failures.length === 0
    ? `its program ended with ${exits[0]}, and no test says why`
    : undefined;
};

for (const line of lines)
  if (/^ *# (benchmark|heard|found|doctor|failed, as it must):/.test(line)) tell(`      ${line.trim()}`);
for (const { at, words } of failures) tell(`parley: ${name}: failed: ${words}\n${reasons(at)}`);
const wrong = contradiction();
if (wrong !== undefined) tell(`parley: ${name}: failed: ${wrong}`);
const passed = parts.filter(({ ok, skipped }) => ok && !skipped).length;
process.stdout.write(`${passed} ${failures.length + (wrong === undefined ? 0 : 1)}\n`);
