// Reads TOML: values, keys, and their lines. There are two parsers.
// smol-toml gives values in a third of the memory: enough for a valid file, and the service reads one at each
// start. toml-eslint-parser gives the lines: it reads what is invalid, and what is edited line by line.

import { parse } from 'smol-toml';
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { ConfigError } from '../core/errors.ts';
import { isRecord } from '../core/is-record.ts';

// A JSON Schema of some levels takes most of it; what walks the tables may be recursive because of this limit.
const MAX_DEPTH = 16;

/** A key of the service. */
export const secretPattern = /\bsk-[\w-]{20,}/;

const isOdd = (value: unknown): boolean => {
  if (typeof value === 'string') return secretPattern.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) => key === '__proto__' || secretPattern.test(key) || isOdd(inner),
  );
};

/** The values in `text`; undefined where it is not valid TOML, too deep, or contains a key of the service. */
export const tomlValues = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const values = parse(text, { maxDepth: MAX_DEPTH });
    return isOdd(values) ? undefined : values;
  } catch {
    return undefined;
  }
};

export type TomlPath = readonly PropertyKey[];

export interface TomlEntry {
  readonly line: number;
  /** For sentences: "a text", "a table", "a list", "a date", or a number or truth value as written. */
  readonly shown: string;
  /** Undefined for tables and lists. */
  readonly value: unknown;
  /** The value as written in the file; '' for tables and lists. */
  readonly source: string;
  /** Of a table by key, of a list by index. */
  readonly entries?: ReadonlyMap<string, TomlEntry>;
  readonly isList?: boolean;
}

/** A key that is switched off: the comment "# key = value" on a separate line. */
export interface TomlOffKey {
  /** With the table above it. */
  readonly path: TomlPath;
  readonly line: number;
  /** The value as written in the comment. */
  readonly source: string;
}

export interface TomlDocument {
  readonly root: TomlEntry;
  readonly offKeys: readonly TomlOffKey[];
}

/** A table or a list while the document is built. */
type Branch = TomlEntry & { readonly entries: Map<string, TomlEntry> };

const branchAt = (line: number, isList: boolean): Branch => ({
  line,
  shown: isList ? 'a list' : 'a table',
  value: undefined,
  source: '',
  entries: new Map(),
  isList,
});

/** The branch at `path`, with all that are missing on the way. */
const branchIn = (root: Branch, path: TomlPath, line: number, isList = false): Branch => {
  if (path.length > MAX_DEPTH) throw new RangeError('nested too deeply');
  let branch = root;
  for (const [depth, key] of path.entries()) {
    const next = path[depth + 1];
    const found =
      branch.entries.get(String(key)) ??
      branchAt(line, next === undefined ? isList : typeof next === 'number');
    branch.entries.set(String(key), found);
    // The parser has refused what defines a key twice.
    branch = found as Branch;
  }
  return branch;
};

const namesOf = (key: AST.TOMLKey): string[] =>
  key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));

const lineOf = (node: AST.TOMLNode): number => node.loc.start.line;

type Node = AST.TOMLTable | AST.TOMLKeyValue | AST.TOMLContentNode;

/** Adds what `node` defines at `path`. */
const addNode = (root: Branch, path: TomlPath, node: Node, text: string, line = lineOf(node)): void => {
  if (node.type === 'TOMLKeyValue') {
    const { key, value } = node;
    addNode(root, [...path, ...namesOf(key)], value, text, lineOf(key.keys.at(-1) ?? key));
  } else if (node.type === 'TOMLTable' || node.type === 'TOMLInlineTable') {
    const table = node.type === 'TOMLTable' ? node.resolvedKey : path;
    branchIn(root, table, line);
    for (const child of node.body) addNode(root, table, child, text);
  } else if (node.type === 'TOMLArray') {
    branchIn(root, path, line, true);
    for (const [index, element] of node.elements.entries()) addNode(root, [...path, index], element, text);
  } else {
    const entry = { line, shown: shownOf(node), value: node.value, source: text.slice(...node.range) };
    branchIn(root, path.slice(0, -1), line).entries.set(String(path.at(-1)), entry);
  }
};

const shownOf = (node: AST.TOMLValue): string => {
  if (node.kind === 'string') return 'a text';
  if (node.kind === 'boolean') return String(node.value);
  if (node.kind !== 'integer' && node.kind !== 'float') return 'a date';
  // The parser loses the text of a 0 that ends the file.
  const written = node.number === '' ? String(node.value) : node.number;
  return written.length <= 20 ? written : `a number of ${written.length} digits`;
};

const offKeysOf = (program: AST.TOMLProgram, text: string): TomlOffKey[] => {
  const lines = text.split('\n');
  const tables = program.body[0].body.filter((node) => node.type === 'TOMLTable');
  return program.comments.flatMap(({ value, loc: { start } }) => {
    // Examples are indented further; what follows a value explains it.
    const isKey = /^ ?\S/.test(value) && lines[start.line - 1]?.slice(0, start.column).trim() === '';
    const values = isKey ? tomlValues(value.trim()) : undefined;
    const table = tables.findLast((node) => lineOf(node) < start.line)?.resolvedKey ?? [];
    const source = value.slice(value.indexOf('=') + 1).trim();
    return pathsIn(values).map((path) => ({ path: [...table, ...path], line: start.line, source }));
  });
};

/** The paths of all values in plain data. */
const pathsIn = (data: unknown): TomlPath[] =>
  isRecord(data)
    ? Object.entries(data).flatMap(([key, value]) =>
        isRecord(value) ? pathsIn(value).map((path) => [key, ...path]) : [[key]],
      )
    : [];

/**
 * What is not TOML, as one sentence with line and column.
 * @param error as toml-eslint-parser throws it
 */
const syntaxError = (error: unknown, fileName: string): ConfigError => {
  if (error instanceof ParseError) {
    const otherWords = error.message.replace(/^./, (first) => first.toLowerCase());
    const [code, words] = syntaxProblems[error.message] ?? ['invalid-toml', otherWords];
    const place = `${fileName}:${error.lineNumber}:${error.column + 1}`;
    const sentence = `${place}: not valid TOML: ${words}.`;
    return ConfigError.of([{ code, sentence, line: error.lineNumber }]);
  }
  // What else it throws is a RangeError: it is recursive, and makes an argument of every character of a text.
  const why = 'a text is too long, or lists and tables are nested too deeply';
  return new ConfigError('toml-too-large', `${fileName}: cannot be read as TOML: ${why}.`);
};

const aValueIs = 'a value is "a text in quotes", a number, true or false';

/** Where the parser's message does not name the remedy. */
export const syntaxProblems: Readonly<Record<string, readonly [code: string, words: string]>> = {
  'Unexpected character': ['unexpected-character', `unexpected character; ${aValueIs}`],
  'Unexpected token': ['unexpected-token', `unexpected token; ${aValueIs}`],
  'Unspecified values are invalid': ['missing-value', `the value is missing; ${aValueIs}`],
  'Unterminated string constant': ['missing-quote', 'the closing quote of this text is missing'],
  'Expected equal (=) token': ['missing-equals-sign', 'write key = value'],
  'Must be a newline': ['missing-newline', 'write one key = value per line'],
  'Defining a key multiple times is invalid': [
    'duplicate-key',
    'this key or table is defined twice; remove one',
  ],
  'Invalid character in escape sequence': [
    'unknown-escape',
    "no such \\ escape; in 'single quotes' a \\ is only a \\",
  ],
};

/**
 * `text` with its places.
 * @param fileName for the messages
 * @throws ConfigError in one line, with line and column where it is not TOML
 */
export const readToml = (text: string, fileName: string): TomlDocument => {
  const plain = text.replace(/^\uFEFF/, '');
  try {
    const program = parseTOML(plain);
    const root = branchAt(1, false);
    for (const node of program.body[0].body) addNode(root, [], node, plain);
    return { root, offKeys: offKeysOf(program, plain) };
  } catch (error) {
    throw syntaxError(error, fileName);
  }
};

/** The entry at `path`, undefined where the file does not have it. */
export const findEntry = (document: TomlDocument, path: TomlPath): TomlEntry | undefined => {
  let entry: TomlEntry | undefined = document.root;
  for (const key of path) entry = entry?.entries?.get(String(key));
  return entry;
};

/** The line of `path`, or of the nearest table around it. */
export const findLine = (document: TomlDocument, path: TomlPath): number => {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const entry = findEntry(document, path.slice(0, depth));
    if (entry !== undefined) return entry.line;
  }
  return document.root.line;
};

/** Plain data; tables have no prototype, so that every key is just a key. */
export const dataOf = ({ entries, isList, value }: TomlEntry): unknown => {
  if (entries === undefined) return value;
  if (isList) return [...entries.values()].map(dataOf);
  const data: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of entries) data[key] = dataOf(entry);
  return data;
};
