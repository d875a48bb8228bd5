// The JSON Schema of a tool's arguments, as far as it can be wrong by a slip: the keywords that tools use are of
// the right kind, everywhere in it. What else JSON Schema knows is let through, for services may make use of it.

import * as z from 'zod/mini';
import { didYouMean } from '../core/did-you-mean.ts';
import { anyOf } from './fields.ts';

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const typeName = z.enum(types, { error: `expected ${anyOf(types.map((type) => `"${type}"`))}` });
const listOfTypes = z.union([typeName, z.array(typeName)], {
  error: `expected ${anyOf(types.map((type) => `"${type}"`))}, or a list of these`,
});
const count = z.int({ error: 'expected a whole number' });
const size = z.number({ error: 'expected a number' });
const list = z.array(z.unknown(), { error: 'expected a list' });

/** What a keyword's value must be; `schemas` are checked by themselves. */
const keywords = {
  type: listOfTypes,
  description: z.string({ error: 'expected a text in quotes' }),
  required: z.array(z.string({ error: 'expected a text in quotes' }), { error: 'expected a list of names' }),
  enum: list,
  minimum: size,
  maximum: size,
  exclusiveMinimum: size,
  exclusiveMaximum: size,
  multipleOf: size,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  pattern: z
    .string({ error: 'expected a regular expression in quotes' })
    .check(z.refine(isPattern, { error: 'expected a regular expression' })),
};

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

type Data = Readonly<Record<string, unknown>>;
type Path = readonly PropertyKey[];
interface Fault {
  readonly path: Path;
  readonly message: string;
}

const isTable = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const below = (schema: Data, path: Path): [unknown, Path][] => {
  const { properties, items } = schema;
  const all: [unknown, Path][] = items === undefined ? [] : [[items, [...path, 'items']]];
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const schemas = schema[keyword];
    if (Array.isArray(schemas))
      all.push(...schemas.map((inner, index): [unknown, Path] => [inner, [...path, keyword, index]]));
  }
  if (isTable(properties))
    for (const [name, inner] of Object.entries(properties)) all.push([inner, [...path, 'properties', name]]);
  return all;
};

const others = [
  'title',
  'default',
  'examples',
  'const',
  'format',
  'properties',
  'items',
  'prefixItems',
  'additionalProperties',
  'patternProperties',
  'uniqueItems',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
  '$defs',
  '$ref',
];
const known = [...Object.keys(keywords), ...others];
/** Of [[tool]]: what is written behind [tool.parameters] belongs to that. */
const misplaced = ['command', 'url', 'method', 'headers', 'credential', 'timeout_ms', 'answer'];

/** A slip in a keyword would silently lift what it was to forbid. */
function* strangeWords(schema: Data, path: Path): Generator<Fault> {
  for (const keyword of Object.keys(schema)) {
    if (known.includes(keyword)) continue;
    if (path.length === 0 && misplaced.includes(keyword))
      yield { path: [keyword], message: 'belongs to [[tool]]; put it above [tool.parameters]' };
    else {
      const near = didYouMean(keyword, known);
      if (near !== undefined)
        yield { path: [...path, keyword], message: `unknown keyword; did you mean "${near}"?` };
    }
  }
  const { $ref: reference, required, properties } = schema;
  if (reference !== undefined)
    yield { path: [...path, '$ref'], message: 'references are not followed; write it out' };
  if (!Array.isArray(required) || !isTable(properties)) return;
  for (const name of required)
    if (typeof name === 'string' && !Object.hasOwn(properties, name))
      yield {
        path: [...path, 'required'],
        message: `${JSON.stringify(name.slice(0, 64))} is none of the properties`,
      };
}

function* faultsOf(schema: unknown, path: Path): Generator<Fault> {
  if (typeof schema === 'boolean') return;
  if (!isTable(schema)) {
    yield { path, message: 'expected a table (a JSON Schema)' };
    return;
  }
  for (const [keyword, kind] of Object.entries(keywords)) {
    const value = schema[keyword];
    const result = value === undefined ? undefined : kind.safeParse(value);
    const [issue] = result?.error?.issues ?? [];
    if (issue !== undefined) yield { path: [...path, keyword, ...issue.path], message: issue.message };
  }
  yield* strangeWords(schema, path);
  if (schema['properties'] !== undefined && !isTable(schema['properties']))
    yield { path: [...path, 'properties'], message: 'expected a table of parameters' };
  for (const [inner, place] of below(schema, path)) yield* faultsOf(inner, place);
}

/** A schema of an object, as every tool's arguments are one. */
export const parameters = z
  .record(z.string(), z.unknown(), { error: 'expected a table (a JSON Schema)' })
  .check(
    z.superRefine<Data>((schema, context) => {
      const faults = [...faultsOf(schema, [])];
      if (schema['type'] !== 'object')
        faults.push({ path: ['type'], message: 'expected "object": arguments are one JSON object' });
      for (const { path, message } of faults)
        context.issues.push({ code: 'custom', input: schema, path: [...path], message });
    }),
  );
