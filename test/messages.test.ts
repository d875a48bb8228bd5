// Every sentence that a person reads, held once: each folder lists its own in a file `messages.ts`, by code.
// Other tests check codes. A sentence that changes shows in the diff of messages.snapshot.txt.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface MessageFile {
  /** A sentence by its code; a code with several forms has a suffix: "device-busy: by a program". */
  readonly messages: Readonly<Record<string, string>>;
}

const tests = import.meta.dirname;
const source = join(tests, '../src');

const filesBelow = (folder: string, end: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(end))
    .sort();

const sections = new Map<string, MessageFile['messages']>();
for (const path of filesBelow(tests, '/messages.ts')) {
  const { messages } = (await import(/* @vite-ignore */ `./${path}`)) as MessageFile;
  sections.set(path.replace(/\/messages\.ts$/, ''), messages);
}

test('the sentences that people read', async () => {
  const texts = [...sections].map(([folder, messages]) => {
    const lines = Object.entries(messages).map(
      ([code, sentence]) => `${code}\n  ${sentence.replaceAll('\n', '\n  ')}`,
    );
    return `# ${folder}\n\n${lines.join('\n')}\n`;
  });
  await expect(texts.join('\n')).toMatchFileSnapshot('./messages.snapshot.txt');
});

/** How the sources write a code: as a field, as the first argument of an error or a finding, or as a row of a table. */
const codePatterns = [
  /\bcode: '([a-z0-9-]+)'/g,
  /^ +'?([a-z][a-z0-9-]*)'?: (?:temporary|permanent)\(/gm,
  /(?:Error|Unavailable|pass|warn|fail|refuse|result)\(\s*'([a-z0-9-]+)'/g,
  /[([]\s*'([a-z][a-z0-9]*(?:-[a-z0-9]+)+)'/g,
];

/** Of the same form: headers, events, programs, chips, actions, ids of checks, and the code that zod gives. */
const otherWords = new Set([
  'content-type',
  'unexpected-response',
  'systemd-notify',
  'pinctrl-rp1',
  'hang-up',
  'new-keys',
  'not-started',
  'custom',
  'button-level',
  'loudspeaker-heard',
  'loudspeaker-tone',
  'microphone-level',
  'wifi-power-saving',
  'wifi-signal',
]);

test('every code of the sources has its sentence there', () => {
  const codes = filesBelow(source, '.ts').flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    return codePatterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => code));
  });
  // "line-busy", "line-busy: by a driver", "log: timer-late", "gpio-unavailable: tools-missing"
  const held = new Set(
    [...sections.values()].flatMap((messages) => Object.keys(messages).flatMap((key) => key.split(': '))),
  );
  expect(codes.length).toBeGreaterThan(300);
  expect(codes.filter((code) => !held.has(code) && !otherWords.has(code))).toEqual([]);
});
