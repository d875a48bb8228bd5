// The sentences of the configuration, by code.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, readConfig } from '../../src/config/config.ts';
import { checkKey } from '../../src/config/get-value.ts';
import { readKey, readSecret, requestHeaders } from '../../src/config/secrets.ts';
import { fillIn } from '../../src/config/shipped.ts';
import { errorMessage } from '../../src/core/errors.ts';
import { errorOf, problemsOf } from './problems.ts';
import { notToml, refused } from './refused.ts';

const sentences = new Map<string, string>();

const add = (code: string, from: string, sentence: string): void => {
  if (![...sentences.values()].includes(sentence))
    sentences.set(`${code}: ${JSON.stringify(from.slice(0, 100))}`, sentence);
};

for (const [toml] of refused)
  for (const { code, line = 1, sentence } of problemsOf(toml))
    add(code, toml.split('\n')[line - 1] ?? '', sentence);
for (const [toml, code] of notToml) add(code, toml, errorOf(() => parseConfig(toml, 'f')).message);

const folder = mkdtempSync(join(tmpdir(), 'parley-messages-'));

/** A file of the folder, which the sentences call FOLDER. */
const file = (name: string, content: string | Buffer, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};

const addError = (from: string, attempt: () => unknown): void => {
  const { code, message } = errorOf(attempt);
  add(code, from, message.replaceAll(folder, 'FOLDER'));
};

const missing = join(folder, 'missing');
mkdirSync(join(folder, 'folder'));
const files = {
  missing,
  'a directory': join(folder, 'folder'),
  'a device': '/dev/zero',
  'below a file': join(file('plain', ''), 'x'),
  'too large': file('large', '#'.repeat(70_000)),
  'not UTF-8': file('bytes', Buffer.from([0xff, 0xfe])),
};
for (const [what, path] of Object.entries(files))
  addError(`a configuration: ${what}`, () => readConfig(path));

const keys = {
  missing,
  empty: file('empty', ''),
  'several lines': file('lines', 'a\nb\n'),
  'a space': file('space', 'a b'),
  'others may read it': file('open', 'a', 0o644),
};
for (const [what, keyFile] of Object.entries(keys))
  addError(`a key file: ${what}`, () => readKey({ keyFile, environment: {} }));
addError('a variable: too long', () => readKey({ environment: { OPENAI_API_KEY: 'k'.repeat(5000) } }));
addError('a header', () => requestHeaders({ 'api-key': '{key}' }, undefined));
addError('a tool: no file', () => readSecret(missing, 'The tool "t"', undefined));
addError('a tool: no credential', () => readSecret('home', 'The tool "t"', undefined));

const shipped = readFileSync('config/parley.toml', 'utf8');
for (const [key, value] of [
  ['realtime.vioce', 'marin'],
  ['realtime.headers.X-Mine', 'a'],
] as const)
  addError(`--set ${key}=${value}`, () => fillIn(shipped, [{ key, value }]));
rmSync(folder, { recursive: true });

for (const key of ['button.gpoi', 'gpio', 'button', 'tool.url', 'colour', ''])
  try {
    checkKey(key);
  } catch (error) {
    add('usage', `config get "${key}"`, errorMessage(error));
  }

export const messages: Readonly<Record<string, string>> = Object.fromEntries(sentences);
