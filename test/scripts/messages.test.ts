// Every refusal and every warning of the shell scripts, held once. Other tests look for the name, the path or the
// number in a sentence. A sentence that changes shows in the diff of messages.snapshot.txt.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const scripts = readdirSync(join(root, 'scripts'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.sh'))
  .sort();
const files = ['.ci/run', ...scripts.map((file) => `scripts/${file}`)];

/** The command, and its first word, in single or in double quotes. */
const message = /\b(?:die|warn|wrong_usage) (?:'([^']*)'|"((?:\$\([^)]*\)|[^"\\]|\\.)*)")/g;

test('the sentences with which the scripts refuse and warn', async () => {
  const sections = files.flatMap((file) => {
    const script = readFileSync(join(root, file), 'utf8');
    const sentences = [...script.matchAll(message)].map(
      ([, plain, quoted = '']) => plain ?? quoted.replaceAll(/\\(.)/g, '$1'),
    );
    return sentences.length === 0 ? [] : [`# ${file}\n\n${sentences.join('\n')}\n`];
  });
  await expect(sections.join('\n')).toMatchFileSnapshot('./messages.snapshot.txt');
});

test('the lines at which the virtual Pi cuts the power are printed by setup.sh', () => {
  const scenarios = readFileSync(join(root, 'test/vm/guest/main.ts'), 'utf8');
  const lines = [...scenarios.matchAll(/cutPowerInUpgrade\('==> ([^']+)'\)/g)].map(([, line = '']) => line);
  expect(lines).toHaveLength(3);
  const printed = files.map((file) => readFileSync(join(root, file), 'utf8')).join('');
  expect(lines.filter((line) => !new RegExp(`say ['"]${line}`).test(printed))).toEqual([]);
});
