// What a session may ask for depends on its model.

import { describe, expect, test } from 'vitest';
import { type SessionOptions, sessionUpdate } from '../../../src/realtime/openai/session-update.ts';
import { errorsOf, inside, SessionRig } from '../session-rig.ts';

type DialectName = 'ga' | 'beta';
const dialects: readonly DialectName[] = ['ga', 'beta'];
const both = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse'];
const voices = { ga: [...both, 'marin', 'cedar'], beta: both };
const place = { ga: 'audio.output.voice', beta: 'voice' };

const nested = (dialect: DialectName, voice: unknown) =>
  dialect === 'ga' ? { audio: { output: { voice } } } : { voice };
const update = (dialect: DialectName, fields: object) => ({
  type: 'session.update',
  event_id: 'c_1',
  session: { ...(dialect === 'ga' ? { type: 'realtime' } : {}), ...fields },
});
const create = (response: object) => ({ type: 'response.create', event_id: 'c_1', response });

const answerTo = (event: object, dialect: DialectName = 'ga', model?: string) => {
  const rig = new SessionRig(dialect, model === undefined ? {} : { model });
  rig.take();
  return rig.send(event).take();
};

describe.each(dialects)('%s: a voice', (dialect) => {
  test.each([...voices[dialect], { id: 'voice_1234' }])('%j', (voice) => {
    expect(answerTo(update(dialect, nested(dialect, voice)), dialect)).toMatchObject([
      { type: 'session.updated' },
    ]);
  });

  test('that there is not, is refused with those there are', () => {
    const events = answerTo(update(dialect, nested(dialect, 'marine')), dialect);
    expect(events).toHaveLength(1);
    expect(errorsOf(events)).toMatchObject([
      { code: 'invalid_value', param: `session.${place[dialect]}`, event_id: 'c_1' },
    ]);
    const message = inside(errorsOf(events)[0], 'message');
    expect(message).toMatch(/^Invalid value: 'marine'\. Supported values are: 'alloy', .*, and '\w+'\.$/);
    expect(String(message).match(/'\w+'/g)).toEqual(["'marine'", ...voices[dialect].map((v) => `'${v}'`)]);
  });

  test('that there is not, for one response', () => {
    const events = answerTo(create(nested(dialect, 'marine')), dialect);
    expect(events).toHaveLength(1);
    expect(errorsOf(events)).toMatchObject([
      { code: 'invalid_value', param: `response.${place[dialect]}`, event_id: 'c_1' },
    ]);
  });

  test("of another service's model is that service's business", () => {
    const events = answerTo(update(dialect, nested(dialect, 'Cherry')), dialect, 'qwen3-omni');
    expect(events).toMatchObject([{ type: 'session.updated' }]);
  });
});

test('marin and cedar are newer than the beta dialect', () => {
  for (const voice of ['marin', 'cedar']) {
    expect(errorsOf(answerTo(update('beta', { voice }), 'beta'))).toHaveLength(1);
  }
});

describe('reasoning and parallel tool calls', () => {
  const options = { reasoning: { effort: 'low' }, parallel_tool_calls: true };
  const each = Object.entries(options);
  const withThem = ['gpt-realtime-2', 'gpt-realtime-2.1', 'gpt-realtime-2.1-mini', 'kitchen'];
  const without = ['gpt-realtime', 'gpt-realtime-1.5', 'gpt-realtime-mini', 'gpt-realtime-2025-08-28'];

  test.each(withThem)('%s has them', (model) => {
    expect(answerTo(update('ga', options), 'ga', model)).toMatchObject([{ type: 'session.updated' }]);
    expect(errorsOf(answerTo(create(options), 'ga', model))).toEqual([]);
  });

  test.each(without)('%s has not', (model) => {
    for (const [option, value] of each) {
      const wanted = { instructions: 'x', [option]: value };
      for (const [event, where] of [
        [update('ga', wanted), 'session'],
        [create(wanted), 'response'],
      ] as const) {
        const param = `${where}.${option}`;
        const message = `Unsupported option for this model: '${param}'.`;
        const events = answerTo(event, 'ga', model);
        expect(events).toHaveLength(1);
        expect(errorsOf(events)).toMatchObject([{ code: 'invalid_value', param, message, event_id: 'c_1' }]);
      }
    }
  });
});

test.each(dialects)("%s: Parley's own defaults are taken", (dialect) => {
  const turnDetection = {
    type: 'server_vad',
    threshold: 0.5,
    prefixPaddingMs: 300,
    silenceDurationMs: 500,
    eagerness: 'auto',
  } as const;
  const options: SessionOptions = {
    language: '',
    noiseReduction: 'far_field',
    turnDetection,
    speed: 1,
    maxOutputTokens: 'inf',
    temperature: 0.8,
    tools: [],
    servers: [],
  };
  const session = sessionUpdate(dialect, options);
  expect(inside(session, place[dialect])).toBe(dialect === 'ga' ? 'marin' : 'sage');
  expect(answerTo({ type: 'session.update', session }, dialect)).toMatchObject([{ type: 'session.updated' }]);
});
