// Tools and MCP servers in the configuration, and the files beside config/parley.toml that people copy from.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { command, server } from './refused.ts';

it('a tool has defaults', () => {
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

it('a schema may be written as tables or in one line', () => {
  const tables = `${command}[tool.parameters]\ntype = "object"\n[tool.parameters.properties.a]\ntype = "integer"\n`;
  const line = `${command}parameters = { type = "object", properties = { a = { type = "integer" } } }`;
  const wanted = { type: 'object', properties: { a: { type: 'integer' } } };
  expect(parseConfig(tables, 'f').tool[0]?.parameters).toEqual(wanted);
  expect(parseConfig(line, 'f').tool[0]?.parameters).toEqual(wanted);
});

it('each of several tools has tables of its own', () => {
  const second = command.replace('"t"', '"u"');
  const toml = `${command}[tool.parameters]\ntype = "object"\n${second}timeout_ms = 500\n`;
  expect(parseConfig(toml, 'f').tool.map(({ name, timeoutMs }) => [name, timeoutMs])).toEqual([
    ['t', 10_000],
    ['u', 500],
  ]);
});

it('an MCP server that says whether it needs approval is accepted', () => {
  expect(parseConfig(server, 'f').mcp).toMatchObject([{ serverLabel: 'm', requireApproval: 'always' }]);
});

it.each(['home-assistant', 'local-script'])(
  'config/%s.toml is valid, appended to config/parley.toml',
  (name) => {
    const shipped = readFileSync('config/parley.toml', 'utf8');
    const own = readFileSync(`config/${name}.toml`, 'utf8');
    const { tool } = parseConfig(`${shipped}\n${own}`, 'f');
    expect(tool).toHaveLength(1);
  },
);
