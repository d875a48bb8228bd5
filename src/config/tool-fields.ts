// The tables of what the speaker can do: the built-in tools, the owner's own ([[tool]]) and MCP servers ([[mcp]]).

import * as z from 'zod/mini';
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
import { headers, isNoUrl, isSecretParameter } from './service-fields.ts';

/** Built-in tools, by the name that the service knows. */
export const builtIn = [
  'end_conversation',
  'set_volume',
  'get_volume',
  'get_time',
  'set_timer',
  'list_timers',
  'cancel_timer',
] as const;

export const tools = {
  end_conversation: flag(true),
  set_volume: flag(true),
  get_volume: flag(true),
  get_time: flag(true),
  set_timer: flag(true),
  list_timers: flag(true),
  cancel_timer: flag(true),
  parallel_calls: z._default(wholeNumber(1, 16), 4),
  tick: flag(true),
  tick_after_s: seconds(0.5, 60, 1.5),
  work_limit_s: seconds(1, 3600, 120),
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
  if (isNoUrl(filledIn))
    return [
      'invalid-address',
      'expected an address such as "http://homeassistant.local:8123/api/services/light/turn_on"',
    ];
  const { protocol, username, password, searchParams } = new URL(filledIn);
  if (protocol !== 'http:' && protocol !== 'https:')
    return ['wrong-scheme', 'expected an address that begins with "http://" or "https://"'];
  if ([...searchParams.keys()].some(isSecretParameter))
    return [
      'secret-in-address',
      'contains a secret in its "?" part, which reaches logs; send it in a header, see credential',
    ];
  if (username !== '' || password !== '')
    return ['password-in-address', 'contains a user name or a password; send it in a header, see credential'];
  if (/^\w+:\/\/[^/?#]*\{/.test(value))
    return [
      'parameter-in-host-name',
      'contains a {parameter} in the name of the server; put it after the first "/"',
    ];
  return undefined;
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
  typeof headers === 'object' && headers !== null
    ? Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    : [];

const isSecretHeader = /^(authorization|cookie)$|(^|-)(key|apikey|token|secret|password)$/i;

const placeholdersOf = (url: unknown): string[] =>
  typeof url === 'string' ? [...url.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name) : [];

const isRequired = (schema: unknown, name: string): boolean => {
  if (typeof schema !== 'object' || schema === null) return true;
  const { properties, required } = schema as { properties?: object; required?: unknown };
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
  for (const [header, value] of headers)
    if (isSecretHeader.test(header) && !value.includes('{key}'))
      report(
        'headers',
        'secret-in-header',
        `${header} contains a secret, and other users may read this file; write "{key}", and credential`,
      );
  for (const parameter of placeholdersOf(url))
    if (!isRequired(parameters, parameter))
      report(
        'url',
        'parameter-not-required',
        `{${parameter}} must be one of the properties and required names of parameters`,
      );
  if (needsSecret && secret === undefined)
    report(
      'credential',
      'missing-credential',
      'is missing: it names the secret that replaces "{key}" in headers',
    );
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

/** Tools that would be ended before their own time is up. */
export const workLimitExceeded = (
  own: readonly { readonly timeoutMs: number }[],
  workLimitS: number,
): Problem[] => {
  const message = `is longer than work_limit_s in [tools] (${workLimitS} s); raise that, or lower this`;
  return own.flatMap(({ timeoutMs }, index) =>
    timeoutMs <= workLimitS * 1000
      ? []
      : [problem('work-limit-exceeded', message, own, ['tool', index, 'timeout_ms'])],
  );
};

/** Names that two tools share, and labels that two servers share, at the second one. */
export const sharedNames = (
  own: readonly { readonly name: string }[],
  servers: readonly { readonly serverLabel: string }[],
): Problem[] => {
  const repeatedIn = (names: readonly string[], from: number): number[] =>
    names.flatMap((name, index) => (index >= from && names.indexOf(name) < index ? [index - from] : []));
  const tools = [...builtIn, ...own.map(({ name }) => name)];
  const labels = servers.map(({ serverLabel }) => serverLabel);
  return [
    ...repeatedIn(tools, builtIn.length).map((index) =>
      problem('duplicate-tool-name', 'another tool, or a built-in one, has this name; choose another', own, [
        'tool',
        index,
        'name',
      ]),
    ),
    ...repeatedIn(labels, 0).map((index) =>
      problem('duplicate-server-label', 'another server has this label; choose another', servers, [
        'mcp',
        index,
        'server_label',
      ]),
    ),
  ];
};
