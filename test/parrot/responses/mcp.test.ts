// Tools of MCP servers, which the service runs by itself.

import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../../src/parrot/responses/reply-script.ts';
import type { WireEvent } from '../../../src/parrot/session/session.ts';
import { errorsOf, inside, SessionRig, typed } from '../session-rig.ts';

const lights = { serverLabel: 'home', name: 'lights', arguments: '{"on":true}' };
const PREFIX = 'response.mcp_call';

const asked = (script: ReplyScript, dialect: 'ga' | 'beta' = 'ga'): SessionRig => {
  const rig = new SessionRig(dialect, { replies: (n) => (n === 1 ? script : undefined) });
  rig.configure({ detection: null }).say().take();
  return rig.send({ type: 'response.create' });
};

const types = (events: readonly WireEvent[]): unknown[] =>
  events.map((event) => event['type']).filter((type, i, all) => type !== all[i - 1]);
const done = (events: readonly WireEvent[], path: string): unknown =>
  inside(typed(events, 'response.done')[0], `response.${path}`);
const words = (rig: SessionRig): unknown =>
  done(rig.send({ type: 'response.create' }).run().take(), 'output.0.content.0.transcript');

describe('a call', () => {
  test('is made, runs and has an output', () => {
    const rig = asked({ items: [{ mcp: { ...lights, output: 'The light is on.' } }] });
    const events = rig.run().take();
    expect(types(events)).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      `${PREFIX}_arguments.delta`,
      `${PREFIX}_arguments.done`,
      `${PREFIX}.in_progress`,
      `${PREFIX}.completed`,
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    const id = inside(typed(events, 'response.output_item.added')[0], 'item.id');
    const item = { id, type: 'mcp_call', server_label: 'home', name: 'lights', approval_request_id: null };
    const whole = { ...item, arguments: '{"on":true}', output: 'The light is on.', error: null };
    expect(inside(typed(events, 'response.output_item.done')[0], 'item')).toEqual(whole);
    const deltas = typed(events, `${PREFIX}_arguments.delta`).map(({ delta }) => delta);
    expect(deltas.join('')).toBe('{"on":true}');
    const place = { item_id: id, output_index: 0 };
    expect(typed(events, `${PREFIX}_arguments.done`)).toMatchObject([
      { ...place, response_id: done(events, 'id'), arguments: '{"on":true}' },
    ]);
    const bare = { event_id: expect.any(String), ...place };
    expect(typed(events, `${PREFIX}.in_progress`)).toEqual([{ type: `${PREFIX}.in_progress`, ...bare }]);
    expect(typed(events, `${PREFIX}.completed`)).toEqual([{ type: `${PREFIX}.completed`, ...bare }]);
    expect(words(rig)).toBe('The light is on.');
  });

  test('fails', () => {
    const rig = asked({ items: [{ mcp: { ...lights, error: 'No such lamp.' } }] });
    const events = rig.run().take();
    expect(types(events)).toContain(`${PREFIX}.failed`);
    expect(types(events)).not.toContain(`${PREFIX}.completed`);
    const error = { type: 'tool_execution_error', message: 'No such lamp.' };
    expect(done(events, 'output')).toMatchObject([{ type: 'mcp_call', output: null, error }]);
    expect(words(rig)).toBe('No such lamp.');
  });

  test('has its output after the response is done', () => {
    const rig = asked({ items: [{ mcp: { ...lights, output: 'On.', afterDone: true } }] });
    const events = rig.run().take();
    const place = types(events).indexOf('response.done');
    expect(types(events).slice(place + 2)).toEqual([
      `${PREFIX}.completed`,
      'conversation.item.done',
      'response.output_item.done',
    ]);
    expect(types(events).slice(0, place)).toContain(`${PREFIX}.in_progress`);
    expect(done(events, 'output')).toMatchObject([{ type: 'mcp_call', output: null }]);
    const last = typed(events, 'response.output_item.done');
    expect(last).toMatchObject([{ item: { output: 'On.' }, response_id: done(events, 'id') }]);
    expect(words(rig)).toBe('On.');
  });

  test('cut off in its arguments never runs', () => {
    const rig = asked({ items: [{ mcp: { ...lights, output: 'On.' } }] }).run(2);
    const events = rig.send({ type: 'response.cancel' }).run().take();
    expect(types(events)).not.toContain(`${PREFIX}.in_progress`);
    expect(done(events, 'output')).toMatchObject([{ type: 'mcp_call', output: null }]);
  });

  test('that runs has its result, also when the response is cancelled', () => {
    const rig = asked({ items: [{ mcp: { ...lights, output: 'On.' } }], ending: { status: 'never' } });
    while (!types(rig.take()).includes(`${PREFIX}.in_progress`)) rig.run(1);
    const events = rig.send({ type: 'response.cancel' }).take();
    expect(types(events)[0]).toBe(`${PREFIX}.completed`);
    expect(done(events, 'status')).toBe('cancelled');
  });

  test('is unknown to the beta dialect', () => {
    const events = asked({ items: [{ mcp: lights }, { approval: lights }] }, 'beta')
      .run()
      .take();
    expect(done(events, 'output')).toMatchObject([{ type: 'message' }]);
  });
});

describe('an approval', () => {
  const request = { approval: { ...lights, result: { output: 'On.' } } };
  const answer = (id: unknown, approve: boolean) => ({
    type: 'conversation.item.create',
    event_id: 'c_1',
    item: { type: 'mcp_approval_response', approval_request_id: id, approve },
  });

  /** A session with a request for approval, and the id of the request. */
  const questioned = (script: ReplyScript = { items: [request] }) => {
    const rig = asked(script);
    const events = rig.run().take();
    return { rig, events, id: done(events, 'output.0.id') };
  };

  test('is asked for', () => {
    const { events } = questioned();
    expect(types(events)).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    const item = {
      id: expect.any(String),
      type: 'mcp_approval_request',
      server_label: 'home',
      name: 'lights',
      arguments: '{"on":true}',
    };
    expect(done(events, 'output')).toEqual([item]);
    expect(inside(typed(events, 'response.output_item.done')[0], 'item')).toEqual(item);
  });

  test('given, lets the call run', () => {
    const { rig, id } = questioned();
    const events = rig.send(answer(id, true)).run().take();
    expect(types(events)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'response.output_item.added',
      'conversation.item.added',
      `${PREFIX}.in_progress`,
      `${PREFIX}.completed`,
      'conversation.item.done',
      'response.output_item.done',
    ]);
    expect(inside(typed(events, 'response.output_item.done')[0], 'item')).toEqual({
      id: expect.any(String),
      type: 'mcp_call',
      server_label: 'home',
      name: 'lights',
      arguments: '{"on":true}',
      approval_request_id: id,
      output: 'On.',
      error: null,
    });
    expect(words(rig)).toBe('On.');
  });

  test('given, to a call that fails', () => {
    const { rig, id } = questioned({ items: [{ approval: { ...lights, result: { error: 'Broken.' } } }] });
    const events = rig.send(answer(id, true)).run().take();
    expect(types(events)).toContain(`${PREFIX}.failed`);
    expect(words(rig)).toBe('Broken.');
  });

  test('not given, nothing runs', () => {
    const { rig, id } = questioned();
    const events = rig.send(answer(id, false)).run().take();
    expect(types(events)).toEqual(['conversation.item.added', 'conversation.item.done']);
    expect(words(rig)).toBe('(not approved)');
  });

  test('may be given before the response is done', () => {
    const rig = asked({ items: [request, { mcp: lights }] }).run(2);
    const id = inside(typed(rig.take(), 'response.output_item.done')[0], 'item.id');
    const events = rig.send(answer(id, true)).run().take();
    expect(errorsOf(events)).toEqual([]);
    expect(typed(events, `${PREFIX}.completed`)).toHaveLength(2);
  });

  test.each([true, false])('is given or not (%s) once', (approve) => {
    const { rig, id } = questioned();
    rig.send(answer(id, approve)).run().take();
    const events = rig.send(answer(id, true)).run().take();
    expect(types(events)).toEqual(['error']);
    const wanted = { code: 'invalid_value', param: 'item.approval_request_id', event_id: 'c_1' };
    expect(errorsOf(events)).toMatchObject([wanted]);
  });

  test.each(['ga', 'beta'] as const)('%s: that was not asked for is refused', (dialect) => {
    const events = new SessionRig(dialect).send(answer('mcpr_none', true)).run().take();
    const wanted = { code: 'invalid_value', param: 'item.approval_request_id', event_id: 'c_1' };
    expect(errorsOf(events)).toMatchObject([wanted]);
    expect(types(events)).not.toContain('conversation.item.added');
  });
});

describe('the tools of a server', () => {
  const server = (allowed_tools?: unknown) => ({
    type: 'mcp',
    server_label: 'home',
    server_url: 'https://example.com/mcp',
    ...(allowed_tools === undefined ? {} : { allowed_tools }),
  });
  const update = (...tools: readonly object[]) => ({
    type: 'session.update',
    session: { type: 'realtime', tools },
  });

  const fresh = (): SessionRig => {
    const rig = new SessionRig();
    rig.take();
    return rig;
  };

  test('are listed when it is new to the session', () => {
    const rig = fresh().send(update(server(['lights', 'heating'])));
    const events = rig.run().take();
    expect(types(events)).toEqual([
      'session.updated',
      'mcp_list_tools.in_progress',
      'conversation.item.added',
      'conversation.item.done',
      'mcp_list_tools.completed',
    ]);
    const item = inside(typed(events, 'conversation.item.done')[0], 'item');
    expect(item).toMatchObject({
      type: 'mcp_list_tools',
      server_label: 'home',
      tools: [{ name: 'lights', input_schema: { type: 'object' } }, { name: 'heating' }],
    });
    const id = inside(item, 'id');
    for (const type of ['in_progress', 'completed']) {
      expect(typed(events, `mcp_list_tools.${type}`)).toMatchObject([{ item_id: id }]);
    }
  });

  test('are listed again when they are others, and only then', () => {
    const rig = fresh()
      .send(update(server(['lights'])))
      .run();
    rig.take();
    expect(
      types(
        rig
          .send(update(server(['lights'])))
          .run()
          .take(),
      ),
    ).toEqual(['session.updated']);
    const events = rig
      .send(update(server({ tool_names: ['heating'] })))
      .run()
      .take();
    const item = inside(typed(events, 'conversation.item.done')[0], 'item');
    expect(item).toMatchObject({ tools: [{ name: 'heating' }] });
  });

  test('are none where the client names none', () => {
    const events = fresh().send(update(server())).run().take();
    expect(inside(typed(events, 'conversation.item.done')[0], 'item.tools')).toEqual([]);
  });

  test('functions are not listed', () => {
    const rig = fresh().send(update({ type: 'function', name: 'get_time' }));
    expect(types(rig.run().take())).toEqual(['session.updated']);
  });

  test('are unknown to the beta dialect', () => {
    const rig = new SessionRig('beta');
    rig.take();
    const events = rig
      .send({ type: 'session.update', session: { tools: [server()] } })
      .run()
      .take();
    expect(errorsOf(events)).toMatchObject([{ code: 'invalid_value', param: 'session.tools[0].type' }]);
  });

  test('do not come between an utterance and the call that it triggers', () => {
    const calls = [{ turn: 1, calls: [{ name: 'get_time', arguments: '{}' }] }];
    const rig = new SessionRig('ga', { calls });
    rig
      .configure({ detection: null })
      .say()
      .send(update(server(['lights'])))
      .run()
      .take();
    const events = rig.send({ type: 'response.create' }).run().take();
    expect(done(events, 'output')).toMatchObject([{ type: 'function_call' }]);
  });
});
