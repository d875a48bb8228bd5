// The tables of what the service may call: built-in tools, the owner's tools ([[tool]]) and MCP servers ([[mcp]]).

import * as z from 'zod/mini';
import { isRecord } from '../core/is-record.ts';
import {
  checkedText,
  choice,
  flag,
  milliseconds,
  problem,
  type Rules,
  seconds,
  table,
  text,
  wholeNumber,
} from './fields.ts';
import { parameters } from './json-schema.ts';
import { addressProblem, headers, isSecretHeader } from './service-fields.ts';

/** Built-in tools, by the name that the service knows. */
const builtIn = {
  end_conversation: flag(true),
  set_volume: flag(true),
  get_volume: flag(true),
  get_time: flag(true),
  set_timer: flag(true),
  list_timers: flag(true),
  cancel_timer: flag(true),
};

export const tools = {
  ...builtIn,
  parallel_calls: z._default(wholeNumber(1, 16), 4),
  tick: flag(true),
  tick_after_s: seconds(0.5, 60, 1.5),
  work_limit_s: seconds(1, 3600, 120),
  work_calls_limit: z._default(wholeNumber(1, 10_000), 200),
  ring_limit_s: seconds(1, 3600, 900),
};

const toolName = text('a name in quotes: 1 to 64 letters, digits, "_" and "-"', (value) =>
  /^[\w-]{1,64}$/.test(value),
);

const words = (what: string, most: number) =>
  text(`${what} in quotes, 1 to ${most} characters`, (value) => value.trim() !== '' && value.length <= most);

const argument = text('a text in quotes', (value) => value.length <= 4096 && !value.includes('\0'));

const command = z
  .array(argument, { error: 'expected a list of texts, the program first: ["/path/to/program", "argument"]' })
  .check(
    z.refine(([program = '']) => /^(\/.|[^\s/~-][^\s/]*$)/.test(program), {
      params: { code: 'invalid-program' },
      error:
        'expected a list of texts, first the program by its name or its path from / on: ["/path/to/program", "argument"]',
    }),
  );

const httpAddress = checkedText('an address in quotes', (value) => {
  const filledIn = value.replaceAll(/\{\w+\}/g, 'x');
  const example = 'http://homeassistant.local:8123/api/services/light/turn_on';
  const found = addressProblem(filledIn, 'http', example, 'credential');
  if (found !== undefined) return found;
  const place = 'contains a {parameter} in the name of the server; put it after the first "/"';
  return /^\w+:\/\/[^/?#]*\{/.test(value) ? ['parameter-in-host-name', place] : undefined;
});

/** A plain name: anything else may be the secret itself, in the wrong place. */
const credentialName = /^[a-z][a-z0-9]{0,15}([._-][a-z0-9]{1,16}){0,5}$/;

const credential = text(
  'the name of a credential such as "home-assistant" (never the secret itself), or the path of a file from / on, in quotes',
  (value) => /^\/[^\p{C}]{1,4095}$/u.test(value) || credentialName.test(value),
);

export const tool = {
  name: toolName,
  description: words('what the tool is for', 1024),
  parameters: z._default(parameters, { type: 'object', properties: {}, additionalProperties: false }),
  timeout_ms: milliseconds(100, 600_000, 10_000),
  answer: flag(true),
  command: z.exactOptional(command),
  url: z.exactOptional(httpAddress),
  method: z._default(choice(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']), 'POST'),
  headers: z._default(headers, {}),
  credential: z.exactOptional(credential),
};

const toolNames = z.array(toolName, { error: 'expected a list of names of tools' });

export const mcp = {
  server_label: toolName,
  server_url: httpAddress,
  description: z._default(
    text('a text in quotes, 1024 characters at most', (value) => value.length <= 1024),
    '',
  ),
  credential: z.exactOptional(credential),
  allowed_tools: toolNames.check(
    z.refine((names) => names.length > 0, {
      params: { code: 'empty-list' },
      error: 'expected the names of the tools that may be used',
    }),
  ),
  require_approval: choice(['always', 'never']),
  approve: z._default(toolNames, []),
};

/** The headers that are texts. */
const templates = (headers: unknown): [string, string][] =>
  Object.entries(isRecord(headers) ? headers : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );

const placeholdersOf = (url: unknown): string[] =>
  typeof url === 'string' ? [...url.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name) : [];

const isRequired = (schema: unknown, name: string): boolean => {
  if (!isRecord(schema)) return true;
  const { properties, required } = schema;
  return Object.hasOwn(properties ?? {}, name) && Array.isArray(required) && required.includes(name);
};

const toolRules: Rules = ({ command: argv, url, headers: given, credential: secret, parameters }, report) => {
  const headers = templates(given);
  const needsSecret = headers.some(([, value]) => value.includes('{key}'));
  if (argv === undefined && url === undefined)
    report('command', 'missing-action', 'is missing: a tool has a command or a url');
  if (argv !== undefined && url !== undefined)
    report('url', 'two-actions', 'a tool has a command or a url, not both; remove one');
  if (argv !== undefined && headers.length > 0)
    report('headers', 'headers-without-url', 'only a url has headers; remove them');
  const inHeader = 'contains a secret, and other users may read this file; write "{key}", and credential';
  for (const [header, value] of headers)
    if (isSecretHeader(header) && !value.includes('{key}'))
      report('headers', 'secret-in-header', `${header} ${inHeader}`);
  const notRequired = 'must be one of the properties and required names of parameters';
  for (const parameter of placeholdersOf(url))
    if (!isRequired(parameters, parameter))
      report('url', 'parameter-not-required', `{${parameter}} ${notRequired}`);
  const missing = 'is missing: it names the secret that replaces "{key}" in headers';
  if (needsSecret && secret === undefined) report('credential', 'missing-credential', missing);
  if (!needsSecret && secret !== undefined)
    report('credential', 'unused-credential', 'is not used: write "{key}" in headers, where it belongs');
};

const mcpRules: Rules = ({ allowed_tools: allowed, approve }, report) => {
  if (!Array.isArray(allowed) || !Array.isArray(approve)) return;
  if (approve.some((name) => !allowed.includes(name)))
    report('approve', 'approve-not-allowed', 'names a tool that is not in allowed_tools; add it there too');
};

export const toolTable = table(tool, toolRules);
export const mcpTable = table(mcp, mcpRules);

type Problem = ReturnType<typeof problem>;
type Tools = readonly { readonly name: string; readonly timeoutMs: number }[];
type Servers = readonly { readonly serverLabel: string }[];

/** Tools that would be ended before their own time limit. */
export const workLimitExceeded = (own: Tools, workLimitS: number): Problem[] => {
  const message = `is longer than work_limit_s in [tools] (${workLimitS} s); raise that, or lower this`;
  return own.flatMap(({ timeoutMs }, index) =>
    timeoutMs <= workLimitS * 1000
      ? []
      : [problem('work-limit-exceeded', message, own, ['tool', index, 'timeout_ms'])],
  );
};

/** Where a name of the list is not the first one. */
const repeatedIn = (names: readonly string[]): number[] =>
  names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));

/** Names that two tools share, and labels that two servers share, at the second one. */
export const sharedNames = (own: Tools, servers: Servers): Problem[] => {
  const builtInNames = Object.keys(builtIn);
  const tools = repeatedIn([...builtInNames, ...own.map(({ name }) => name)]);
  const labels = repeatedIn(servers.map(({ serverLabel }) => serverLabel));
  const sameName = 'another tool, or a built-in one, has this name; choose another';
  const sameLabel = 'another server has this label; choose another';
  return [
    ...tools.map((index) => {
      const path = ['tool', index - builtInNames.length, 'name'];
      return problem('duplicate-tool-name', sameName, own, path);
    }),
    ...labels.map((index) =>
      problem('duplicate-server-label', sameLabel, servers, ['mcp', index, 'server_label']),
    ),
  ];
};
