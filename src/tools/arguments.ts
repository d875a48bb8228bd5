// The arguments of a call: JSON that its tool's schema accepts, or a sentence that the service can mend them by.
// The validator interprets the schema; one that compiles costs 18 MB for a hundred tools.

import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import { ToolError } from '../core/errors.ts';
import type { JsonSchema, ToolArguments } from './tool.ts';

const mostFaults = 3;
/** The one that names the place comes after those that only say in which part it is. */
const around = new Set(['properties', 'items', 'prefixItems', 'allOf', '$ref', 'additionalProperties']);

const isObject = (value: unknown): value is ToolArguments =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** No text is as good as none: several services send "" where a tool has no parameters. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text.trim() === '' ? '{}' : text);
  } catch {
    throw new ToolError('The arguments are not valid JSON: send one JSON object.');
  }
};

/** The library speaks to programmers; the service may read this out. */
const plain = (error: string): string =>
  error
    .replace(/^Instance does not have required property (".*")\.$/, '$1 is missing.')
    .replace(/^Instance type "(.*)" is invalid\. Expected "(.*)"\.$/, 'must be of type $2, not $1.')
    .replace(/^Instance does not match any of (\[.*\])\.$/, 'must be one of $1.');

const inWords = ({ instanceLocation, error, keyword }: OutputUnit): string => {
  const place = instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
  // "False boolean schema" is how the library says it.
  const fault = keyword === 'false' ? 'is not a parameter of this tool' : plain(error);
  return place === '' ? fault : `${place}: ${fault}`;
};

const faults = (errors: readonly OutputUnit[]): string => {
  const exact = errors.filter(({ keyword }) => !around.has(keyword));
  const told = [...new Set((exact.length > 0 ? exact : errors).map(inWords))];
  return told.slice(0, mostFaults).join(' ').slice(0, 500);
};

/** Made at the first call: a tool that is never called costs nothing. */
const validators = new WeakMap<JsonSchema, Validator>();

const validatorOf = (schema: JsonSchema): Validator => {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  // A copy: it writes notes of its own into the schema.
  const made = new Validator(structuredClone(schema) as Schema, '2020-12', false);
  validators.set(schema, made);
  return made;
};

/**
 * The arguments in `text`, checked.
 * @throws ToolError with what is wrong with them
 */
export const readArguments = (text: string, schema: JsonSchema): ToolArguments => {
  const value = parse(text);
  if (!isObject(value)) throw new ToolError('The arguments are not a JSON object: send one.');
  const { valid, errors } = validatorOf(schema).validate(value);
  if (!valid) throw new ToolError(`The arguments do not fit the schema: ${faults(errors)}`);
  return value;
};
