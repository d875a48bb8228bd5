// What the schema refuses, as problems with a code and a line for a person: file, line, key, what was
// expected, "did you mean".

import type { core } from 'zod/mini';
import { didYouMean } from '../core/did-you-mean.ts';
import type { ConfigProblem } from '../core/errors.ts';
import { anyOf } from './fields.ts';
import { shapes } from './schema.ts';
import {
  findEntry,
  findLine,
  secretPattern,
  type TomlDocument,
  type TomlEntry,
  type TomlPath,
} from './toml.ts';

interface Problem {
  readonly code: string;
  readonly path: TomlPath;
  readonly sentence: string;
}

/** One problem per refused key, in the order of the file. */
export const problemsIn = (
  document: TomlDocument,
  issues: readonly core.$ZodIssue[],
  fileName: string,
): ConfigProblem[] => {
  const found = [
    ...suspiciousKeys(document.root, []),
    ...issues.flatMap((issue) => problemsOf(issue, document)),
  ];
  const problems = new Map<string, ConfigProblem & { readonly line: number }>();
  for (const { code, path, sentence } of found) {
    const place = JSON.stringify(path);
    // The first sentence on a key is the best one; a value may break several rules at once.
    if (problems.has(place)) continue;
    const line = findLine(document, path);
    const key = shownPath(path);
    problems.set(place, { code, key, line, sentence: `${fileName}:${line}: ${key}: ${sentence}` });
  }
  return [...problems.values()].sort((one, other) => one.line - other.line);
};

const problemsOf = (issue: core.$ZodIssue, document: TomlDocument): Problem[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      // Every table of a list is of the same shape.
      const table = issue.path.filter((part) => typeof part !== 'number').join('.');
      return { path, ...unknownKey(table, key, findEntry(document, path)) };
    });
  const entry = findEntry(document, issue.path);
  const options = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const near = typeof entry?.value === 'string' ? didYouMean(entry.value, options) : undefined;
  const meant = near === undefined ? '' : `; did you mean "${near}"?`;
  const sentence = `${issue.message}${instead(issue, entry)}${meant}`;
  return [{ code: codeOf(issue), path: issue.path, sentence }];
};

const codeOf = (issue: core.$ZodIssue): string => {
  if (issue.code === 'custom') return String(issue.params?.['code']);
  if (issue.code === 'invalid_value') return 'unknown-option';
  if (issue.code === 'too_big' && issue.origin === 'array') return 'too-many';
  if (issue.code === 'too_big' || issue.code === 'too_small') return 'out-of-range';
  return issue.code === 'invalid_union' ? 'invalid-value' : 'wrong-type';
};

/** What the file has in place of what was expected; never quotes a text. */
const instead = (issue: core.$ZodIssue, entry: TomlEntry | undefined): string => {
  if (!issue.message.startsWith('expected') || entry === undefined) return '';
  // Here something in the table or list is wrong, or its length, and not its type.
  if ((issue.code === 'custom' || issue.code === 'too_big') && entry.entries !== undefined) return '';
  if (entry.shown === 'a text' && issue.code !== 'invalid_type') return '';
  return `, not ${entry.shown}`;
};

const unknownKey = (table: string, key: string, entry: TomlEntry | undefined): Omit<Problem, 'path'> => {
  const isTable = entry?.entries !== undefined && !entry.isList;
  const unknown = isTable ? 'unknown table' : 'unknown key';
  const code = isTable ? 'unknown-table' : 'unknown-key';
  const known = Object.keys(shapes[table] ?? {});
  const near = didYouMean(key, known);
  if (near !== undefined)
    return { code, sentence: `${unknown}; did you mean ${table === '' ? `[${near}]` : `"${near}"`}?` };
  const tables = Object.keys(shapes).filter((other) => Object.hasOwn(shapes[other] ?? {}, key));
  if (tables.length === 0) return { code, sentence: `${unknown}; expected ${anyOf(known)}` };
  const meant = anyOf(tables.map((other) => `[${other}]`));
  return { code: 'misplaced-key', sentence: `${unknown} here; did you mean the one in ${meant}?` };
};

/** Keys of the service (and the one name that the schema cannot see) anywhere in the file. */
function* suspiciousKeys(entry: TomlEntry, path: TomlPath): Generator<Problem> {
  if (typeof entry.value === 'string' && secretPattern.test(entry.value))
    yield {
      code: 'key-in-file',
      path,
      sentence:
        'contains a key of the service, and other users may read this file; see key_file in [realtime]',
    };
  for (const [key, child] of entry.entries ?? []) {
    const place = [...path, entry.isList ? Number(key) : key];
    if (key === '__proto__') yield { code: 'forbidden-key', path: place, sentence: 'is no key; remove it' };
    yield* suspiciousKeys(child, place);
  }
}

/** "tool[1].name", counted from 1 as people do. */
const shownPath = (path: TomlPath): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part + 1}]`;
    return text === '' ? shownKey(String(part)) : `${text}.${shownKey(String(part))}`;
  }, '');

/** A key as a person may see it: quoted where it is not bare, short, without control characters. */
const shownKey = (key: string): string => {
  if (secretPattern.test(key)) return '(a secret)';
  if (/^[\w-]{1,60}$/.test(key)) return key;
  const short = key.length > 60 ? `${key.slice(0, 60)}...` : key;
  return JSON.stringify(short.replaceAll(/\p{C}/gu, '?'));
};
