import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config/config.ts';
import { shapes } from '../../src/config/schema.ts';

const shipped = readFileSync('config/parley.toml', 'utf8');
const tables = Object.keys(shapes).filter((table) => table !== '');
const keys = Object.values(shapes).flatMap((shape) => Object.keys(shape));

/** The message on `toml`; '' where it is accepted. Anything thrown but a ConfigError fails the test. */
const verdict = (toml: string): string => {
  try {
    expect(Object.isFrozen(parseConfig(toml, 'f'))).toBe(true);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { code, sentence } of error.problems) {
      expect(code).toMatch(/^[a-z-]+$/);
      expect(sentence).toMatch(/^f(:\d+){0,2}: \S[^\n]*$/);
    }
    return error.message;
  }
};

const value = fc.oneof(
  fc.constantFrom(
    'true',
    'nan',
    '-inf',
    '1979-05-27',
    '07:32:00',
    '[]',
    '{}',
    '[[1], {a = 1}]',
    '{a = {b = 1}}',
  ),
  fc.constantFrom('"""x"""', "''", '0x1F', '1e3', '-0', '+1_000', '"\\u0000"', '"-"', '"inf"', '"a,b"'),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
);
const key = fc.oneof(fc.constantFrom(...keys), fc.constantFrom('__proto__', '"a b"', 'a.b', "''"));
const line = fc.oneof(
  fc.tuple(key, value).map(([name, content]) => `${name} = ${content}`),
  fc.constantFrom(...tables.map((table) => `[${table}]`), '[__proto__]', '[[light]]', '[a.b]', '# x', ''),
);
const fragment = fc.constantFrom(
  '[',
  ']',
  '{',
  '}',
  '=',
  '.',
  ',',
  '"',
  "'",
  '"""',
  "'''",
  '\\',
  '#',
  '\n',
  '\r',
  ' ',
);

describe('parseConfig accepts any file, or throws a ConfigError', () => {
  it('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (toml) => void verdict(toml)),
      { numRuns: 2000 },
    );
  });

  it('any lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => void verdict(lines.join('\n'))),
      { numRuns: 2000 },
    );
  });

  it('any pieces of TOML', () => {
    const piece = fc.oneof(fragment, key, value);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => void verdict(pieces.join(''))),
      { numRuns: 4000 },
    );
  });

  it('the shipped file with pieces cut out and others put in', () => {
    const cut = fc.tuple(fc.nat(shipped.length), fc.nat(40), fc.oneof(line, fragment, fc.constant('')));
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
        let toml = shipped;
        for (const [at, length, put] of cuts) toml = toml.slice(0, at) + put + toml.slice(at + length);
        verdict(toml);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('no text of the file is ever shown', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/);
  const values = [
    (text: string) => `"${text}"`,
    (text: string) => `["${text}"]`,
    (text: string) => `{ a = "${text}" }`,
    (text: string) => text,
    (text: string) => `"${text}`,
    (text: string) => `"wss://${text}@host/?key=${text}"`,
    (text: string) => `"wss://me:${text}@host/${text}"`,
    (text: string) => `"Bearer ${text}\\n"`,
  ];

  it('wherever a secret was put by mistake', () => {
    const unknown = ['api_key', 'key', 'openai_api_key', 'keyfile'];
    let refused = 0;
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom('', ...tables.map((table) => `[${table}]\n`), '[nowhere]\n'),
        fc.constantFrom(...keys, ...unknown),
        fc.constantFrom(...values),
        (text, table, name, written) => {
          const message = verdict(`${table}${name} = ${written(text)}\n`);
          if (message !== '') refused += 1;
          expect(message).not.toContain(text);
        },
      ),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  it('not even as a key', () => {
    const lines = verdict('sk-proj-0123456789abcdefghij = 1\nsk-proj-0123456789abcdefghik = 1').split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^f:\d: \(a secret\): unknown key; /);
  });
});
