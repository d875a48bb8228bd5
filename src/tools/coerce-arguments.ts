// Arguments as models write them, brought into the types of the schema where the meaning is clear: null for an optional
// parameter, numbers and booleans as text, JSON as text. Nothing else is changed, and what stays wrong is refused by
// the validation after it. Pure.

import { isRecord } from '../core/is-record.ts';

/** A JSON number in decimal form, with optional spaces around it. */
const decimal = /^\s*-?\d+(\.\d+)?\s*$/;

const typesOf = (schema: Readonly<Record<string, unknown>>): readonly unknown[] => {
  const { type } = schema;
  return Array.isArray(type) ? type : type === undefined ? [] : [type];
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A text where the schema accepts none, as the value that it means; itself where it means none. */
const fromText = (text: string, types: readonly unknown[]): unknown => {
  if (types.length === 0 || types.includes('string')) return text;
  if ((types.includes('number') || types.includes('integer')) && decimal.test(text)) return Number(text);
  if (types.includes('boolean') && /^\s*(true|false)\s*$/.test(text)) return text.trim() === 'true';
  const value = jsonIn(text);
  if (types.includes('object') && isRecord(value)) return value;
  return types.includes('array') && Array.isArray(value) ? value : text;
};

const acceptsNull = (schema: unknown): boolean => {
  if (!isRecord(schema)) return false;
  const types = typesOf(schema);
  if (Array.isArray(schema['enum'])) return schema['enum'].includes(null);
  return types.length === 0 || types.includes('null');
};

/**
 * @param schema a JSON Schema; only `type`, `properties`, `required` and `items` are read
 * @returns a copy where something is changed
 */
export const coerce = (given: unknown, schema: unknown): unknown => {
  if (!isRecord(schema)) return given;
  const value = typeof given === 'string' ? fromText(given, typesOf(schema)) : given;
  const { properties, required, items } = schema;
  if (Array.isArray(value)) return isRecord(items) ? value.map((item) => coerce(item, items)) : value;
  if (!isRecord(value) || !isRecord(properties)) return value;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (!Object.hasOwn(properties, name)) return [[name, inner]];
      const isAbsent = inner === null && !needed.includes(name) && !acceptsNull(properties[name]);
      return isAbsent ? [] : [[name, coerce(inner, properties[name])]];
    }),
  );
};
