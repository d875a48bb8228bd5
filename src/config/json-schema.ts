// The JSON Schema of a tool's arguments, checked for mistakes: the keywords that tools use have the right type,
// everywhere in it. Other keywords of JSON Schema pass, because services may use them.

import * as z from 'zod/mini';
import { didYouMean } from '../core/did-you-mean.ts';
import { isRecord } from '../core/is-record.ts';
import { anyOf, problem } from './fields.ts';

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const typeNames = anyOf(types.map((type) => `"${type}"`));
const typeName = z.enum(types, { error: `expected ${typeNames}` });
const listOfTypes = z.union([typeName, z.array(typeName)], {
  error: `expected ${typeNames}, or a list of these`,
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
type Mistake = readonly [code: string, path: Path, message: string];

const schemasBelow = (schema: Data, path: Path): [unknown, Path][] => {
  const { properties, items } = schema;
  const all: [unknown, Path][] = items === undefined ? [] : [[items, [...path, 'items']]];
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const schemas = Array.isArray(schema[keyword]) ? schema[keyword] : [];
    for (const [index, inner] of schemas.entries()) all.push([inner, [...path, keyword, index]]);
  }
  for (const [name, inner] of Object.entries(isRecord(properties) ? properties : {}))
    all.push([inner, [...path, 'properties', name]]);
  return all;
};

const others =
  'title default examples const format properties items prefixItems additionalProperties patternProperties ' +
  'uniqueItems anyOf oneOf allOf not if then else $defs $ref';
const known = [...Object.keys(keywords), ...others.split(' ')];
/** Of [[tool]]: what is written below [tool.parameters] belongs to the schema. */
const toolKeys = ['command', 'url', 'method', 'headers', 'credential', 'timeout_ms', 'answer'];

/** A misspelt keyword would silently allow what it forbids. */
function* unknownKeywords(schema: Data, path: Path): Generator<Mistake> {
  for (const keyword of Object.keys(schema)) {
    if (known.includes(keyword)) continue;
    const near = didYouMean(keyword, known);
    if (path.length === 0 && toolKeys.includes(keyword))
      yield ['tool-key-in-parameters', [keyword], 'belongs to [[tool]]; put it above [tool.parameters]'];
    else if (near !== undefined)
      yield ['unknown-keyword', [...path, keyword], `unknown keyword; did you mean "${near}"?`];
  }
  const { $ref: reference, required, properties } = schema;
  if (reference !== undefined)
    yield ['reference', [...path, '$ref'], 'references are not followed; write the schema out'];
  if (!Array.isArray(required) || !isRecord(properties)) return;
  for (const name of required) {
    const message = `${JSON.stringify(String(name).slice(0, 64))} is not one of the properties`;
    if (typeof name === 'string' && !Object.hasOwn(properties, name))
      yield ['unknown-required-name', [...path, 'required'], message];
  }
}

function* mistakesIn(schema: unknown, path: Path): Generator<Mistake> {
  if (typeof schema === 'boolean') return;
  if (!isRecord(schema)) {
    yield ['wrong-type', path, 'expected a table (a JSON Schema)'];
    return;
  }
  for (const [keyword, kind] of Object.entries(keywords)) {
    const value = schema[keyword];
    const result = value === undefined ? undefined : kind.safeParse(value);
    const [issue] = result?.error?.issues ?? [];
    if (issue !== undefined) yield ['invalid-keyword', [...path, keyword, ...issue.path], issue.message];
  }
  yield* unknownKeywords(schema, path);
  if (schema['properties'] !== undefined && !isRecord(schema['properties']))
    yield ['wrong-type', [...path, 'properties'], 'expected a table of parameters'];
  for (const [inner, place] of schemasBelow(schema, path)) yield* mistakesIn(inner, place);
}

/** A schema of an object: the arguments of every tool are one. */
export const parameters = z
  .record(z.string(), z.unknown(), { error: 'expected a table (a JSON Schema)' })
  .check(
    z.superRefine<Data>((schema, context) => {
      const mistakes = [...mistakesIn(schema, [])];
      if (schema['type'] !== 'object')
        mistakes.push(['not-an-object', ['type'], 'expected "object": arguments are one JSON object']);
      for (const [code, path, message] of mistakes)
        context.issues.push(problem(code, message, schema, [...path]));
    }),
  );
