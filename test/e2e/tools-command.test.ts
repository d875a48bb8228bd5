// `parley tools`, and the two tools to copy from: the real program, a real script, a server that answers as Home
// Assistant does.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parleyProgram } from '../rigs/build.ts';
import { startProgram } from '../rigs/daemon.ts';
import { childrenOf } from '../rigs/processes.ts';
import { until } from '../rigs/until.ts';

let folder = '';
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-tools-'));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (name: string, text: string, mode = 0o600): string => {
  const file = join(folder, name);
  writeFileSync(file, text, { mode });
  return file;
};

const start = (words: readonly string[], toml = '', env: Readonly<Record<string, string>> = {}) =>
  startProgram(['tools', ...words, '--config', inFolder('parley.toml', toml)], {
    XDG_STATE_HOME: folder,
    ...env,
  });

const tools = async (...args: Parameters<typeof start>) => {
  const program = start(...args);
  program.process.stdin?.end();
  const { code } = await program.ended;
  return { code, output: program.output(), errors: program.errors() };
};

describe('the list', () => {
  test('lists what the service will get, built-in and own, without what is switched off', async () => {
    const own = '[[tool]]\nname = "own_one"\ndescription = "Does it."\ncommand = ["true"]\n';
    const { code, output } = await tools([], `[tools]\nset_timer = false\n${own}`);
    expect(code).toBe(0);
    expect(output.match(/^\w+$/gm)).toEqual([
      'end_conversation',
      'get_time',
      'set_volume',
      'get_volume',
      'list_timers',
      'cancel_timer',
      'own_one',
    ]);
  });

  test('as JSON is what session.update holds; MCP servers are there, their secrets are not', async () => {
    const secret = inFolder('secret', 'token-of-the-server\n');
    const mcp = `[[mcp]]\nserver_label = "home"\nserver_url = "https://host/"\nallowed_tools = ["a"]\nrequire_approval = "never"\ncredential = "${secret}"\n`;
    const { output } = await tools(['--json'], mcp);
    const { tools: definitions, servers } = JSON.parse(output);
    expect(definitions[0]).toEqual({
      name: 'end_conversation',
      description: expect.any(String),
      parameters: { type: 'object', properties: {}, additionalProperties: false },
    });
    expect(servers).toMatchObject([{ label: 'home', allowedTools: ['a'], requireApproval: 'never' }]);
    expect(output).not.toContain('token-of-the-server');
  });

  test('does not need the secrets that a call would need', async () => {
    const { code, output } = await tools([], readFileSync('config/home-assistant.toml', 'utf8'));
    expect([code, output]).toEqual([0, expect.stringContaining('switch_light')]);
  });
});

describe('a call by hand', () => {
  test('prints the answer, and remembers', async () => {
    const set = await tools(['call', 'set_timer', '{"name": "eggs", "minutes": 10}']);
    expect([set.code, JSON.parse(set.output)]).toEqual([0, { set: 'eggs', rings_in: '10 min', id: '1' }]);
    const second = await tools(['call', 'set_timer', '{"name": "tea", "minutes": 5}']);
    expect(JSON.parse(second.output).id).toBe('2');
    const list = await tools(['call', 'list_timers']);
    expect(JSON.parse(list.output).timers.map(({ name }: { name: string }) => name)).toEqual(['tea', 'eggs']);
  });

  test('says where a file of timers is kept that cannot be read', async () => {
    mkdirSync(join(folder, 'parley'));
    writeFileSync(join(folder, 'parley', 'timers.json'), 'no timers');
    const { code, output, errors } = await tools(['call', 'list_timers']);
    expect([code, output]).toEqual([0, '{"timers":[]}\n']);
    expect(errors).toContain('timers.json.corrupt-');
  });

  test.each([
    [['call', 'get_tiem'], 'There is no tool "get_tiem". Did you mean "get_time"?\n'],
    [['call', 'get_time', 'noon'], 'The arguments are not valid JSON: send one JSON object.\n'],
    [['call', 'cancel_timer', '{}'], 'The arguments do not fit the schema: "timer" is missing.\n'],
  ])('that fails says why, and ends with 1: %j', async (words, sentence) => {
    expect(await tools(words)).toEqual({ code: 1, output: '', errors: sentence });
  });

  test('is cancelled by Ctrl-C, and leaves no process', async () => {
    const toml = '[[tool]]\nname = "hangs"\ndescription = "Hangs."\ncommand = ["sleep", "1000"]\n';
    const program = start(['call', 'hangs'], toml);
    await until(() => childrenOf(program.pid).flatMap(childrenOf).length > 0, 'the tool to run');
    const family = childrenOf(program.pid).flatMap((keeper) => [keeper, ...childrenOf(keeper)]);
    const { code } = await program.kill('SIGINT');
    expect([code, program.errors()]).toEqual([1, 'The call was cancelled.\n']);
    await until(() => family.every((pid) => !isThere(pid)), 'all to be gone');
  });
});

const isThere = (pid: number): boolean => {
  try {
    return !/ [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

interface Request {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Answers as Home Assistant does: the lights that changed, or 401. */
const startHome = async (): Promise<{ url: string; requests: Request[] }> => {
  const requests: Request[] = [];
  const home = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization } = request.headers;
    requests.push({ path: request.url ?? '', authorization, body: Buffer.concat(chunks).toString() });
    if (authorization !== 'Bearer token-of-home') {
      response.writeHead(401).end('401: Unauthorized');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('[{"entity_id":"light.kitchen","state":"on"}]');
  });
  server = home;
  await new Promise<void>((listening) => home.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(home.address() as AddressInfo).port}`, requests };
};

describe('config/home-assistant.toml', () => {
  const configured = (url: string): string =>
    readFileSync('config/home-assistant.toml', 'utf8').replace('http://homeassistant.local:8123', url);
  const on = ['call', 'switch_light', '{"state": "on", "entity_id": "light.kitchen"}'];

  test('switches a light through its HTTP API, with the token from the credential', async () => {
    const { url, requests } = await startHome();
    inFolder('home-assistant', 'token-of-home\n');
    const { code, output } = await tools(on, configured(url), { CREDENTIALS_DIRECTORY: folder });
    expect([code, output]).toEqual([0, '[{"entity_id":"light.kitchen","state":"on"}]\n']);
    expect(requests).toEqual([
      {
        path: '/api/services/light/turn_on',
        authorization: 'Bearer token-of-home',
        body: '{"entity_id":"light.kitchen"}',
      },
    ]);
  });

  test('a refused token is reported, and not shown', async () => {
    const { url } = await startHome();
    inFolder('home-assistant', 'token-of-yesterday\n');
    const { code, errors } = await tools(on, configured(url), { CREDENTIALS_DIRECTORY: folder });
    expect([code, errors]).toEqual([1, expect.stringContaining('HTTP 401')]);
    expect(errors).not.toContain('token-of-yesterday');
  });

  test('a light that it does not have never reaches it', async () => {
    const { url, requests } = await startHome();
    inFolder('home-assistant', 'token-of-home\n');
    const cellar = ['call', 'switch_light', '{"state": "on", "entity_id": "light.cellar"}'];
    const { errors } = await tools(cellar, configured(url), { CREDENTIALS_DIRECTORY: folder });
    expect(errors).toContain('entity_id: must be one of');
    expect(requests).toEqual([]);
  });
});

test('a secret that cannot be read disables that tool, and no other', async () => {
  const toml = readFileSync('config/home-assistant.toml', 'utf8');
  const time = await tools(['call', 'get_time'], toml, { CREDENTIALS_DIRECTORY: folder });
  expect([time.code, time.errors]).toEqual([0, '']);
  const on = ['call', 'switch_light', '{"state": "on", "entity_id": "light.kitchen"}'];
  const { code, errors } = await tools(on, toml, { CREDENTIALS_DIRECTORY: folder });
  expect([code, errors]).toEqual([1, expect.stringMatching(/^The tool "switch_light" .*\bhome-assistant\b/)]);
});

test('a command that is killed with its process group ends its tools', async () => {
  const script = inFolder('hangs', '#!/bin/sh\nsetsid sleep 1000 &\nsleep 1000\n', 0o755);
  const toml = inFolder(
    'group.toml',
    `[[tool]]\nname = "hangs"\ndescription = "Hangs."\ncommand = ["${script}"]\n`,
  );
  const program = spawn(process.execPath, [parleyProgram, 'tools', 'call', 'hangs', '--config', toml], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], XDG_STATE_HOME: folder },
  });
  const pid = program.pid ?? 0;
  const family = (): number[] => {
    const below = childrenOf(pid).flatMap((keeper) => [keeper, ...childrenOf(keeper)]);
    return [...below, ...below.flatMap(childrenOf)];
  };
  await until(() => family().length >= 4, 'the tool and its children');
  const all = family();
  process.kill(-pid, 'SIGKILL');
  await until(() => all.every((one) => !isThere(one)), 'all to be gone');
});

describe('config/local-script.toml', () => {
  const configured = (): string =>
    readFileSync('config/local-script.toml', 'utf8').replaceAll(
      '/etc/parley/local-script.sh',
      resolve('config/local-script.sh'),
    );
  const warmth = (unit: string) => ['call', 'tell_temperature', JSON.stringify({ unit })];

  test.each([
    ['celsius', '48 degrees Celsius\n'],
    ['fahrenheit', '118 degrees Fahrenheit\n'],
  ])('runs the script: %s', async (unit, output) => {
    const SENSOR = inFolder('temperature', '48312\n');
    expect(await tools(warmth(unit), configured(), { SENSOR })).toEqual({ code: 0, output, errors: '' });
  });

  test('a script that fails says why', async () => {
    const SENSOR = join(folder, 'none');
    const { code, errors } = await tools(warmth('celsius'), configured(), { SENSOR });
    expect(code).toBe(1);
    expect(errors).toContain(`exit code 1: this machine has no sensor at ${SENSOR}`);
  });
});
