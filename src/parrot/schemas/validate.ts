// Checks what a client sent against a zod shape, and turns the first fault into OpenAI's error for it:
// the code, and the parameter written as OpenAI writes it (`session.tools[0].name`). What is missing is reported
// before what is unknown, as the real service does with the other dialect.

import type * as z from 'zod';
import { ApiError } from './api-error.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The value as the shape types it. Throws an ApiError. */
export const check = <T>(shape: z.ZodType<T>, value: unknown): T => {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const missing = issues.find((issue) => valueAt(value, issue.path) === undefined);
  throw error(missing ?? firstOf(issues), value);
};

const firstOf = (issues: readonly Issue[]): Issue =>
  issues[0] ?? { code: 'custom', path: [], message: 'Invalid event.', input: undefined };

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, key) => (inner === null || typeof inner !== 'object' ? undefined : Reflect.get(inner, key)),
    value,
  );

/** `session.tools[0].name` */
export const written = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');

const list = (values: readonly unknown[]): string => {
  const quoted = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  return new Intl.ListFormat('en').format(quoted);
};

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

const error = (issue: Issue, root: unknown): ApiError => {
  const param = written(issue.path);
  const value = valueAt(root, issue.path);
  if (value === undefined) {
    return new ApiError(`Missing required parameter: '${param}'.`, {
      code: 'missing_required_parameter',
      param,
    });
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownParameter(written([...issue.path, ...issue.keys.slice(0, 1)]));
    case 'invalid_type':
      return wrongType(param, issue.expected, value);
    case 'invalid_value':
      return invalidValue(param, value, issue.values);
    case 'invalid_union':
      return wrongChoice(issue, root);
    case 'too_big':
      return outOfRange(param, value, 'above', issue.maximum);
    case 'too_small':
      return outOfRange(param, value, 'below', issue.minimum);
    default:
      return new ApiError(issue.message, { code: 'invalid_value', param });
  }
};

const unknownParameter = (param: string): ApiError =>
  new ApiError(`Unknown parameter: '${param}'.`, { code: 'unknown_parameter', param });

const NAMES: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'a number',
  object: 'an object',
  array: 'an array',
};

const wrongType = (param: string, expected: string, value: unknown): ApiError =>
  new ApiError(
    `Invalid type for '${param}': expected ${NAMES[expected] ?? `a ${expected}`}, ` +
      `but got ${kindOf(value)} instead.`,
    { code: 'invalid_type', param },
  );

export const invalidValue = (param: string, value: unknown, supported: readonly unknown[]): ApiError => {
  const shown = typeof value === 'object' ? kindOf(value) : list([value]);
  const help = supported.length > 0 ? ` Supported values are: ${list(supported)}.` : '';
  return new ApiError(`Invalid value: ${shown.slice(0, 200)}.${help}`, { code: 'invalid_value', param });
};

const outOfRange = (param: string, value: unknown, side: 'above' | 'below', limit: unknown): ApiError => {
  const [word, short, sign] = side === 'above' ? ['maximum', 'max', '<='] : ['minimum', 'min', '>='];
  if (typeof value !== 'number') {
    const code = `${typeof value === 'string' ? 'string' : 'array'}_${side}_${short}_length`;
    return new ApiError(`Invalid '${param}': expected a length ${sign} ${String(limit)}.`, { code, param });
  }
  const kind = Number.isInteger(value) ? 'integer' : 'decimal';
  return new ApiError(
    `Invalid '${param}': ${kind} ${side} ${word} value. ` +
      `Expected a value ${sign} ${String(limit)}, but got ${value} instead.`,
    { code: `${kind}_${side}_${short}_value`, param },
  );
};

/** None of several shapes fitted: names the one that was meant, else all of them. */
const wrongChoice = (issue: Extract<Issue, { code: 'invalid_union' }>, root: unknown): ApiError => {
  const value = valueAt(root, issue.path);
  if ('options' in issue && Array.isArray(issue.options)) {
    return invalidValue(written(issue.path), value, issue.options);
  }
  const meant = issue.errors.map((branch) => firstOf(branch)).find((inner) => inner.path.length > 0);
  if (meant !== undefined) return error({ ...meant, path: [...issue.path, ...meant.path] }, root);
  const values = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
  return invalidValue(written(issue.path), value, values);
};
