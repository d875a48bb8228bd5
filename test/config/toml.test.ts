import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, defaults, parseConfig } from '../../src/config/config.ts';
import { quickToml } from '../../src/config/quick-toml.ts';
import { inOtherWords, readToml } from '../../src/config/toml.ts';

const messageOf = (toml: string): string => {
  try {
    readToml(toml, 'f');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
};

const aValueIs = 'a value is "a text in quotes", a number, true or false';
const tooBig = 'f: cannot be read as TOML: a text is too long, or lists and tables are nested too deeply.';

// The first eight, one for each of our own wordings: a parser that speaks differently one day is noticed here.
const faults: readonly (readonly [toml: string, message: string])[] = [
  ['[a]\nb = marin', `f:2:5: not valid TOML: unexpected character; ${aValueIs}.`],
  ['a = =', `f:1:5: not valid TOML: unexpected token; ${aValueIs}.`],
  ['a =', `f:1:4: not valid TOML: the value is missing; ${aValueIs}.`],
  ['a = "b\n', 'f:1:7: not valid TOML: the closing quote of this text is missing.'],
  ['a "b"', 'f:1:3: not valid TOML: write key = value.'],
  ['a = 1 b = 2', 'f:1:7: not valid TOML: one key = value per line.'],
  ['a = 1\na = 2', 'f:2:1: not valid TOML: this key or table is there twice; remove one.'],
  ['a = "C:\\dir"', "f:1:9: not valid TOML: no such \\ escape; in 'single quotes' a \\ is just a \\."],
  ['[a]\n[b]\n[a]', 'f:3:2: not valid TOML: this key or table is there twice; remove one.'],
  ['a = { b = 1, b = 2 }', 'f:1:14: not valid TOML: this key or table is there twice; remove one.'],
  ['a = 017', 'f:1:5: not valid TOML: leading zeros are not allowed.'],
  ['a = 1__0', 'f:1:7: not valid TOML: underscores are allowed between digits.'],
  ['a = 2026-02-30', 'f:1:14: not valid TOML: unexpected invalid date.'],
  ['[a', 'f:1:3: not valid TOML: unterminated table-key.'],
  ['a = "\u0000"', 'f:1:6: not valid TOML: control characters (codes < 0x1f and 0x7f) are not allowed.'],
  ['a = "\\ud800"', 'f:1:11: not valid TOML: invalid code point d800.'],
  [`a = ${'['.repeat(30_000)}${']'.repeat(30_000)}`, tooBig],
  [`a = ${'{a='.repeat(17)}1${'}'.repeat(17)}`, tooBig],
  [`${'a.'.repeat(17)}a = 1`, tooBig],
  [`[${'a.'.repeat(17)}a]`, tooBig],
  [`a = "${'x'.repeat(500_000)}"`, tooBig],
];

describe('what is not TOML is refused in one sentence with line and column', () => {
  it.each(faults)('%#', (toml, message) => {
    expect(messageOf(toml)).toBe(message);
  });

  it('in our words for every message that has them', () => {
    for (const words of Object.values(inOtherWords))
      expect(
        faults.some(([, message]) => message.includes(words)),
        words,
      ).toBe(true);
  });
});

describe('TOML with positions', () => {
  it('knows the line of every key, and of the didYouMean table where a key is missing', () => {
    const document = readToml(
      'a.b = 1\n\n[c]\n# x\nd = """\n\n"""\ne = { f = 1, g = { h = 2 } }\n[c.i]\n',
      'f',
    );
    expect(document.data).toEqual({ a: { b: 1 }, c: { d: '\n', e: { f: 1, g: { h: 2 } }, i: {} } });
    const lines = [['a'], ['a', 'b'], ['c', 'd'], ['c', 'e', 'g', 'h'], ['c', 'i'], ['c', 'x', 'y'], ['z']];
    expect(lines.map((path) => document.line(path))).toStrictEqual([1, 1, 5, 8, 9, 3, 1]);
  });

  it('counts lines the same with CRLF', () => {
    const document = readToml('[a]\r\n\r\nb = 1\r\n', 'f');
    expect(document.line(['a', 'b'])).toBe(3);
  });

  it('skips a byte order mark', () => {
    expect(parseConfig('\uFEFF[log]\nlevel = "info"', 'f')).toStrictEqual(defaults);
  });

  it('takes keys for keys, whatever JavaScript thinks of them', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const toml = names.map((name) => `[${name}]\npolluted = 1\n[${name}.prototype]\npolluted = 1\n`).join('');
    expect(Object.keys(readToml(toml, 'f').data)).toStrictEqual(names);
    expect(() => parseConfig(toml, 'f')).toThrow(ConfigError);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect('polluted' in Object).toBe(false);
  });
});

describe('the quick way', () => {
  const files = ['parley', 'home-assistant', 'local-script'].map((name) => `config/${name}.toml`);

  it.each(files)('finds in %s what the other finds', (file) => {
    const text = readFileSync(file, 'utf8');
    const plain = (data: unknown): unknown => JSON.parse(JSON.stringify(data));
    expect(plain(quickToml(text))).toStrictEqual(plain(readToml(text, 'f').data));
    expect(plain(quickToml(text))).not.toStrictEqual({});
  });

  // What is only too large, or a date that there is not, it takes; no key of ours does.
  it.each(faults.slice(0, 11))('%#: leaves what is wrong to the other', (toml) => {
    expect(quickToml(toml)).toBeUndefined();
  });

  it.each([
    'a = "sk-0123456789abcdefghij"',
    'a = ["sk-0123456789abcdefghij"]',
    'sk-0123456789abcdefghij = 1',
    '[a.__proto__]\nb = 1',
  ])('%#: and what is odd', (toml) => {
    expect(quickToml(toml)).toBeUndefined();
  });
});
