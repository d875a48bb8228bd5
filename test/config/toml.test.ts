import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, defaults, parseConfig } from '../../src/config/config.ts';
import { dataOf, findLine, readToml, syntaxProblems, tomlValues } from '../../src/config/toml.ts';
import { errorOf } from './problems.ts';
import { notToml } from './refused.ts';

describe('what is not TOML is refused in one sentence with its line', () => {
  it.each(notToml)('%#', (toml, code, line) => {
    const { problems } = errorOf(() => readToml(toml, 'f'));
    expect(problems.map((problem) => [problem.code, problem.line ?? 0])).toEqual([[code, line]]);
    expect(problems[0]?.sentence).toMatch(line === 0 ? /^f: [^\n]+\.$/ : /^f:\d+:\d+: [^\n]+\.$/);
  });

  // A parser whose messages change is noticed here.
  it('with a code of its own for every message of the parser that has one', () => {
    const codes = notToml.map(([, code]) => code);
    for (const [code] of Object.values(syntaxProblems)) expect(codes).toContain(code);
  });
});

describe('TOML with places', () => {
  it('knows the line of every key, and of the nearest table where a key is missing', () => {
    const document = readToml(
      'a.b = 1\n\n[c]\n# x\nd = """\n\n"""\ne = { f = 1, g = { h = 2 } }\n[c.i]\n',
      'f',
    );
    expect(dataOf(document.root)).toEqual({ a: { b: 1 }, c: { d: '\n', e: { f: 1, g: { h: 2 } }, i: {} } });
    const lines = [['a'], ['a', 'b'], ['c', 'd'], ['c', 'e', 'g', 'h'], ['c', 'i'], ['c', 'x', 'y'], ['z']];
    expect(lines.map((path) => findLine(document, path))).toStrictEqual([1, 1, 5, 8, 9, 3, 1]);
  });

  it('counts lines the same with CRLF', () => {
    expect(findLine(readToml('[a]\r\n\r\nb = 1\r\n', 'f'), ['a', 'b'])).toBe(3);
  });

  it('ignores a byte order mark', () => {
    expect(parseConfig('\uFEFF[log]\nlevel = "info"', 'f')).toStrictEqual(defaults);
  });

  it('knows the keys that a comment switches off, with their tables', () => {
    const { offKeys } = readToml(
      '# a = 1\n[b]\n#c = "x"\n# prose = is not TOML\n#   d = "an example"\ne = 1 # f = 2\n[[g]]\n\t# h.i = 3\n',
      'f',
    );
    expect(offKeys).toEqual([
      { path: ['a'], line: 1, source: '1' },
      { path: ['b', 'c'], line: 3, source: '"x"' },
      { path: ['g', 0, 'h', 'i'], line: 8, source: '3' },
    ]);
  });

  it('takes every name as a key, even one that JavaScript uses itself', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const toml = names.map((name) => `[${name}]\npolluted = 1\n[${name}.prototype]\npolluted = 1\n`).join('');
    expect(Object.keys(dataOf(readToml(toml, 'f').root) as object)).toStrictEqual(names);
    expect(() => parseConfig(toml, 'f')).toThrow(ConfigError);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect('polluted' in Object).toBe(false);
  });
});

describe('TOML without places', () => {
  const files = ['parley', 'home-assistant', 'local-script'].map((name) => `config/${name}.toml`);

  it.each(files)('has the values of %s', (file) => {
    const text = readFileSync(file, 'utf8');
    const plain = (data: unknown): unknown => JSON.parse(JSON.stringify(data));
    expect(plain(tomlValues(text))).toStrictEqual(plain(dataOf(readToml(text, 'f').root)));
    expect(plain(tomlValues(text))).not.toStrictEqual({});
  });

  // It accepts a text that is too long and a date that does not exist; no key accepts them.
  it.each(notToml.slice(0, 12))('%#: has none of an invalid text', (toml) => {
    expect(tomlValues(toml)).toBeUndefined();
  });

  it.each([
    'a = "sk-0123456789abcdefghij"',
    'a = ["sk-0123456789abcdefghij"]',
    'sk-0123456789abcdefghij = 1',
    '[a.__proto__]\nb = 1',
  ])('%#: has none of a suspicious text', (toml) => {
    expect(tomlValues(toml)).toBeUndefined();
  });
});
