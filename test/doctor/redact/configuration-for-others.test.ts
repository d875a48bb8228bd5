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

describe('a secret, wherever somebody put it', () => {
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
  ])('%j', (toml) => {
    expect(configurationForOthers(toml)).not.toContain(secret);
  });
});

test('after a text of several lines all is as before', () => {
  const toml = '[realtime]\ninstructions = """\n[log]\n"""\nvoice = "sage"\n[log]\nlevel = "debug"\n';
  expect(configurationForOthers(toml)).toBe(
    '   1  [realtime]\n   2  instructions = "[a long text]"\n   5  voice = "sage"\n   6  [log]\n   7  level = "debug"',
  );
});

test('a "#" within quotes is no comment', () => {
  expect(configurationForOthers('[realtime]\nvoice = "a#b"')).toContain('voice = "a#b"');
});

test('a file of nothing but comments', () => {
  expect(configurationForOthers('# x\n\n')).toBe('(nothing but comments)');
});

test('whatever the file is, it is read to its end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const lines = configurationForOthers(`${text}\n"""\n'''\n[realtime.headers]\nX = "${secret}"`);
      expect(lines).not.toContain(secret);
    }),
  );
});
