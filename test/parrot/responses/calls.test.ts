// A reply that calls functions: the events, with every end of the reply.

import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../../src/parrot/responses/reply-script.ts';
import type { WireEvent } from '../../../src/parrot/session/session.ts';
import { inside, SessionRig, typed } from '../session-rig.ts';

const dialects = ['ga', 'beta'] as const;
const PREFIX = 'response.function_call_arguments';
const lamp = { name: 'set_lamp', arguments: '{"room":"kitchen","on":true}', callId: 'call_lamp' };
const time = { name: 'get_time', arguments: '{}', callId: 'call_time' };

/** A session with an utterance committed and a reply requested; only later events are taken. */
const asked = (script: ReplyScript, dialect: 'ga' | 'beta' = 'ga', response?: object): SessionRig => {
  const rig = new SessionRig(dialect, { replies: () => script });
  rig.configure({ detection: null }).say().take();
  return rig.send({ type: 'response.create', ...(response === undefined ? {} : { response }) });
};

const played = (script: ReplyScript, dialect: 'ga' | 'beta' = 'ga', response?: object): WireEvent[] =>
  asked(script, dialect, response).run().take();

const types = (events: readonly WireEvent[]): unknown[] =>
  events.map((event) => event['type']).filter((type, i, all) => type !== all[i - 1]);
const done = (events: readonly WireEvent[], path: string): unknown =>
  inside(typed(events, 'response.done')[0], `response.${path}`);

describe.each(dialects)('%s', (dialect) => {
  const added = dialect === 'ga' ? 'conversation.item.added' : 'conversation.item.created';
  const itemDone = dialect === 'ga' ? ['conversation.item.done'] : [];

  test('a call alone: no content, no sound', () => {
    const events = played({ items: [{ call: lamp }] }, dialect);
    expect(types(events)).toEqual([
      'response.created',
      'response.output_item.added',
      added,
      `${PREFIX}.delta`,
      `${PREFIX}.done`,
      ...itemDone,
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    const item = { object: 'realtime.item', type: 'function_call', name: 'set_lamp', call_id: 'call_lamp' };
    expect(inside(typed(events, 'response.output_item.added')[0], 'item')).toEqual({
      ...item,
      id: expect.any(String),
      status: 'in_progress',
      arguments: '',
    });
    const whole = { ...item, status: 'completed', arguments: lamp.arguments };
    expect(inside(typed(events, 'response.output_item.done')[0], 'item')).toMatchObject(whole);
    expect(done(events, 'output')).toMatchObject([whole]);
    expect(done(events, 'status')).toBe('completed');
  });

  test('its arguments come in pieces, and then as a whole', () => {
    const events = played({ items: [{ call: lamp }] }, dialect);
    const id = inside(typed(events, 'response.output_item.added')[0], 'item.id');
    const place = { response_id: done(events, 'id'), item_id: id, output_index: 0, call_id: 'call_lamp' };
    const deltas = typed(events, `${PREFIX}.delta`);
    expect(deltas.length).toBeGreaterThan(2);
    for (const delta of deltas) expect(delta).toMatchObject(place);
    expect(deltas.map(({ delta }) => delta).join('')).toBe(lamp.arguments);
    expect(deltas[0]).not.toHaveProperty('content_index');
    expect(typed(events, `${PREFIX}.done`)).toEqual([
      {
        type: `${PREFIX}.done`,
        event_id: expect.any(String),
        ...place,
        arguments: lamp.arguments,
        ...(dialect === 'ga' ? { name: 'set_lamp' } : {}),
      },
    ]);
  });

  test('several at once, after something spoken', () => {
    const events = played({ items: [{}, { call: lamp }, { call: time }] }, dialect);
    expect(done(events, 'output')).toMatchObject([
      { type: 'message', role: 'assistant' },
      { type: 'function_call', call_id: 'call_lamp' },
      { type: 'function_call', call_id: 'call_time' },
    ]);
    const places = typed(events, 'response.output_item.done').map((event) => event['output_index']);
    expect(places).toEqual([0, 1, 2]);
    const sound = dialect === 'ga' ? 'response.output_audio.done' : 'response.audio.done';
    expect(types(events).indexOf(sound)).toBeLessThan(types(events).indexOf(`${PREFIX}.delta`));
  });

  test('cancelled by the client in the middle of its arguments', () => {
    const rig = asked({ items: [{ call: lamp }] }, dialect).run(3);
    rig.send({ type: 'response.cancel' });
    const events = rig.run().take();
    const said = typed(events, `${PREFIX}.delta`).map(({ delta }) => delta);
    expect(lamp.arguments.startsWith(said.join(''))).toBe(true);
    expect(said.join('')).not.toBe(lamp.arguments);
    expect(typed(events, `${PREFIX}.done`)).toMatchObject([{ arguments: said.join('') }]);
    const cut = { type: 'function_call', status: 'incomplete', arguments: said.join('') };
    expect(inside(typed(events, 'response.output_item.done')[0], 'item')).toMatchObject(cut);
    expect(done(events, 'output')).toMatchObject([cut]);
    expect(done(events, 'status')).toBe('cancelled');
  });

  test.each(['cancelled', 'incomplete', 'failed'] as const)('whole, in a response that was %s', (status) => {
    const how = { cancelled: 'turn_detected', incomplete: 'max_output_tokens', failed: undefined }[status];
    const ending = { status, ...(how ? { reason: how } : { code: 'server_error' }) } as ReplyScript['ending'];
    const events = played({ items: [{ call: lamp }], ...(ending === undefined ? {} : { ending }) }, dialect);
    expect(done(events, 'status')).toBe(status);
    expect(done(events, 'output')).toMatchObject([{ status: 'completed', arguments: lamp.arguments }]);
  });

  test('is not made where the client allows none: the utterance is repeated', () => {
    const events = played({ items: [{ call: lamp }] }, dialect, { tool_choice: 'none' });
    expect(done(events, 'output')).toMatchObject([{ type: 'message' }]);
    const spoken = played({ items: [{ transcript: 'Well.' }, { call: lamp }] }, dialect, {
      tool_choice: 'none',
    });
    expect(done(spoken, 'output')).toMatchObject([{ type: 'message', content: [{ transcript: 'Well.' }] }]);
  });

  test('nor where the session allows none, unless the response does', () => {
    const rig = new SessionRig(dialect, { replies: () => ({ items: [{ call: lamp }] }) });
    const type = dialect === 'ga' ? { type: 'realtime' } : {};
    rig.configure({ detection: null }).say();
    rig.send({ type: 'session.update', session: { ...type, tool_choice: 'none' } }).take();
    const first = rig.send({ type: 'response.create' }).run().take();
    expect(done(first, 'output')).toMatchObject([{ type: 'message' }]);
    const second = rig.send({ type: 'response.create', response: { tool_choice: 'auto' } });
    expect(done(second.run().take(), 'output')).toMatchObject([{ type: 'function_call' }]);
  });

  test('is watched by name and id, and not by its arguments', () => {
    const rig = asked({ items: [{ call: lamp }] }, dialect).run();
    const output = { type: 'function_call_output', call_id: 'call_lamp', output: 'a secret' };
    rig.send({ type: 'conversation.item.create', item: output });
    const known = { callId: 'call_lamp', name: 'set_lamp' };
    const last = rig.lines.filter(({ type }) => type === 'response.output_item.done').at(-1);
    expect(last).toMatchObject(known);
    const whole = rig.lines.find(({ type }) => type === `${PREFIX}.done`);
    expect(whole).toMatchObject(dialect === 'ga' ? known : { callId: 'call_lamp' });
    const created = rig.lines.find(({ type }) => type === 'conversation.item.create');
    expect(created).toMatchObject({ direction: 'in', callId: 'call_lamp' });
    expect(JSON.stringify(rig.lines)).not.toMatch(/kitchen|secret/);
  });
});

test.each(['', '{"room": ', 'the kitchen, please', '{"a\u{1F99C}\u{1F99C}\u{1F99C}\u{1F99C}":1}'])(
  'arguments are passed on as they are: %j',
  (raw) => {
    const events = played({ items: [{ call: { name: 'no_such_tool', arguments: raw } }] });
    const deltas = typed(events, `${PREFIX}.delta`).map(({ delta }) => String(delta));
    expect(deltas.join('')).toBe(raw);
    // No character is cut in two: the halves would be replaced on the wire.
    expect(deltas.map((delta) => Buffer.from(delta).toString())).toEqual(deltas);
    expect(done(events, 'output')).toMatchObject([{ name: 'no_such_tool', arguments: raw }]);
  },
);

test('every call without an id of its own gets another one', () => {
  const call = { name: 'get_time', arguments: '{}' };
  const output = done(played({ items: [{ call }, { call }] }), 'output');
  expect(output).toMatchObject([{ call_id: expect.stringMatching(/^call_/) }, {}]);
  expect(inside(output, '0.call_id')).not.toBe(inside(output, '1.call_id'));
});

test('a call may be incomplete in a response that is completed', () => {
  const events = played({ items: [{ call: { ...time, status: 'incomplete' } }] });
  expect(done(events, 'status')).toBe('completed');
  expect(done(events, 'output')).toMatchObject([{ status: 'incomplete' }]);
});

test('an ending may come after so many deltas of the arguments', () => {
  const events = played({
    items: [{ call: lamp }],
    ending: { status: 'incomplete', reason: 'max_output_tokens', afterDeltas: 2 },
  });
  expect(typed(events, `${PREFIX}.delta`)).toHaveLength(2);
  expect(done(events, 'output')).toMatchObject([{ status: 'incomplete' }]);
});

test('out of band, a call is in no conversation', () => {
  const events = played({ items: [{ call: lamp }] }, 'ga', { conversation: 'none' });
  expect(types(events)).not.toContain('conversation.item.added');
  expect(done(events, 'output')).toMatchObject([{ type: 'function_call' }]);
});
