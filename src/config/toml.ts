// TOML with positions: the data for the schema, and for every key the line where it stands.
// The parser's own way to plain data is not used: a key named __proto__ would reach Object.prototype.

import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { ConfigError } from '../core/errors.ts';

/** A table as the schema wants it; without a prototype, so that every key is just a key. */
export type TomlData = { [key: string]: unknown };

export interface TomlEntry {
  readonly line: number;
  /** For sentences: "a text", "a table", "a list", "a date", or a number or truth value as written. */
  readonly shown: string;
  readonly value: unknown;
  /** Of a table by key, of a list by index. */
  readonly entries?: Map<string, TomlEntry>;
  readonly isList?: boolean;
}

export class TomlDocument {
  readonly root: TomlEntry;

  constructor(root: TomlEntry) {
    this.root = root;
  }

  get data(): TomlData {
    return tableOf(this.root.entries ?? new Map());
  }

  /** The entry at `path`, undefined where the file does not have it. */
  find(path: readonly PropertyKey[]): TomlEntry | undefined {
    let entry: TomlEntry | undefined = this.root;
    for (const key of path) entry = entry?.entries?.get(String(key));
    return entry;
  }

  /** The line of `path`, or of the didYouMean table around it. */
  line(path: readonly PropertyKey[]): number {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const entry = this.find(path.slice(0, depth));
      if (entry !== undefined) return entry.line;
    }
    return this.root.line;
  }
}

/** @throws ConfigError in one line, with line and column where it is not TOML */
export const readToml = (text: string, fileName: string): TomlDocument => {
  const root = tableAt(1, 0);
  try {
    for (const node of parseTOML(text.replace(/^\uFEFF/, '')).body[0].body) {
      if (node.type === 'TOMLKeyValue') put(root, node);
      else putTable(root, node);
    }
  } catch (error) {
    throw refusal(error, fileName);
  }
  return new TomlDocument(root);
};

const refusal = (error: unknown, fileName: string): ConfigError => {
  if (error instanceof ParseError) {
    const words = inOtherWords[error.message] ?? error.message.replace(/^./, (first) => first.toLowerCase());
    return new ConfigError(`${fileName}:${error.lineNumber}:${error.column + 1}: not valid TOML: ${words}.`);
  }
  // What else it throws is a RangeError: it is recursive, and makes an argument of every character of a text.
  const why = 'a text is too long, or lists and tables are nested too deeply';
  return new ConfigError(`${fileName}: cannot be read as TOML: ${why}.`, { cause: error });
};

const aValueIs = 'a value is "a text in quotes", a number, true or false';

/** Where the parser's words leave the remedy open. */
export const inOtherWords: Readonly<Record<string, string>> = {
  'Unexpected character': `unexpected character; ${aValueIs}`,
  'Unexpected token': `unexpected token; ${aValueIs}`,
  'Unspecified values are invalid': `the value is missing; ${aValueIs}`,
  'Unterminated string constant': 'the closing quote of this text is missing',
  'Expected equal (=) token': 'write key = value',
  'Must be a newline': 'one key = value per line',
  'Defining a key multiple times is invalid': 'this key or table is there twice; remove one',
  'Invalid character in escape sequence': "no such \\ escape; in 'single quotes' a \\ is just a \\",
};

type MutableTable = TomlEntry & { readonly entries: Map<string, TomlEntry>; readonly depth: number };

// A JSON Schema of some levels takes most of it; what walks the tables may be recursive because of this limit.
const deepest = 16;

const nestedTooDeeply = (depth: number): void => {
  if (depth > deepest) throw new RangeError('nested too deeply');
};

const tableAt = (line: number, depth: number): MutableTable => {
  nestedTooDeeply(depth);
  return { line, shown: 'a table', value: undefined, entries: new Map(), depth };
};

const listAt = (line: number, depth: number): MutableTable => {
  nestedTooDeeply(depth);
  return { line, shown: 'a list', value: undefined, entries: new Map(), isList: true, depth };
};

const isTable = (entry: TomlEntry): entry is MutableTable => entry.entries !== undefined;

const put = (table: MutableTable, node: AST.TOMLKeyValue): void => {
  const last = node.key.keys.at(-1);
  const parent = descend(table, node.key.keys.slice(0, -1));
  if (last === undefined || parent === undefined) return;
  parent.entries.set(nameOf(last), entryOf(node.value, last.loc.start.line, parent.depth + 1));
};

const putTable = (root: MutableTable, node: AST.TOMLTable): void => {
  const line = node.loc.start.line;
  const last = node.key.keys.at(-1);
  const isOfList = node.kind === 'array' && last !== undefined;
  const table = isOfList
    ? newestOf(descend(root, node.key.keys.slice(0, -1)), nameOf(last), line)
    : descend(root, node.key.keys);
  if (table === undefined) return;
  for (const child of node.body) put(table, child);
};

/** The table that `[[name]]` adds to the list of that name. */
const newestOf = (parent: MutableTable | undefined, name: string, line: number): MutableTable | undefined => {
  if (parent === undefined) return undefined;
  const list = parent.entries.get(name) ?? listAt(line, parent.depth + 1);
  parent.entries.set(name, list);
  if (!isTable(list) || list.isList !== true) return undefined;
  const table = tableAt(line, list.depth + 1);
  list.entries.set(String(list.entries.size), table);
  return table;
};

/** The table below `table`, made where it is missing; below a list that is its newest one. */
const descend = (table: MutableTable, keys: AST.TOMLKey['keys']): MutableTable | undefined => {
  let current = table;
  for (const key of keys) {
    const found = current.entries.get(nameOf(key)) ?? tableAt(key.loc.start.line, current.depth + 1);
    if (!isTable(found)) return undefined;
    current.entries.set(nameOf(key), found);
    const newest = found.isList ? [...found.entries.values()].at(-1) : found;
    if (newest === undefined || !isTable(newest)) return undefined;
    current = newest;
  }
  return current;
};

const nameOf = (key: AST.TOMLBare | AST.TOMLQuoted): string =>
  key.type === 'TOMLBare' ? key.name : key.value;

const entryOf = (node: AST.TOMLContentNode, line: number, depth: number): TomlEntry => {
  if (node.type === 'TOMLArray') {
    const list = listAt(line, depth);
    for (const [index, element] of node.elements.entries())
      list.entries.set(String(index), entryOf(element, element.loc.start.line, depth + 1));
    return list;
  }
  if (node.type === 'TOMLInlineTable') {
    const table = tableAt(line, depth);
    for (const child of node.body) put(table, child);
    return table;
  }
  return { line, shown: shownOf(node), value: node.value };
};

const shownOf = (node: AST.TOMLValue): string => {
  if (node.kind === 'string') return 'a text';
  if (node.kind === 'boolean') return String(node.value);
  if (node.kind !== 'integer' && node.kind !== 'float') return 'a date';
  // The parser loses the text of a 0 that ends the file.
  const written = node.number === '' ? String(node.value) : node.number;
  return written.length <= 20 ? written : `a number of ${written.length} digits`;
};

const dataOf = (entry: TomlEntry): unknown => {
  if (entry.entries === undefined) return entry.value;
  return entry.isList ? [...entry.entries.values()].map(dataOf) : tableOf(entry.entries);
};

const tableOf = (entries: ReadonlyMap<string, TomlEntry>): TomlData => {
  const data: TomlData = Object.create(null);
  for (const [key, entry] of entries) data[key] = dataOf(entry);
  return data;
};
