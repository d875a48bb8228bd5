// `parley config get`, as shell scripts use it: what it prints, and its exit codes.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keyRows } from '../../scripts/docs/key-table.ts';
import { defaults, parseConfig } from '../../src/config/config.ts';
import { checkKey, printedValue } from '../../src/config/get-value.ts';
import { parleyProgram } from '../rigs/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-get-'));
afterAll(() => rmSync(folder, { recursive: true }));

const get = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [parleyProgram, 'config', 'get', ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

const file = (name: string, toml: string): string => {
  writeFileSync(join(folder, name), toml);
  return join(folder, name);
};

test('a value that is set, a default, and a key that has neither', () => {
  const path = file('own.toml', '[button]\ngpio=5\n');
  expect(get('button.gpio', path)).toEqual({ status: 0, stdout: '5\n', stderr: '' });
  expect(get('light.gpio', path)).toEqual({ status: 0, stdout: '27\n', stderr: '' });
  expect(get('realtime.model', path)).toEqual({ status: 0, stdout: '\n', stderr: '' });
});

test('several keys: a line for each, in their order; one that is unknown prints none', () => {
  const path = file('own.toml', '[button]\ngpio=5\n');
  expect(get('light.gpio,button.gpio,realtime.model', path)).toEqual({
    status: 0,
    stdout: '27\n5\n\n',
    stderr: '',
  });
  expect(get('light.gpio,button.gpoi', path)).toMatchObject({ status: 64, stdout: '' });
});

test('an unknown key is 64, with or without a file that is valid', () => {
  for (const path of [file('own.toml', ''), file('broken.toml', '[button\n'), join(folder, 'missing.toml')]) {
    const { status, stdout, stderr } = get('button.gpoi', path);
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^[^\n]*did you mean "button\.gpio"[^\n]*\n$/);
  }
  expect(get().status).toBe(64);
});

test.each([
  ['broken.toml', '[button\n', /broken\.toml:\d+:/],
  ['wrong.toml', '[button]\ngpio = 5\n[log]\nlevel = 7\n', /wrong\.toml:4: log\.level/],
])('%s is 78, and nothing is printed', (name, toml, words) => {
  const { status, stdout, stderr } = get('button.gpio', file(name, toml));
  expect([status, stdout]).toEqual([78, '']);
  expect(stderr).toMatch(words);
});

test('a file that is named and missing is 78', () => {
  expect(get('button.gpio', join(folder, 'missing.toml')).status).toBe(78);
});

const printed = (key: string, toml = ''): string => {
  checkKey(key);
  return printedValue(parseConfig(toml, 'f'), key);
};

const tools = ['a', 'b']
  .map((name) => `[[tool]]\nname = "${name}"\ndescription = "d"\ncommand = ["true"]\n`)
  .join('');

test.each([
  ['realtime.url', '', 'wss://api.openai.com/v1/realtime'],
  ['realtime.turn_detection.type', '', 'server_vad'],
  ['realtime.speed', 'realtime.speed = 1.25', '1.25'],
  ['realtime.max_output_tokens', 'realtime.max_output_tokens = 7', '7'],
  ['realtime.instructions', 'realtime.instructions = \'Say "yes".\'', 'Say "yes".'],
  ['realtime.instructions', 'realtime.instructions = """\none\ntwo"""', 'one\ntwo'],
  ['microphone.device', 'microphone.device = \'plughw:CARD="Box",DEV=0\'', 'plughw:CARD="Box",DEV=0'],
  ['button.active_low', '', 'true'],
  ['light.active_low', '', 'false'],
  ['loudspeaker.mixer_control', '', ''],
  ['tool', tools, 'a\nb'],
  ['tool', '', ''],
  ['realtime.headers', '', 'Authorization: Bearer {key}'],
  ['realtime.headers', 'realtime.headers = {}', ''],
])('%s of %j', (key, toml, text) => {
  expect(printed(key, toml)).toBe(text);
});

test('no header shows a secret', () => {
  const secrets = [
    'hush-hush',
    'Bearer hush-hush',
    'Bearer {key} hush-hush',
    'hush-hush {key}',
    'a=hush-hush&b={key}',
  ];
  for (const value of secrets) {
    const text = printed('realtime.headers', `realtime.headers.X = "${value}"`);
    expect(text).toMatch(/^X: /);
    expect(text).not.toContain('hush');
    expect(text.includes('{key}')).toBe(value.includes('{key}'));
  }
});

test('every key of the configuration can be asked for', () => {
  const keys = keyRows('').map(({ table, key }) => `${table}.${key}`);
  const single = keys.filter((key) => !/^(tool|mcp)\./.test(key));
  expect(single.length).toBeGreaterThan(50);
  for (const key of single) expect([key, typeof printedValue(defaults, key)]).toEqual([key, 'string']);
  for (const key of [...single, 'tool', 'mcp']) expect(() => checkKey(key)).not.toThrow();
  for (const key of [
    'tool.name',
    'button',
    'gpio',
    '',
    'a.b.c',
    'realtime.headers.X',
    '__proto__',
    'constructor',
  ])
    expect(() => checkKey(key)).toThrow();
});
