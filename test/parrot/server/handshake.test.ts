// Which clients are accepted, over a real socket.

import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { TraceLine } from '../../../src/parrot/session/wire-trace.ts';
import { Client } from '../client.ts';
import { MODEL, Parrots, visit } from '../parrots.ts';
import { inside } from '../session-rig.ts';

const parrots = new Parrots();
afterEach(() => parrots.close());

test.each([
  ['', {}, 4000, 'missing_model'],
  ['?model=gpt-live-1', {}, 4000, 'invalid_model'],
  [MODEL, { 'OpenAI-Beta': 'realtime=v1' }, 4000, 'beta_api_shape_disabled'],
])('%s %j: opened, error, closed', async (query, headers, code, reason) => {
  const parrot = await parrots.start();
  const client = new Client(`${parrot.url}${query}`, { headers });
  expect(inside(await client.next('error'), 'error')).toMatchObject({
    type: 'invalid_request_error',
    code: reason,
    event_id: null,
  });
  expect(await client.closed).toEqual({ code, reason: `invalid_request_error.${reason}` });
  expect(client.events).toHaveLength(1);
});

test('a key: the wrong one gets an error and is closed with 3000, the right one is accepted', async () => {
  const lines: TraceLine[] = [];
  const parrot = await parrots.start({ key: 'sk-right', onEvent: (line) => lines.push(line) });
  const wrong = visit(parrot, { Authorization: 'Bearer sk-wrong' });
  const reason = 'invalid_request_error.invalid_api_key';
  expect(await wrong.closed).toEqual({ code: 3000, reason });
  expect(JSON.stringify([wrong.events, lines])).not.toContain('sk-');
  await visit(parrot, { Authorization: 'Bearer sk-right' }).next('session.created');
  await visit(parrot, { 'api-key': 'sk-right' }).next('session.created');
});

test('a browser sends its key and its dialect as subprotocols', async () => {
  const parrot = await parrots.start({ key: 'sk-right' });
  const protocols = ['realtime', 'openai-insecure-api-key.sk-right'];
  const client = new Client(`${parrot.url}${MODEL}`, {}, protocols);
  await client.next('session.created');
  expect(client.socket.protocol).toBe('realtime');
});

test('the ninth session gets an error, and is accepted when another has ended', async () => {
  const parrot = await parrots.start();
  const eight = Array.from({ length: 8 }, () => visit(parrot));
  await Promise.all(eight.map((client) => client.next('session.created')));
  const ninth = visit(parrot);
  expect(inside(await ninth.next('error'), 'error.code')).toBe('session_limit_reached');
  expect((await ninth.closed).code).toBe(1008);
  eight[0]?.socket.close();
  await eight[0]?.closed;
  await visit(parrot).next('session.created');
});

test('a plain HTTP request gets an explanation', async () => {
  const parrot = await parrots.start();
  const url = parrot.url.replace('ws:', 'http:');
  const here = await fetch(url);
  expect(here.status).toBe(426);
  expect(await here.text()).toContain('Connect with a WebSocket');
  const elsewhere = await fetch(url.replace('realtime', 'responses'), { method: 'POST', body: '{}' });
  expect(elsewhere.status).toBe(404);
  expect(await elsewhere.json()).toMatchObject({
    error: { message: expect.stringContaining('Invalid URL (POST /v1/responses)') },
  });
});

test('a WebSocket to the wrong path gets a 404', async () => {
  const parrot = await parrots.start();
  const client = new Client(parrot.url.replace('realtime', 'live/sessions'));
  const status = await new Promise((resolve) => {
    client.socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
  });
  expect(status).toBe(404);
  client.socket.terminate();
});

test('what is not HTTP at all is closed', async () => {
  const parrot = await parrots.start();
  const socket = connect(parrot.port, '127.0.0.1', () => socket.write('\x16\x03\x01\x02\x00garbage\r\n\r\n'));
  await new Promise((resolve) => socket.on('close', resolve).resume());
  await visit(parrot).next('session.created');
});
