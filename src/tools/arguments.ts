// The arguments of a call: JSON that the tool's schema accepts, or a sentence by which the service can correct
// them. The validator interprets the schema; one that compiles it takes 18 MB for a hundred tools.

import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import { ToolError } from '../core/errors.ts';
import { isRecord } from '../core/is-record.ts';
import { coerce } from './coerce-arguments.ts';
import type { JsonSchema, ToolArguments } from './tool.ts';

const MAX_REPORTED_ERRORS = 3;
const MAX_REPORT_CHARACTERS = 500;
/** Errors that only name the part of the schema; the error in that part follows. */
const outerKeywords = new Set([
  'properties',
  'items',
  'prefixItems',
  'allOf',
  '$ref',
  'additionalProperties',
]);

const MAX_BYTES = 65_536;

/** Several services send "" where a tool has no parameters, or encode the arguments twice. */
const parse = (text: string): unknown => {
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new ToolError(
      'arguments-too-long',
      `The arguments are longer than ${MAX_BYTES / 1024} KB: send less.`,
    );
  const value = parseOnce(text.trim() === '' ? '{}' : text);
  return typeof value === 'string' ? parseOnce(value) : value;
};

const parseOnce = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new ToolError('arguments-not-json', 'The arguments are not valid JSON: send one JSON object.');
  }
};

/** In plain words, since the service may read it out. */
const plainError = (error: string): string =>
  error
    .replace(/^Instance does not have required property (".*")\.$/, '$1 is missing.')
    .replace(/^Instance type "(.*)" is invalid\. Expected "(.*)"\.$/, 'must be of type $2, not $1.')
    .replace(/^Instance does not match any of (\[.*\])\.$/, 'must be one of $1.');

const errorText = ({ instanceLocation, error, keyword }: OutputUnit): string => {
  const place = instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
  // The library says "False boolean schema".
  const text = keyword === 'false' ? 'is not a parameter of this tool.' : plainError(error);
  return place === '' ? text : `${place}: ${text}`;
};

const report = (errors: readonly OutputUnit[]): string => {
  const exact = errors.filter(({ keyword }) => !outerKeywords.has(keyword));
  const texts = [...new Set((exact.length > 0 ? exact : errors).map(errorText))];
  return texts.slice(0, MAX_REPORTED_ERRORS).join(' ').slice(0, MAX_REPORT_CHARACTERS);
};

/** A validator is created at the first call of its tool. */
const validators = new WeakMap<JsonSchema, Validator>();

const validatorOf = (schema: JsonSchema): Validator => {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  // A copy, since the validator writes into the schema.
  const created = new Validator(structuredClone(schema) as Schema, '2020-12', false);
  validators.set(schema, created);
  return created;
};

/** @throws ToolError: arguments-too-long, arguments-not-json, arguments-not-object, arguments-invalid */
export const readArguments = (text: string, schema: JsonSchema): ToolArguments => {
  const parsed = parse(text);
  if (!isRecord(parsed))
    throw new ToolError('arguments-not-object', 'The arguments are not a JSON object: send one.');
  const value = coerce(parsed, schema) as ToolArguments;
  const { valid, errors } = validatorOf(schema).validate(value);
  if (!valid)
    throw new ToolError('arguments-invalid', `The arguments do not fit the schema: ${report(errors)}`);
  return value;
};
