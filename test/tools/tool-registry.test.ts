// Every call ends in an outcome that the service can speak about.

import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { Answer } from '../../src/core/ports.ts';
import { endConversation } from '../../src/tools/built-in/end-conversation.ts';
import { getTime } from '../../src/tools/built-in/get-time.ts';
import { CallRunner } from '../../src/tools/call-runner.ts';
import type { Tool, ToolResult } from '../../src/tools/tool.ts';
import { ToolRegistry } from '../../src/tools/tool-registry.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';

// Frozen, as the configuration is.
const parameters = Object.freeze({
  type: 'object',
  properties: { level: { type: 'integer', minimum: 0, maximum: 10 }, where: { enum: ['here', 'there'] } },
  required: ['level'],
  additionalProperties: false,
});

const tool = (name: string, run: Tool['run']): Tool => ({
  name,
  description: 'Does it.',
  parameters,
  timeoutMs: 5000,
  run,
});

const never = (): Promise<ToolResult> => new Promise(() => undefined);

const registryOf = (...tools: Tool[]) => {
  const clock = createFakeClock();
  const log = createFakeLog();
  return { clock, log, registry: new ToolRegistry(tools, clock, log) };
};

const unaborted = new AbortController().signal;

describe('a call', () => {
  test('that succeeds: its output unchanged, and a line in the log', async () => {
    const { registry, log } = registryOf(
      tool('dim', ({ level }) => Promise.resolve({ output: `level ${level}` })),
    );
    expect(await registry.call('dim', '{"level": 3}', unaborted)).toEqual({
      output: 'level 3',
      next: 'reply',
    });
    expect(log.lines).toEqual([{ level: 'info', facts: { tool: 'dim', ms: 0 }, sentence: 'Called dim' }]);
  });

  test.each([
    ['not JSON', '{"level": ', 'arguments-not-json'],
    ['not an object', '[3]', 'arguments-not-object'],
    ['empty', '', 'arguments-invalid'],
    ['too large', '{"level": 11}', 'arguments-invalid'],
    ['of the wrong type', '{"level": "high"}', 'arguments-invalid'],
    ['unknown', '{"level": 1, "colour": "red"}', 'arguments-invalid'],
    ['not in the list', '{"level": 1, "where": "nowhere"}', 'arguments-invalid'],
  ])(
    'with arguments that are %s runs nothing, and tells the service and the log why',
    async (_what, args, code) => {
      let runs = 0;
      const { registry, log } = registryOf(
        tool('dim', () => {
          runs += 1;
          return Promise.resolve({ output: '' });
        }),
      );
      const { output, error } = await registry.call('dim', args, unaborted);
      expect([error?.code, JSON.parse(output), runs]).toEqual([code, { error: error?.message }, 0]);
      expect(log.lines).toEqual([
        {
          level: 'warn',
          facts: { tool: 'dim', ms: 0, code },
          sentence: expect.stringContaining(error?.message ?? 'a sentence'),
        },
      ]);
    },
  );

  test('of an unknown tool names it, without what a terminal would obey, and a similar one', async () => {
    const { registry } = registryOf(tool('switch_light', never));
    const errorOf = async (name: string) => (await registry.call(name, '{}', unaborted)).error;
    expect(await errorOf('switch_lights')).toMatchObject({
      code: 'tool-unknown',
      message: expect.stringContaining('mean "switch_light"?'),
    });
    expect((await errorOf('make_coffee'))?.message).not.toContain('mean');
    expect((await errorOf('\u001b[31m"'))?.message).toContain('"??31m?"');
  });

  test.each([
    [new ToolError('lamp-broken', 'The lamp is broken.'), 'lamp-broken', 'The lamp is broken.'],
    [new TypeError('x is not a function'), 'internal-error', 'x is not a function'],
  ])('that fails: %s', async (thrown, code, text) => {
    const { registry } = registryOf(tool('dim', () => Promise.reject(thrown)));
    const { error } = await registry.call('dim', '{"level": 1}', unaborted);
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test('that throws before it returns a promise', async () => {
    const { registry } = registryOf(
      tool('dim', () => {
        throw new ToolError('not-today', 'Not today.');
      }),
    );
    expect((await registry.call('dim', '{"level": 1}', unaborted)).error?.code).toBe('not-today');
  });

  test('that never ends is aborted at its time limit, with the error as the reason', async () => {
    let reason: unknown;
    const { registry, clock } = registryOf(
      tool('dim', (_args, signal) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return never();
      }),
    );
    const outcome = registry.call('dim', '{"level": 1}', unaborted);
    clock.advance(5000);
    // A tool that ignores its signal is not waited for.
    clock.advance(3000);
    const { error } = await outcome;
    expect(error?.code).toBe('tool-timed-out');
    expect(reason).toBe(error);
    expect(clock.waiting).toBe(0);
  });

  test('that is aborted is waited for until it ends', async () => {
    let hasEnded = false;
    const { registry, clock } = registryOf(
      tool(
        'dim',
        (_args, signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              clock.after(100, () => {
                hasEnded = true;
                reject(signal.reason);
              });
            });
          }),
      ),
    );
    const outcome = registry
      .call('dim', '{"level": 1}', unaborted)
      .then(({ error }) => [hasEnded, error?.code]);
    clock.advance(5000);
    clock.advance(100);
    expect(await outcome).toEqual([true, 'tool-timed-out']);
  });

  test('with too much output is cut', async () => {
    const { registry } = registryOf(tool('dim', () => Promise.resolve({ output: 'x'.repeat(100_000) })));
    expect((await registry.call('dim', '{"level": 1}', unaborted)).output.length).toBe(16_384);
  });
});

describe('the calls of a reply', () => {
  const run = (tools: Tool[], parallel: number) => {
    const { registry, clock } = registryOf(...tools);
    const runner = new CallRunner(registry, parallel);
    const answers: Answer[] = [];
    const begin = (...ids: string[]): void =>
      runner.run(
        ids.map((callId) => ({ callId, name: 'dim', arguments: '{"level": 1}' })),
        (answer) => answers.push(answer),
      );
    return { runner, answers, begin, clock };
  };
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `call_${index}`);

  test('run a limited number at the same time, and each is answered once', async () => {
    const ends: (() => void)[] = [];
    let max = 0;
    let running = 0;
    const slow = tool('dim', async () => {
      running += 1;
      max = Math.max(max, running);
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
      return { output: 'done' };
    });
    const { answers, begin } = run([slow], 3);
    begin(...ids(8));
    expect(answers).toEqual([]);
    while (answers.length < 8) {
      await settled();
      for (const end of ends.splice(0)) end();
    }
    expect(max).toBe(3);
    expect(answers.map(({ callId }) => callId).sort()).toEqual(ids(8));
  });

  test('of fifty sixteen are run, and all are answered', async () => {
    let runs = 0;
    const { answers, begin } = run(
      [
        tool('dim', () => {
          runs += 1;
          return Promise.resolve({ output: 'done' });
        }),
      ],
      4,
    );
    begin(...ids(50));
    while (answers.length < 50) await settled();
    await settled();
    expect([answers.length, runs]).toEqual([50, 16]);
    expect(answers.filter(({ output }) => output.includes('16 at most')).length).toBe(34);
  });

  test('that are cancelled are answered at once, without a reply, and not again', async () => {
    const signals: AbortSignal[] = [];
    const { answers, begin, runner } = run(
      [
        tool('dim', (_args, signal) => {
          signals.push(signal);
          return never();
        }),
      ],
      2,
    );
    begin(...ids(3));
    await settled();
    runner.cancel('Enough.');
    expect(answers.map(({ output }) => output)).toEqual(Array(3).fill('{"error":"Enough."}'));
    expect(answers.map(({ next }) => next)).toEqual(['nothing', 'nothing', 'nothing']);
    await settled();
    expect(answers.length).toBe(3);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});

describe('built-in tools', () => {
  const now = (): Date => new Date('2026-11-26T23:30:05Z');
  const time = async (args: object): Promise<Record<string, string>> =>
    JSON.parse((await getTime(now).run({ ...args }, unaborted)).output);

  test('get_time: here, and elsewhere', async () => {
    expect(await time({ time_zone: 'Asia/Tokyo' })).toEqual({
      time: '08:30:05',
      date: '2026-11-27',
      weekday: 'Friday',
      time_zone: 'Asia/Tokyo',
    });
    expect((await time({}))['time_zone']).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
    await expect(time({ time_zone: 'Mars/Phobos' })).rejects.toMatchObject({ code: 'time-zone-unknown' });
  });

  test('end_conversation hangs up', async () => {
    expect((await endConversation.run({}, unaborted)).next).toBe('hangUp');
  });
});
