// Every way in which a call can go ends in an outcome that the service can speak about.

import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { Answer } from '../../src/core/ports.ts';
import { endConversation, getTime } from '../../src/tools/built-in/conversation-tools.ts';
import { CallRunner } from '../../src/tools/call-runner.ts';
import type { Tool, ToolResult } from '../../src/tools/tool.ts';
import { Toolbox } from '../../src/tools/toolbox.ts';
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

const boxOf = (...tools: Tool[]) => {
  const clock = createFakeClock();
  const log = createFakeLog();
  return { clock, log, box: new Toolbox(tools, clock, log) };
};

const unaborted = new AbortController().signal;

describe('a call', () => {
  test('that goes well: its output as it is, and a line in the log', async () => {
    const { box, log } = boxOf(tool('dim', ({ level }) => Promise.resolve({ output: `level ${level}` })));
    expect(await box.call('dim', '{"level": 3}', unaborted)).toEqual({ output: 'level 3', next: 'reply' });
    expect(log.lines).toEqual([{ level: 'info', facts: { tool: 'dim', ms: 0 }, sentence: 'Called dim' }]);
  });

  test.each([
    ['not JSON', '{"level": ', 'The arguments are not valid JSON: send one JSON object.'],
    ['no object', '[3]', 'The arguments are not a JSON object: send one.'],
    ['nothing', '', 'The arguments do not fit the schema: "level" is missing.'],
    ['too much', '{"level": 11}', 'The arguments do not fit the schema: level: 11 is greater than 10.'],
    [
      'of the wrong type',
      '{"level": "high"}',
      'The arguments do not fit the schema: level: must be of type integer, not string.',
    ],
    [
      'unknown',
      '{"level": 1, "colour": "red"}',
      'The arguments do not fit the schema: colour: is not a parameter of this tool',
    ],
    [
      'not of the list',
      '{"level": 1, "where": "nowhere"}',
      'The arguments do not fit the schema: where: must be one of ["here","there"].',
    ],
  ])('with arguments that are %s runs nothing, and says what to mend', async (_what, args, sentence) => {
    let runs = 0;
    const { box, log } = boxOf(
      tool('dim', () => {
        runs += 1;
        return Promise.resolve({ output: '' });
      }),
    );
    const { output, error } = await box.call('dim', args, unaborted);
    expect([error, JSON.parse(output), runs]).toEqual([sentence, { error: sentence }, 0]);
    expect(log.lines[0]).toMatchObject({ level: 'warn', sentence: `Calling dim failed: ${sentence}` });
  });

  test('of a tool that there is not', async () => {
    const { box } = boxOf(tool('switch_light', never));
    expect((await box.call('switch_lights', '{}', unaborted)).error).toBe(
      'There is no tool "switch_lights". Did you mean "switch_light"?',
    );
    expect((await box.call('make_coffee', '{}', unaborted)).error).toBe('There is no tool "make_coffee".');
    expect((await box.call('\u001b[31m"', '{}', unaborted)).error).toBe('There is no tool "??31m?".');
  });

  test.each([
    [new ToolError('The lamp is broken.'), 'The lamp is broken.'],
    [new TypeError('x is not a function'), 'The tool failed: x is not a function'],
  ])('that fails: %s', async (thrown, sentence) => {
    const { box } = boxOf(tool('dim', () => Promise.reject(thrown)));
    expect((await box.call('dim', '{"level": 1}', unaborted)).error).toBe(sentence);
  });

  test('that throws before it has begun', async () => {
    const { box } = boxOf(
      tool('dim', () => {
        throw new ToolError('Not today.');
      }),
    );
    expect((await box.call('dim', '{"level": 1}', unaborted)).error).toBe('Not today.');
  });

  test('that never ends is ended at its own limit, and told so by its signal', async () => {
    let told: unknown;
    const { box, clock } = boxOf(
      tool('dim', (_args, signal) => {
        signal.addEventListener('abort', () => {
          told = signal.reason;
        });
        return never();
      }),
    );
    const outcome = box.call('dim', '{"level": 1}', unaborted);
    clock.advance(5000);
    // One that does not heed it is left behind.
    clock.advance(3000);
    const sentence = 'The tool did not finish within 5 s, and was ended.';
    expect((await outcome).error).toBe(sentence);
    expect(told).toEqual(new ToolError(sentence));
    expect(clock.waiting).toBe(0);
  });

  test('that is ended is waited for, until it is gone', async () => {
    let gone = false;
    const { box, clock } = boxOf(
      tool(
        'dim',
        (_args, signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              clock.after(100, () => {
                gone = true;
                reject(signal.reason);
              });
            });
          }),
      ),
    );
    const outcome = box.call('dim', '{"level": 1}', unaborted).then(({ error }) => [gone, error]);
    clock.advance(5000);
    clock.advance(100);
    expect(await outcome).toEqual([true, 'The tool did not finish within 5 s, and was ended.']);
  });

  test('whose output is endless is cut', async () => {
    const { box } = boxOf(tool('dim', () => Promise.resolve({ output: 'x'.repeat(100_000) })));
    expect((await box.call('dim', '{"level": 1}', unaborted)).output.length).toBe(16_384);
  });
});

describe('the calls of a reply', () => {
  const run = (tools: Tool[], parallel: number) => {
    const { box, clock } = boxOf(...tools);
    const runner = new CallRunner(box, parallel);
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

  test('run so many at a time, and each is answered once', async () => {
    const ends: (() => void)[] = [];
    let most = 0;
    let running = 0;
    const slow = tool('dim', async () => {
      running += 1;
      most = Math.max(most, running);
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
    expect(most).toBe(3);
    expect(answers.map(({ callId }) => callId).sort()).toEqual(ids(8));
  });

  test('of fifty sixteen are run, and the others answered all the same', async () => {
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

  test('that are cancelled are answered at once, say nothing, and are not answered again', async () => {
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

describe('built in', () => {
  const now = (): Date => new Date('2026-11-26T23:30:05Z');
  const time = async (args: object): Promise<Record<string, string>> =>
    JSON.parse((await getTime(now).run({ ...args }, unaborted)).output);

  test('the time: here, and elsewhere', async () => {
    expect(await time({ time_zone: 'Asia/Tokyo' })).toEqual({
      time: '08:30:05',
      date: '2026-11-27',
      weekday: 'Friday',
      time_zone: 'Asia/Tokyo',
    });
    expect((await time({}))['time_zone']).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
    await expect(time({ time_zone: 'Mars/Phobos' })).rejects.toThrow('There is no such time zone');
  });

  test('the end of the conversation hangs up', async () => {
    expect((await endConversation.run({}, unaborted)).next).toBe('hangUp');
  });
});
