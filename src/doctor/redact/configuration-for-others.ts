// A configuration as others may see it. It need not be right, nor even TOML: that is when people ask for help.
// So it is read by lines; they keep their numbers, which the faults are told by. Comments are left out, for
// old keys are kept there, and so is what the device was told to be.

/** "Bearer {key}" is known to everybody; anything else in a header may be a secret. */
const plainHeader = /^["'](?:[A-Za-z]+ )?\{key\}["']$/;
const secretName = /key|token|secret|passw|auth|credential/i;
const harmlessName = 'max_output_tokens';

interface Place {
  readonly table: string;
  /** The quotes that end the text of several lines in which we are. */
  readonly until?: string | undefined;
}

/** Up to the "#" that begins a comment; one within quotes does not. */
const withoutComment = (line: string): string => {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const letter = line.charAt(at);
    if (quote === '' && letter === '#') return line.slice(0, at).trimEnd();
    if (quote === '"' && letter === '\\') at += 1;
    else if (quote === '') quote = letter === '"' || letter === "'" ? letter : '';
    else if (quote === letter) quote = '';
  }
  return line.trimEnd();
};

const bare = (key: string): string => key.replaceAll(/[\s"']/g, '');

const valueForOthers = (path: string, value: string): string => {
  const name = path.split('.').at(-1) ?? '';
  if (value.startsWith('{') || path.includes('headers'))
    return plainHeader.test(value) || value === '{}' ? value : '"[removed]"';
  if (name === 'instructions') return `"[${value.length} characters]"`;
  if (name === 'key_file') return /^["'](\/[\w./-]*)?["']$/.test(value) ? value : '"[removed]"';
  return secretName.test(name) && name !== harmlessName ? '"[removed]"' : value;
};

/** A line, and where the next one is. */
const lineForOthers = (line: string, { table, until }: Place): [string, Place] => {
  if (until !== undefined) return ['', line.includes(until) ? { table } : { table, until }];
  const said = withoutComment(line);
  const heading = /^\s*\[+([^\]]*)\]+\s*$/.exec(said)?.[1];
  if (heading !== undefined) return [said, { table: bare(heading) }];
  const at = said.indexOf('=');
  // Not TOML: what it was meant to be nobody knows.
  if (at === -1) return [said.trim() === '' ? '' : '[removed]', { table }];
  const key = said.slice(0, at);
  const raw = line.slice(at + 1).trim();
  const several = /^("""|''')/.exec(raw)?.[1];
  if (several !== undefined)
    return [`${key}= "[a long text]"`, raw.includes(several, 3) ? { table } : { table, until: several }];
  return [`${key}= ${valueForOthers(`${table}.${bare(key)}`, said.slice(at + 1).trim())}`, { table }];
};

/** Lines with their numbers; those that say nothing are left out. */
export const configurationForOthers = (toml: string): string => {
  let place: Place = { table: '' };
  const lines: string[] = [];
  for (const [at, line] of toml.split('\n').entries()) {
    const [said, next] = lineForOthers(line, place);
    place = next;
    if (said.trim() !== '') lines.push(`${String(at + 1).padStart(4)}  ${said.trimStart()}`);
  }
  return lines.length === 0 ? '(nothing but comments)' : lines.join('\n');
};
