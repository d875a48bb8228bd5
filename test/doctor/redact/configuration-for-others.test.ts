// A configuration, right or wrong, without what others must not see.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configurationForOthers } from '../../../src/doctor/redact/configuration-for-others.ts';

const secret = 'hush-hush';

test('lines keep their numbers, comments go', () => {
  expect(configurationForOthers('# a comment\n[button]\n\ngpio = 5 # old: 6\n')).toBe(
    '   2  [button]\n   4  gpio = 5',
  );
});

test('of the file as shipped every value is there, and no comment', () => {
  const shipped = readFileSync('config/parley.toml', 'utf8');
  const text = configurationForOthers(shipped);
  for (const line of [
    'url = "wss://api.openai.com/v1/realtime"',
    'max_output_tokens = "inf"',
    'key_file = ""',
  ])
    expect(text).toContain(line);
  expect(text).toContain('Authorization = "Bearer {key}"');
  expect(text).not.toContain('#');
  expect(text).not.toContain('removed');
});

describe('a secret in any place of the file', () => {
  test.each([
    `[realtime.headers]\nX-Token = "${secret}"`,
    `[realtime.headers]\nX-Token = "${secret} {key}"`,
    `[realtime.headers]\n# X-Token = "${secret}"`,
    `[ realtime . "headers" ]\nX = '${secret}'`,
    `[realtime]\nheaders = { X = "${secret}" }`,
    `[realtime]\nheaders.X = "${secret}"`,
    `realtime.headers."X" = "${secret}"`,
    `realtime = { headers = { X = "${secret}" } }`,
    `[realtime.headers]\nX = """\n${secret}\n"""`,
    `[realtime.headers]\nX = '''${secret}'''`,
    `[realtime.headers]\nX = "${secret}`,
    `[realtime.headers]\nX: ${secret}`,
    `[realtime.headers]\nX = [\n"${secret}"\n]`,
    `[realtime]\nkey_file = "${secret}"`,
    `[realtime]\napi_key = "${secret}"`,
    `[realtime]\npassword = '${secret}'`,
    `${secret}`,
    `[realtime]\ngpio = 5 # ${secret}`,
    `[realtime]\nvoice = "a\\"b" # "${secret}"`,
    `[realtime]\ninstructions = "You are ${secret}"`,
    `[realtime]\ninstructions = """\nYou are\n${secret} = "x"\n"""`,
    `[realtime]\r\napi_key = "${secret}"\r\n`,
    `\uFEFF[realtime.headers]\r\nX = "${secret}"`,
    `[realtime.headers\nX = "${secret}"`,
    `["realtime"."head\\u0065rs"]\nX\t=\t'${secret}'`,
    `[realtime.headers]\na = "{key}"\n[log]\n[realtime.headers]\nX = "${secret}"`,
    `[realtime.header]\nX = "${secret}"`,
    `[realtime]\nvoise = "${secret}"`,
    `[realtime]\nurl = "wss://host/?token=${secret}"`,
    `[realtime]\nvoice = ["""\nurl = "ws://${secret}"\n"""]`,
    `[realtime]\ninstructions = """a \\""" b\nvoice = "${secret}"\n"""`,
    `[realtime]\ninstructions = """a\nvoice = "${secret}"\n`,
    `tool = [{ name = "x", headers = { X = "${secret}" } }]`,
    `[[tool]]\nheaders.X = "${secret}"`,
    `[[tool]]\n[tool.headers]\nX = "${secret}"`,
    `[[tool]]\ncommand = ["curl", "${secret}"]`,
    `[[tool]]\ncommand = [\n  "curl",\n  "--user=${secret}",\n]`,
    `[[tool]]\ncommand = [\n  "curl",\n  "--user=${secret}",\n`,
    `[[mcp]]\nserver_url = "https://me:${secret}@host/"`,
  ])('%j', (toml) => {
    expect(configurationForOthers(toml)).not.toContain(secret);
  });
});

test('after a text of several lines the rest is read as before', () => {
  const toml = '[realtime]\ninstructions = """\n[log]\n"""\nvoice = "sage"\n[log]\nlevel = "debug"\n';
  expect(configurationForOthers(toml)).toBe(
    '   1  [realtime]\n   2  instructions = "[6 characters]"\n   5  voice = "sage"\n   6  [log]\n   7  level = "debug"',
  );
});

test('a "#" within quotes is no comment', () => {
  expect(configurationForOthers('[realtime]\nvoice = "a#b"')).toContain('voice = "a#b"');
});

test.each([
  ['[realtime]\nvoice = "sage" "x"\nspeed = 9', '   2  [removed]\n   3  speed = 9'],
  ['[realtime\nspeed = 9', '   1  [removed]\n   2  ?.speed = 9'],
  ['[[tool]]\nallowed = [\n1\nspeed = 9', '   2  [removed]\n   3  [removed]\n   4  speed = 9'],
  ['[a]\n[a]\nspeed = 9\nspeed = 8', '   2  [a]\n   3  speed = 9\n   4  speed = 8'],
])('of a broken file what can be read: %j', (toml, text) => {
  expect(configurationForOthers(toml)).toContain(text);
});

test('tables, lists and schemas are shown as far as their texts may be', () => {
  const toml = [
    'realtime = { voice = "sage", headers = { Authorization = "Bearer {key}", X = "abc" } }',
    '[[mcp]]',
    'allowed_tools = [',
    '  "get_weather", # and no other',
    ']',
    '[[tool]]',
    'command = ["curl", "-s"]',
    '[tool.parameters.properties.unit]',
    'enum = ["celsius", "fahrenheit"]',
  ].join('\n');
  expect(configurationForOthers(toml).split('\n')).toEqual([
    '   1  realtime = { voice = "sage", headers = { Authorization = "Bearer {key}", X = "[removed]" } }',
    '   2  [[mcp]]',
    '   3  allowed_tools = ["get_weather"]',
    '   6  [[tool]]',
    '   7  command = "[2 words]"',
    '   8  [tool.parameters.properties.unit]',
    '   9  enum = ["celsius", "fahrenheit"]',
  ]);
});

test('a file of nothing but comments', () => {
  expect(configurationForOthers('# x\n\n')).toBe('(nothing but comments)');
});

test('any file is read to its end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const lines = configurationForOthers(`${text}\n"""\n'''\n[realtime.headers]\nX = "${secret}"`);
      expect(lines).not.toContain(secret);
    }),
  );
});
