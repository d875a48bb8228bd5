// The tables of what the speaker can do: the built-in tools, the owner's own ([[tool]]) and MCP servers ([[mcp]]).

import * as z from 'zod/mini';
import { choice, flag, milliseconds, type Rules, seconds, table, text, whole } from './fields.ts';
import { parameters } from './json-schema.ts';
import { headers, isSecretParameter } from './service-fields.ts';

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
  parallel_calls: z._default(whole(1, 16), 4),
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
      error:
        'expected a list of texts, first the program by its name or its path from / on: ["/path/to/program", "argument"]',
    }),
  );

const httpFault = (value: string): string | undefined => {
  const plain = value.replaceAll(/\{\w+\}/g, 'x');
  if (value.length > 2048 || /[\s\p{C}]/u.test(value) || !URL.canParse(plain))
    return 'expected an address such as "http://homeassistant.local:8123/api/services/light/turn_on"';
  const { protocol, username, password, searchParams } = new URL(plain);
  if (protocol !== 'http:' && protocol !== 'https:')
    return 'expected an address that begins with "http://" or "https://"';
  if ([...searchParams.keys()].some(isSecretParameter))
    return 'holds a secret in its "?" part, where it would reach logs; send it as a header, see credential';
  if (username !== '' || password !== '')
    return 'holds a user or a password; send it as a header, see credential';
  if (/^\w+:\/\/[^/?#]*\{/.test(value))
    return 'holds a {parameter} in the name of the server; put it behind the first "/"';
  return undefined;
};

const httpAddress = z.string({ error: 'expected an address in quotes' }).check(
  z.superRefine<string>((value, context) => {
    const fault = httpFault(value);
    if (fault !== undefined) context.issues.push({ code: 'custom', input: value, message: fault });
  }),
);

/** A name as people give one: whatever else is here may be the secret itself, in the wrong place. */
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
    z.refine((names) => names.length > 0, { error: 'expected the names of the tools that may be used' }),
  ),
  require_approval: choice(['always', 'never']),
  approve: z._default(toolNames, []),
};

/** Every header of `headers`, as far as they are texts. */
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

const toolRules: Rules = ({ command: argv, url, headers: given, credential: secret, parameters }, say) => {
  const headers = templates(given);
  const wants = headers.some(([, value]) => value.includes('{key}'));
  if (argv === undefined && url === undefined) say('command', 'is missing: a tool has a command or a url');
  if (argv !== undefined && url !== undefined)
    say('url', 'a tool has a command or a url, not both; remove one');
  if (argv !== undefined && headers.length > 0) say('headers', 'only a url has headers; remove them');
  for (const [header, value] of headers)
    if (isSecretHeader.test(header) && !value.includes('{key}'))
      say(
        'headers',
        `${header} holds a secret, and this file may be read by others; write "{key}", and credential`,
      );
  for (const parameter of placeholdersOf(url))
    if (!isRequired(parameters, parameter))
      say('url', `{${parameter}} must be among the properties and the required ones of parameters`);
  if (wants && secret === undefined)
    say('credential', 'is missing: it says what "{key}" in headers stands for');
  if (!wants && secret !== undefined)
    say('credential', 'is not used: write "{key}" where it belongs in headers');
};

const mcpRules: Rules = ({ allowed_tools: allowed, approve }, say) => {
  if (!Array.isArray(allowed) || !Array.isArray(approve)) return;
  if (approve.some((name) => !allowed.includes(name)))
    say('approve', 'names a tool that allowed_tools does not; add it there too');
};

export const toolTable = table(tool, toolRules);
export const mcpTable = table(mcp, mcpRules);

interface Named {
  readonly name?: unknown;
  readonly server_label?: unknown;
}

/** Messages on tools that would be ended before their own time is up. */
export const tooLong = (
  own: readonly { readonly timeoutMs: number }[],
  workLimitS: number,
): { readonly path: PropertyKey[]; readonly message: string }[] =>
  own.flatMap(({ timeoutMs }, index) =>
    timeoutMs <= workLimitS * 1000
      ? []
      : [
          {
            path: ['tool', index, 'timeout_ms'],
            message: `is longer than work_limit_s in [tools] (${workLimitS} s); raise that, or lower this`,
          },
        ],
  );

/** Messages on names that two tools share, with the place of the second one. */
export const sharedNames = (
  own: readonly Named[],
  servers: readonly Named[],
): { readonly path: PropertyKey[]; readonly message: string }[] => {
  const seen = new Set<unknown>(builtIn);
  const labels = new Set<unknown>();
  const twice = (known: Set<unknown>, name: unknown): boolean => {
    const was = known.has(name);
    known.add(name);
    return was && name !== undefined;
  };
  return [
    ...own.flatMap(({ name }, index) =>
      twice(seen, name)
        ? [
            {
              path: ['tool', index, 'name'],
              message: 'another tool, or a built-in one, has this name; choose another',
            },
          ]
        : [],
    ),
    ...servers.flatMap(({ server_label: label }, index) =>
      twice(labels, label)
        ? [{ path: ['mcp', index, 'server_label'], message: 'another server has this label; choose another' }]
        : [],
    ),
  ];
};
