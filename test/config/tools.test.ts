// Tools and MCP servers in the configuration: what is taken, what is refused and in which words, and the files
// beside config/parley.toml that people copy from.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config/config.ts';

const messageOf = (toml: string): string => {
  try {
    parseConfig(toml, 'f');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
};

const command = '[[tool]]\nname = "t"\ndescription = "d"\ncommand = ["true"]\n';
const url = '[[tool]]\nname = "t"\ndescription = "d"\nurl = "http://host/"\n';
const server =
  '[[mcp]]\nserver_label = "m"\nserver_url = "https://host/"\nallowed_tools = ["a"]\nrequire_approval = "always"\n';

describe('a tool', () => {
  it('has what is not said by default', () => {
    expect(parseConfig(command, 'f').tool).toEqual([
      {
        name: 't',
        description: 'd',
        parameters: { type: 'object', properties: {}, additionalProperties: false },
        timeoutMs: 10_000,
        answer: true,
        command: ['true'],
        method: 'POST',
        headers: {},
      },
    ]);
  });

  it('takes a schema as tables, as they come or in one line', () => {
    const tables = `${command}[tool.parameters]\ntype = "object"\n[tool.parameters.properties.a]\ntype = "integer"\n`;
    const line = `${command}parameters = { type = "object", properties = { a = { type = "integer" } } }`;
    const wanted = { type: 'object', properties: { a: { type: 'integer' } } };
    expect(parseConfig(tables, 'f').tool[0]?.parameters).toEqual(wanted);
    expect(parseConfig(line, 'f').tool[0]?.parameters).toEqual(wanted);
  });

  it('may be one of many, each with tables of its own', () => {
    const second = command.replace('"t"', '"u"');
    const toml = `${command}[tool.parameters]\ntype = "object"\n${second}timeout_ms = 500\n`;
    expect(parseConfig(toml, 'f').tool.map(({ name, timeoutMs }) => [name, timeoutMs])).toEqual([
      ['t', 10_000],
      ['u', 500],
    ]);
  });

  const headers = 'headers = { Authorization = "Bearer {key}" }\n';
  const list = 'expected a list of texts, the program first: ["/path/to/program", "argument"]';
  const program =
    'expected a list of texts, first the program by its name or its path from / on: ["/path/to/program", "argument"]';
  const secretHeader =
    'Authorization holds a secret, and this file may be read by others; write "{key}", and credential';
  const credential =
    'expected the name of a credential such as "home-assistant" (never the secret itself), or the path of a file from / on, in quotes';
  const noAddress =
    'expected an address such as "http://homeassistant.local:8123/api/services/light/turn_on"';
  it.each([
    [
      '[[tool]]\nname = "t"\ndescription = "d"\n',
      'f:1: tool[1].command: is missing: a tool has a command or a url',
    ],
    [
      `${command}url = "http://host/"\n`,
      'f:5: tool[1].url: a tool has a command or a url, not both; remove one',
    ],
    [command.replace('["true"]', '"true"'), `f:4: tool[1].command: ${list}, not a text`],
    [command.replace('["true"]', '[]'), `f:4: tool[1].command: ${program}`],
    [command.replace('"true"', '"./true"'), `f:4: tool[1].command: ${program}`],
    [command.replace('"true"', '"~/true"'), `f:4: tool[1].command: ${program}`],
    [`${url}headers = { Authorization = "Bearer abcdef" }\n`, `f:5: tool[1].headers: ${secretHeader}`],
    [`${url}${headers}credential = "eyJhbGciOiJIUzI1NiJ9"\n`, `f:6: tool[1].credential: ${credential}`],
    [
      url.replace('/"', '/?token=x"'),
      'f:4: tool[1].url: holds a secret in its "?" part, where it would reach logs; send it as a header, see credential',
    ],
    [
      url.replace('/"', '/{state}"'),
      'f:4: tool[1].url: {state} must be among the properties and the required ones of parameters',
    ],
    [
      `${command}[tool.parameters]\ntype = "object"\nrequired = ["b"]\n[tool.parameters.properties.a]\nenm = ["x"]\n`,
      'f:7: tool[1].parameters.required: "b" is none of the properties\n' +
        'f:9: tool[1].parameters.properties.a.enm: unknown keyword; did you mean "enum"?',
    ],
    [
      `${command}[tool.parameters]\ntype = "object"\n[tool.parameters.properties.a]\n"$ref" = "#/nowhere"\n`,
      'f:8: tool[1].parameters.properties.a."$ref": references are not followed; write it out',
    ],
    [
      '[[tool]]\nname = "t"\ndescription = "d"\n[tool.parameters]\ntype = "object"\ncommand = ["true"]\n',
      'f:1: tool[1].command: is missing: a tool has a command or a url\n' +
        'f:6: tool[1].parameters.command: belongs to [[tool]]; put it above [tool.parameters]',
    ],
    [`${command}${headers}credential = "c"\n`, 'f:5: tool[1].headers: only a url has headers; remove them'],
    [`${url}${headers}`, 'f:1: tool[1].credential: is missing: it says what "{key}" in headers stands for'],
    [
      `${url}credential = "c"\n`,
      'f:5: tool[1].credential: is not used: write "{key}" where it belongs in headers',
    ],
    [
      url.replace('http:', 'ftp:'),
      'f:4: tool[1].url: expected an address that begins with "http://" or "https://"',
    ],
    [url.replace('http://host/', 'host'), `f:4: tool[1].url: ${noAddress}`],
    [
      url.replace('host', '{host}'),
      'f:4: tool[1].url: holds a {parameter} in the name of the server; put it behind the first "/"',
    ],
    [
      url.replace('host', 'me:secret@host'),
      'f:4: tool[1].url: holds a user or a password; send it as a header, see credential',
    ],
    [
      command.replace('"t"', '"two words"'),
      'f:2: tool[1].name: expected a name in quotes: 1 to 64 letters, digits, "_" and "-"',
    ],
    [
      command.replace('"t"', '"get_time"'),
      'f:2: tool[1].name: another tool, or a built-in one, has this name; choose another',
    ],
    [
      `${command}${command}`,
      'f:6: tool[2].name: another tool, or a built-in one, has this name; choose another',
    ],
    [
      `${command}timeout_ms = 120001\n`,
      'f:5: tool[1].timeout_ms: is longer than work_limit_s in [tools] (120 s); raise that, or lower this',
    ],
    [`${command}timeout = 5\n`, 'f:5: tool[1].timeout: unknown key; did you mean "timeout_ms"?'],
    ['[tool]\nname = "t"\n', 'f:1: tool: expected tables that begin with [[tool]], not a table'],
    [
      `${command}[tool.parameters]\ntype = "array"\n`,
      'f:6: tool[1].parameters.type: expected "object": arguments are one JSON object',
    ],
    [
      `${command}[tool.parameters]\ntype = "object"\n[tool.parameters.properties.a]\ntype = "text"\n`,
      'f:8: tool[1].parameters.properties.a.type: expected "string", "number", "integer", "boolean", "object", "array" or "null", or a list of these',
    ],
    [
      `${command}[tool.parameters]\ntype = "object"\nrequired = "a"\n`,
      'f:7: tool[1].parameters.required: expected a list of names',
    ],
  ])('%#: is refused in words', (toml, message) => {
    expect(messageOf(toml)).toBe(message);
  });

  it('more than 128 are refused', () => {
    const many = Array.from({ length: 129 }, (_, index) => command.replace('"t"', `"t${index}"`)).join('');
    expect(messageOf(many)).toContain('expected 128 of these at most');
  });
});

describe('an MCP server', () => {
  it('says itself whether it wants approval', () => {
    expect(messageOf(server)).toBe('accepted');
    expect(messageOf(server.replace(/require.*\n/, ''))).toContain(
      'mcp[1].require_approval: expected "always" or "never"',
    );
  });

  it.each([
    [
      `${server}approve = ["b"]\n`,
      'f:6: mcp[1].approve: names a tool that allowed_tools does not; add it there too',
    ],
    [
      server.replace('["a"]', '[]'),
      'f:4: mcp[1].allowed_tools: expected the names of the tools that may be used',
    ],
    [`${server}${server}`, 'f:7: mcp[2].server_label: another server has this label; choose another'],
    [
      `[realtime]\ndialect = "beta"\n${server}`,
      'f:3: mcp: the beta dialect knows no MCP; remove this, or the dialect',
    ],
  ])('%#: is refused in words', (toml, message) => {
    expect(messageOf(toml)).toBe(message);
  });
});

it.each(['home-assistant', 'local-script'])('config/%s.toml is right as it is, behind the rest', (name) => {
  const shipped = readFileSync('config/parley.toml', 'utf8');
  const own = readFileSync(`config/${name}.toml`, 'utf8');
  const { tool } = parseConfig(`${shipped}\n${own}`, 'f');
  expect(tool).toHaveLength(1);
});

it('every key of [[tool]] and [[mcp]] stands in README', async () => {
  const { shapes } = await import('../../src/config/schema.ts');
  const page = readFileSync('README.md', 'utf8');
  for (const table of ['tool', 'mcp'])
    for (const key of Object.keys(shapes[table] ?? {})) expect(page).toContain(`\`${key}\``);
});
