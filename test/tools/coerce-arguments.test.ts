// What models send in place of the type that the schema names.

import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/tools/arguments.ts';
import { coerce } from '../../src/tools/coerce-arguments.ts';

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    count: { type: 'integer' },
    level: { type: 'number' },
    on: { type: 'boolean' },
    where: { type: 'object', properties: { floor: { type: 'integer' } } },
    rooms: { type: 'array', items: { type: 'integer' } },
    any: {},
    both: { type: ['string', 'null'] },
    numberOrText: { type: ['number', 'string'] },
    choice: { enum: ['a', null] },
    needed: { type: ['integer'] },
  },
  required: ['needed'],
  additionalProperties: false,
};

describe('is taken', () => {
  test.each([
    [{ name: null }, {}],
    [{ count: '10' }, { count: 10 }],
    [{ count: ' 10 ' }, { count: 10 }],
    [{ count: '-3' }, { count: -3 }],
    [{ level: '2.5' }, { level: 2.5 }],
    [{ on: 'true' }, { on: true }],
    [{ on: 'false' }, { on: false }],
    [{ where: '{"floor": 2}' }, { where: { floor: 2 } }],
    [{ where: { floor: '2' } }, { where: { floor: 2 } }],
    [{ where: { floor: null } }, { where: {} }],
    [{ rooms: '[1, 2]' }, { rooms: [1, 2] }],
    [{ rooms: ['1', 2] }, { rooms: [1, 2] }],
  ])('%j as %j', (given, taken) => {
    expect(readArguments(JSON.stringify({ needed: 1, ...given }), schema)).toEqual({ needed: 1, ...taken });
  });

  test('JSON that is encoded twice', () => {
    expect(readArguments(JSON.stringify('{"needed": "1"}'), schema)).toEqual({ needed: 1 });
  });
});

describe('is left as it is', () => {
  test.each([
    { name: '10' },
    { name: 'true' },
    { name: '{"a":1}' },
    { any: null },
    { any: '10' },
    { both: null },
    { numberOrText: '10' },
    { choice: null },
  ])('%j', (given) => {
    expect(coerce(given, schema)).toEqual(given);
  });
});

describe('is refused', () => {
  test.each([
    { needed: null },
    { needed: '' },
    { needed: true },
    { needed: 1, count: '' },
    { needed: 1, count: '1e3' },
    { needed: 1, count: '0x10' },
    { needed: 1, count: '2.5' },
    { needed: 1, count: 'ten' },
    { needed: 1, count: true },
    { needed: 1, count: [10] },
    { needed: 1, on: 1 },
    { needed: 1, on: 'yes' },
    { needed: 1, on: 'True' },
    { needed: 1, where: '[1]' },
    { needed: 1, where: '"{}"' },
    { needed: 1, name: 10 },
    { needed: 1, unknown: null },
  ])('%j', (given) => {
    expect(() => readArguments(JSON.stringify(given), schema)).toThrow(
      expect.objectContaining({ code: 'arguments-invalid' }),
    );
  });

  test('more than 64 KB, before it is parsed', () => {
    expect(() => readArguments(`{"name": "${'x'.repeat(65_536)}"}`, schema)).toThrow(
      expect.objectContaining({ code: 'arguments-too-long' }),
    );
  });

  test('JSON that is encoded three times', () => {
    expect(() => readArguments(JSON.stringify(JSON.stringify('{}')), schema)).toThrow(
      expect.objectContaining({ code: 'arguments-not-object' }),
    );
  });
});

test('a value that nothing changes costs no schema: prototypes are not read', () => {
  const given = JSON.parse('{"__proto__": {"needed": 1}, "constructor": 1}');
  expect(coerce(given, schema)).toEqual(given);
});
