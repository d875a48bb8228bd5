// The table of keys, and the page that holds it.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type KeyRow, keyRows } from '../../../scripts/docs/key-table.ts';
import { shapes } from '../../../src/config/schema.ts';

const rows = keyRows(readFileSync('config/parley.toml', 'utf8'));
const row = (table: string, key: string): KeyRow | undefined =>
  rows.find((found) => found.table === table && found.key === key);

describe('the rows', () => {
  it('are one for each key of the schema', () => {
    const names = rows.map(({ table, key }) => `${table}.${key}`);
    const keys = Object.entries(shapes).flatMap(([table, shape]) =>
      table === '' ? [] : Object.keys(shape).map((key) => `${table}.${key}`),
    );
    expect(names).toEqual(keys.filter((key) => !Object.hasOwn(shapes, key)));
  });

  it.each(rows)('say something of everything: $table.$key', ({ range, description, ...rest }) => {
    expect(range).toMatch(/^\S.*\S$/);
    expect(description).toMatch(/^\S.{4,}[^.\s]$/);
    expect(rest.isRequired && rest.default !== undefined).toBe(false);
  });

  it('have type, range, default and description', () => {
    expect(row('button', 'gpio')).toEqual({
      table: 'button',
      key: 'gpio',
      type: 'whole number',
      range: 'the BCM number of a GPIO line, a whole number from 0 to 1023',
      default: '17',
      isRequired: false,
      description: 'The line by its BCM number, 0 to 1023',
    });
    expect(row('realtime', 'max_output_tokens')).toMatchObject({
      type: 'text or whole number',
      default: '"inf"',
    });
    expect(row('realtime', 'headers')).toMatchObject({
      type: 'table',
      default: '{ Authorization = "Bearer {key}" }',
      description: 'The headers of the connection, these and no others',
    });
    expect(row('realtime', 'voice')).toMatchObject({
      default: '"marin", or "sage" where the dialect is beta',
      description: 'The voice',
    });
    expect(row('tool', 'name')).toMatchObject({ isRequired: true, default: undefined });
    expect(row('tool', 'url')).toMatchObject({ isRequired: false, default: undefined });
  });
});
