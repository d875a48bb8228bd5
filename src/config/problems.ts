// What the schema refuses, as lines for a person: file, line, key, what was expected, "did you mean".

import type { core } from 'zod/mini';
import { didYouMean } from '../core/did-you-mean.ts';
import { anyOf } from './fields.ts';
import { secretPattern as secret } from './quick-toml.ts';
import { shapes } from './schema.ts';
import type { TomlDocument, TomlEntry } from './toml.ts';

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
}

/** One line per refused key, in the order of the file. */
export const linesOf = (
  issues: readonly core.$ZodIssue[],
  document: TomlDocument,
  fileName: string,
): string[] => {
  const found = [...misplacedKeys(document.root), ...issues.flatMap((issue) => problemsOf(issue, document))];
  const lines = new Map<string, { line: number; text: string }>();
  for (const { path, sentence } of found) {
    const place = JSON.stringify(path);
    // The first word on a key is the best one; a value may break several rules at once.
    if (lines.has(place)) continue;
    const line = document.line(path);
    const key = written(path);
    lines.set(place, { line, text: `${fileName}:${line}: ${key}: ${sentence}` });
  }
  return [...lines.values()].sort((one, other) => one.line - other.line).map(({ text }) => text);
};

const problemsOf = (issue: core.$ZodIssue, document: TomlDocument): Problem[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      // Every table of a list is of the same shape.
      const table = issue.path.filter((part) => typeof part !== 'number').join('.');
      return { path, sentence: unknownKey(table, key, document.find(path)) };
    });
  const entry = document.find(issue.path);
  const options = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const near = typeof entry?.value === 'string' ? didYouMean(entry.value, options) : undefined;
  const meant = near === undefined ? '' : `; did you mean "${near}"?`;
  return [{ path: issue.path, sentence: `${issue.message}${instead(issue, entry)}${meant}` }];
};

/** What is there in place of what was expected, without ever quoting a text. */
const instead = (issue: core.$ZodIssue, entry: TomlEntry | undefined): string => {
  const plain = !issue.message.startsWith('expected') || issue.code === 'invalid_key';
  if (plain || entry === undefined) return '';
  if (entry.isList && issue.code === 'custom') return '';
  if (entry.shown === 'a text' && issue.code !== 'invalid_type') return '';
  return `, not ${entry.shown}`;
};

const unknownKey = (table: string, key: string, entry: TomlEntry | undefined): string => {
  const unknown = entry?.entries === undefined || entry.isList ? 'unknown key' : 'unknown table';
  const known = Object.keys(shapes[table] ?? {});
  const near = didYouMean(key, known);
  if (near !== undefined) return `${unknown}; did you mean ${table === '' ? `[${near}]` : `"${near}"`}?`;
  const elsewhere = Object.keys(shapes).filter((other) => Object.hasOwn(shapes[other] ?? {}, key));
  if (elsewhere.length === 0) return `${unknown}; expected ${anyOf(known)}`;
  return `${unknown} here; did you mean the one in ${anyOf(elsewhere.map((other) => `[${other}]`))}?`;
};

/** Keys of the service (and the one name that the schema cannot see) anywhere in the file. */
function* misplacedKeys(entry: TomlEntry, path: readonly PropertyKey[] = []): Generator<Problem> {
  if (typeof entry.value === 'string' && secret.test(entry.value))
    yield {
      path,
      sentence: 'holds a key of the service, and this file may be read by others; see key_file in [realtime]',
    };
  for (const [key, child] of entry.entries ?? []) {
    const place = [...path, entry.isList ? Number(key) : key];
    if (key === '__proto__') yield { path: place, sentence: 'unknown key; remove it' };
    yield* misplacedKeys(child, place);
  }
}

/** "tool[1].name", counted from 1 as people do. */
const written = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part + 1}]`;
    return text === '' ? nameOf(String(part)) : `${text}.${nameOf(String(part))}`;
  }, '');

/** A key as a person may see it: quoted where it is not bare, short, and nothing that a terminal obeys. */
const nameOf = (key: string): string => {
  if (secret.test(key)) return '(a secret)';
  if (/^[\w-]{1,60}$/.test(key)) return key;
  const short = key.length > 60 ? `${key.slice(0, 60)}...` : key;
  return JSON.stringify(short.replaceAll(/\p{C}/gu, '?'));
};
