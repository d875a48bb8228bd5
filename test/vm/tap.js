// Counts the tests of a boot of the virtual Pi: TAP of node:test on stdin, `PASSED FAILED` on stdout, and on
// stderr what failed, with its reasons. Results that do not come to their end are a failure themselves.

import { text } from 'node:stream/consumers';

const name = process.argv[2] ?? 'the scenario';
const lines = (await text(process.stdin)).replaceAll('\r', '').split('\n');

/** A result, after the results of its parts, if it has any: only those without parts count. */
const result = /^( *)(not ok|ok) \d+ - (.*)$/;

let passed = 0;
let failed = 0;
let depthBefore = -1;
for (const [at, line] of lines.entries()) {
  const [, indent = '', verdict, words = ''] = result.exec(line) ?? [];
  if (verdict === undefined) {
    if (/^ *# (benchmark|heard|found|doctor|failed, as it must):/.test(line))
      process.stderr.write(`      ${line.trim()}\n`);
    continue;
  }
  const hasParts = depthBefore > indent.length;
  depthBefore = indent.length;
  const isSkipped = / # SKIP\b/.test(words);
  if (verdict === 'ok' && !hasParts && !isSkipped) passed += 1;
  if (verdict !== 'not ok' || hasParts) continue;
  failed += 1;
  const report = lines.slice(at + 1, at + 40);
  const end = report.findIndex((words) => words.trim() === '...');
  process.stderr.write(
    `parley: ${name}: failed: ${words}\n${report.slice(0, Math.max(end, 0)).join('\n')}\n`,
  );
}
const isWhole =
  lines.some((line) => /^1\.\.[1-9]/.test(line)) && lines.some((line) => /^RIG-EXIT \d+$/.test(line));
if (!isWhole) {
  failed += 1;
  process.stderr.write(`parley: ${name}: the results do not come to their end; the last of them:\n`);
  process.stderr.write(`${lines.slice(-8).join('\n')}\n`);
}
process.stdout.write(`${passed} ${failed}\n`);
