// A configuration as others may see it, in the support file. It may be invalid: that is when people need help.
// So it is split into statements, each of which is read by itself, and the others stay readable. Lines keep their
// numbers, which problems are reported with. A text is shown only where the configuration knows its key and
// accepts it; comments are left out, because old keys are kept there.

import { withoutSecret } from '../../config/get-value.ts';
import { accepts } from '../../config/schema.ts';
import { tomlValues } from '../../config/toml.ts';
import { isRecord } from '../../core/is-record.ts';

const removed = '"[removed]"';
const secretName = /key|token|secret|passw|auth|credential/i;
/** An opening bracket that is never closed must not make a statement of the whole file. */
const MAX_STATEMENT_LINES = 200;

const token = /"""|'''|"(?:[^"\\]|\\.)*"?|'[^']*'?|#.*|[[\]{}]/g;
const endOf: Readonly<Record<string, RegExp>> = { '"""': /(?:[^\\]|\\.)*?"""/y, "'''": /.*?'''/y };

/** How many lines belong together, from `lines[start]` on. */
const statementAt = (lines: readonly string[], start: number): { lines: number; hasLongText: boolean } => {
  let quotes = '';
  let depth = 0;
  /** A text in three quotes, of which no line may be read by itself. */
  let hasLongText = false;
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    for (let at = 0; at < line.length; ) {
      const pattern = endOf[quotes] ?? token;
      pattern.lastIndex = at;
      const found = pattern.exec(line);
      if (found === null) break;
      at = pattern.lastIndex;
      const [word] = found;
      if (quotes !== '') quotes = '';
      else if (word in endOf) quotes = word;
      else if (word === '[' || word === '{') depth += 1;
      else if (word === ']' || word === '}') depth -= 1;
      hasLongText ||= quotes !== '';
    }
    if (quotes === '' && depth <= 0) return { lines: index - start + 1, hasLongText };
    if (quotes === '' && index - start === MAX_STATEMENT_LINES) break;
  }
  return { lines: quotes === '' ? 1 : lines.length - start, hasLongText };
};

const written = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));

/** The keys that lead to the only value in `data`, and that value: `a.b = 1` is [["a", "b"], 1]. */
const onlyValue = (data: unknown): [path: string[], value: unknown] => {
  const entries = isRecord(data) ? Object.entries(data) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return [[], data];
  const [path, value] = onlyValue(entry[1]);
  return [[entry[0], ...path], value];
};

const textForOthers = (path: readonly string[], text: string): string => {
  const key = path.join('.');
  const name = path.at(-1) ?? '';
  if (/^(realtime|tool)\.headers\./.test(key)) return JSON.stringify(withoutSecret(text));
  if (name === 'instructions') return `"[${text.length} characters]"`;
  if (secretName.test(name) && name !== 'max_output_tokens' && name !== 'key_file') return removed;
  const isShown = key.startsWith('tool.parameters.') || accepts(key, text);
  return isShown ? JSON.stringify(text) : removed;
};

const valueForOthers = (path: readonly string[], value: unknown): string => {
  if (typeof value === 'string') return textForOthers(path, value);
  if (isRecord(value)) {
    const entries = Object.entries(value).map(
      ([key, inner]) => `${written(key)} = ${valueForOthers([...path, key], inner)}`,
    );
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  if (!Array.isArray(value)) return String(value);
  // Arguments of a program may be anything.
  if (path.join('.') === 'tool.command') return `"[${value.length} words]"`;
  const isShown = accepts(path.join('.'), value) || path.join('.').startsWith('tool.parameters.');
  const items = value.map((item) =>
    typeof item === 'string' && isShown ? JSON.stringify(item) : valueForOthers(path, item),
  );
  return `[${items.join(', ')}]`;
};

/** A statement for others, and the table in which the next one is; undefined where that is not known. */
const statementForOthers = (
  text: string,
  table: readonly string[] | undefined,
): [shown: string, table: readonly string[] | undefined] => {
  const values = tomlValues(text);
  const isHeading = text.trimStart().startsWith('[');
  if (values === undefined) return ['[removed]', isHeading ? undefined : table];
  if (Object.keys(values).length === 0) return ['', table];
  const [path, value] = onlyValue(values);
  const name = path.map(written).join('.');
  if (isHeading) return [Array.isArray(value) ? `[[${name}]]` : `[${name}]`, path];
  const shown = `${name} = ${valueForOthers([...(table ?? ['?']), ...path], value)}`;
  return [table === undefined ? `?.${shown}` : shown, table];
};

/** Lines with their numbers; empty ones are left out. */
export const configurationForOthers = (toml: string): string => {
  const lines = toml.replace(/^\uFEFF/, '').split(/\r?\n/);
  const shown: string[] = [];
  let table: readonly string[] | undefined = [];
  for (let at = 0; at < lines.length; ) {
    const statement = statementAt(lines, at);
    const [text, next] = statementForOthers(lines.slice(at, at + statement.lines).join('\n'), table);
    if (text !== '') shown.push(`${String(at + 1).padStart(4)}  ${text}`);
    table = next;
    // What cannot be read may have begun within the statement.
    at += text === '[removed]' && !statement.hasLongText ? 1 : statement.lines;
  }
  return shown.length === 0 ? '(nothing but comments)' : shown.join('\n');
};
