// The sentences of tools, which the service reads and the log keeps.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import type { ToolError } from '../../src/core/errors.ts';
import { getTime } from '../../src/tools/built-in/get-time.ts';
import { timerTools } from '../../src/tools/built-in/timer-tools.ts';
import { volumeTools } from '../../src/tools/built-in/volume-tools.ts';
import { CallRunner } from '../../src/tools/call-runner.ts';
import { commandError } from '../../src/tools/command/command-tool.ts';
import type { CommandEnd } from '../../src/tools/command/supervisor.ts';
import { createHttpTool, fillRequest } from '../../src/tools/http/http-tool.ts';
import { cancellation, type Tool, type ToolArguments } from '../../src/tools/tool.ts';
import { ToolRegistry } from '../../src/tools/tool-registry.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createFakeVolume } from '../fakes/fake-volume.ts';
import { byCode, errorOf } from '../messages-of.ts';
import { makeFolder, removeFolder, startKitchen, WALL_MS } from '../timers/state.ts';

const never = new AbortController().signal;
const clock = createFakeClock();

const tool = (name: string, run: Tool['run']): Tool => ({
  name,
  description: 'For the messages.',
  parameters: {
    type: 'object',
    properties: { level: { type: 'integer', maximum: 10 }, where: { enum: ['here', 'there'] } },
    required: ['level'],
    additionalProperties: false,
  },
  timeoutMs: 5000,
  run,
});

const registry = new ToolRegistry(
  [
    tool('dim', () => Promise.reject(new TypeError('x is not a function'))),
    tool('hang', () => new Promise(() => undefined)),
  ],
  clock,
  createFakeLog(),
);

const callErrors = async (): Promise<(ToolError | undefined)[]> => {
  const calls = [
    ['dimm', '{}'],
    ['make_coffee', '{}'],
    ['dim', '{"level": '],
    ['dim', '[3]'],
    ['dim', ''],
    ['dim', '{"level": 11}'],
    ['dim', '{"level": "high"}'],
    ['dim', '{"level": 1, "colour": "red"}'],
    ['dim', '{"level": 1, "where": "nowhere"}'],
    ['dim', 'x'.repeat(65_537)],
    ['dim', '{"level": 1}'],
  ] as const;
  const outcomes = calls.map(([name, args]) => registry.call(name, args, never));
  const hanging = registry.call('hang', '{"level": 1}', never);
  clock.advance(5000);
  clock.advance(3000);
  return (await Promise.all([...outcomes, hanging])).map(({ error }) => error);
};

const tooManyCalls = (): Promise<string> =>
  new Promise((resolve) => {
    const calls = Array.from({ length: 17 }, (_, index) => ({
      callId: `call_${index}`,
      name: 'dim',
      arguments: '{"level": 1}',
    }));
    new CallRunner(registry, 4).run(calls, ({ callId, output }) => {
      if (callId === 'call_16') resolve(JSON.parse(output).error);
    });
  });

const folder = makeFolder();
const kitchen = startKitchen(folder, WALL_MS);
const builtIn = [getTime(), ...timerTools(kitchen.timers), ...volumeTools(createFakeVolume())];
const builtInErrors = (
  [
    ['get_time', { time_zone: 'Mars/Phobos' }],
    ['set_timer', {}],
    ['cancel_timer', {}],
    ['set_volume', {}],
    ['set_volume', { percent: 101 }],
  ] as readonly (readonly [string, ToolArguments])[]
).map(([name, args]) => errorOf(() => builtIn.find((each) => each.name === name)?.run(args, never)));

const end = (how: CommandEnd['how'], code: number, stderr = ''): ToolError =>
  commandError('lamp', '/usr/bin/env', { how, code, stdout: Buffer.alloc(0), stderr });
const { ENOENT, E2BIG, ENOEXEC, EACCES, ENOMEM } = constants.errno;

/** What a device answers, seen by an HTTP tool. */
const httpError = async (status: number, headers: Record<string, string>) => {
  const server = createServer((_, response) => response.writeHead(status, headers).end('no such room'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const options = { name: 'lamp', description: '', parameters: {}, timeoutMs: 5000, headers: {}, secret: '' };
  const { run } = createHttpTool({ ...options, method: 'GET', url: `http://127.0.0.1:${port}/` });
  const { code, message } = await errorOf(() => run({}, never));
  server.close();
  return { code, message: message.replaceAll(String(port), 'PORT') };
};

const withoutPrograms = async <Result>(act: () => Result): Promise<Result> => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nonexistent';
  try {
    return act();
  } finally {
    process.env['PATH'] = path;
  }
};

const request = { method: 'GET', url: 'http://lamp/{room}/on' } as const;

export const messages = byCode([
  ...(await callErrors()).filter((error) => error !== undefined),
  { code: 'too-many-calls', message: await tooManyCalls() },
  cancellation(AbortSignal.abort()),
  ...(await Promise.all(builtInErrors)),
  end('exit', 3, 'first line\nno such room'),
  end('exit', 126),
  end('exit', 127, 'sh: 1: curl: not found'),
  end('signal', 9),
  end('not-started', ENOENT),
  commandError('lamp', '/no/such/program', {
    how: 'not-started',
    code: ENOENT,
    stdout: Buffer.alloc(0),
    stderr: '',
  }),
  end('not-started', E2BIG),
  end('not-started', ENOEXEC),
  end('not-started', EACCES),
  end('not-started', ENOMEM),
  end('output-too-long', 0),
  end('unsupported', 0, 'prctl: Function not implemented'),
  end('lost', 126, 'perl: Resource temporarily unavailable'),
  end('lost', 1),
  await withoutPrograms(() => end('lost', 127)),
  await httpError(404, {}),
  await httpError(302, { location: '/elsewhere' }),
  await errorOf(() => fillRequest(request, {})),
  await errorOf(() => fillRequest(request, { room: '..' })),
]);
removeFolder(folder);
