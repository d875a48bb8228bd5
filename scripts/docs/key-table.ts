// Every key of the configuration as data, for documentation: what a key takes comes from the schema, what it is
// for from the comments of config/parley.toml.

import type { core } from 'zod/mini';
import * as z from 'zod/mini';
import { shapes } from '../../src/config/schema.ts';
import { findEntry, readToml, type TomlDocument } from '../../src/config/toml.ts';

export interface KeyRow {
  /** "button", "realtime.turn_detection"; of "tool" and "mcp" a file may have many. */
  readonly table: string;
  readonly key: string;
  /** "text", "number", "whole number", "true or false", "list" or "table". */
  readonly type: string;
  /** What the schema accepts: a range with its unit, the options, or the form of a text. */
  readonly range: string;
  /** As TOML, or in words where it depends on the dialect; undefined where the key has none. */
  readonly default: string | undefined;
  readonly isRequired: boolean;
  /** One sentence, without a full stop. */
  readonly description: string;
}

/** No table of these has a default, so they have no place in the file as shipped. */
const listDescriptions: Readonly<Record<string, string>> = {
  'tool.name': 'What the service calls the tool by',
  'tool.description': 'Tells the service what the tool is for, and when to use it',
  'tool.parameters':
    'A JSON Schema of an object (`$ref` is not followed): arguments that break it never reach the tool, and the service is told what to correct',
  'tool.timeout_ms': 'How long a call may take; then it is ended',
  'tool.answer': 'Whether the service speaks about the result; with `false` it listens again at once',
  'tool.command':
    'The program and its arguments, without a shell; it reads the arguments of the call as one line of JSON from its standard input, and prints the answer',
  'tool.url':
    'The address of an HTTP request, in place of a command; `{word}` in it stands for the argument of that name, which must be required',
  'tool.method':
    'The method of the request: `POST`, `PUT` and `PATCH` send the arguments as JSON, `GET` and `DELETE` as `?parameters`',
  'tool.headers': 'The headers of the request; `{key}` stands for the secret that `credential` names',
  'tool.credential': 'The secret for `{key}` in the headers',
  'mcp.server_label': 'What the service calls the server by',
  'mcp.server_url': 'The address of the server',
  'mcp.description': 'Tells the service what the server is for',
  'mcp.credential': 'The secret of the server; Parley sends it to the service, which passes it on',
  'mcp.allowed_tools': 'What the service may use of the server',
  'mcp.require_approval': 'Whether the service asks before each use',
  'mcp.approve': 'With `"always"`: the tools that Parley approves; it refuses all others, and logs that',
};

interface Definition extends core.$ZodTypeDef {
  readonly innerType?: core.$ZodType;
  readonly format?: string;
  readonly options?: readonly core.$ZodType[];
}

const typeNames: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  array: 'list',
  record: 'table',
};

const typeOf = (schema: core.$ZodType): string => {
  const { type, innerType, format, options }: Definition = schema._zod.def;
  if (innerType !== undefined) return typeOf(innerType);
  if (type === 'union') return [...new Set(options?.map(typeOf))].join(' or ');
  if (type === 'number') return format === undefined ? 'number' : 'whole number';
  return typeNames[type] ?? 'text';
};

/** The sentence with which the schema refuses null, without "expected". */
const rangeOf = (schema: core.$ZodType): string =>
  z.safeParse(schema, null).error?.issues[0]?.message.replace(/^expected /, '') ?? '';

const literal = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${key} = ${literal(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
};

/** The comment above a key, as one line; several keys may share it. */
const commentOf = (lines: readonly string[], { root, offKeys }: TomlDocument, path: string[]): string => {
  const isOff = (line: number): boolean => offKeys.some((off) => off.line === line);
  const off = offKeys.find((key) => key.path.join('.') === path.join('.'));
  // From 0 on: the line above the key.
  let at = (off?.line ?? findEntry({ root, offKeys }, path)?.line ?? 1) - 2;
  while (/^[\w-]+ = /.test(lines[at] ?? '') || isOff(at + 1)) at -= 1;
  const comment: string[] = [];
  for (; /^#/.test(lines[at] ?? '') && !isOff(at + 1); at -= 1) comment.unshift((lines[at] ?? '').slice(2));
  return comment.join(' ');
};

const sentenceIn = (comment: string, start: RegExp): string | undefined => {
  const from = start.exec(comment);
  return from === null ? undefined : /^.*?(?=\.(\s|$))/.exec(comment.slice(from.index + from[0].length))?.[0];
};

/**
 * A row for every key, in the order of the schema.
 * @param shipped the text of config/parley.toml
 */
export const keyRows = (shipped: string): KeyRow[] => {
  const document = readToml(shipped, 'config/parley.toml');
  const lines = shipped.split('\n');
  return Object.entries(shapes).flatMap(([table, shape]) =>
    Object.entries(shape)
      .filter(([key]) => table !== '' && !Object.hasOwn(shapes, `${table}.${key}`))
      .map(([key, schema]): KeyRow => {
        const { def } = schema._zod;
        const comment = commentOf(lines, document, [...table.split('.'), key]);
        const isOptional = def.type === 'default' || def.type === 'optional';
        return {
          table,
          key,
          type: typeOf(schema),
          range: rangeOf(schema),
          default: 'defaultValue' in def ? literal(def.defaultValue) : sentenceIn(comment, /\bOff: /),
          isRequired: !isOptional,
          description: listDescriptions[`${table}.${key}`] ?? sentenceIn(comment, /^/) ?? '',
        };
      }),
  );
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The rows as Markdown: for each table of the file a heading and a table. */
export const keyTables = (rows: readonly KeyRow[]): string => {
  const tables = [...new Set(rows.map(({ table }) => table))];
  return tables
    .map((table) => {
      const heading = table === 'tool' || table === 'mcp' ? `[[${table}]]` : `[${table}]`;
      const own = rows.filter((row) => row.table === table);
      const body = own.map(({ key, type, range, default: value, isRequired, description }) => {
        const accepts = type === 'true or false' ? type : range;
        const standard = isRequired ? 'required' : value === undefined ? 'none' : asCode(value);
        return `| \`${key}\` | ${cell(description)} | ${cell(accepts)} | ${cell(standard)} |`;
      });
      const head = '| key | what it is for | what it takes | default |\n|---|---|---|---|';
      return `### ${heading}\n\n${head}\n${body.join('\n')}\n`;
    })
    .join('\n');
};

/** A value as code; a sentence about values as it is. */
const asCode = (value: string): string =>
  /^("[^"]*"|[\w.+-]+|\{.*\}|\[.*\])$/.test(value) ? `\`${value}\`` : value;
