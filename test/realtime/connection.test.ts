import { describe, expect, test } from 'vitest';
import { appended, connect, frame, openAi, serve } from '../rigs/connecting.ts';
import { until } from '../rigs/until.ts';

describe('before the session is ready', () => {
  test('nothing but session.update goes out; then what was kept, in order, then the rest', async () => {
    let letGo = (): void => {};
    const service = await serve({
      received: (socket, { type }) => {
        if (type === 'session.update') letGo = () => socket.send('{"type":"session.updated"}');
      },
    });
    const { connection, ready } = connect(service.url);
    for (let value = 0; value < 100; value += 1) connection.send(frame(value));
    await until(() => service.received.length > 0, 'session.update');
    connection.clearInput();
    connection.send(frame(100));
    expect(service.received.map(({ type }) => type)).toEqual(['session.update']);
    letGo();
    await ready();
    connection.send(frame(101));
    const wanted = Buffer.concat(Array.from({ length: 102 }, (_, value) => frame(value)));
    await until(() => appended(service).length >= wanted.length, 'all frames');
    expect(appended(service)).toEqual(wanted);
  });

  test('sessionReady is reported before the first sample leaves: a close at that moment sends nothing', async () => {
    const service = await serve();
    const { connection, words, on } = connect(service.url);
    on('sessionReady', () => void connection.close());
    connection.send(frame(1));
    await until(() => service.requests.length > 0 && service.sockets().length === 0, 'the end of the socket');
    expect(words).toEqual(['sessionReady']);
    expect(appended(service)).toHaveLength(0);
  });

  test('the pre-roll is bounded: the oldest frames are dropped, and a line says so once', async () => {
    const service = await serve({ connected: () => {} });
    const { connection, words, ready } = connect(service.url, { preRollMs: 60 });
    for (let value = 0; value < 10; value += 1) connection.send(frame(value));
    expect(words).toEqual(['notice: pre-roll-full']);
    await until(() => service.sockets().length > 0, 'the connection');
    service.say({ type: 'session.created', session: {} });
    await ready();
    await until(() => appended(service).length > 0, 'frames');
    expect(appended(service)).toEqual(Buffer.concat([frame(7), frame(8), frame(9)]));
  });

  test('it can say what it waits for', async () => {
    const service = await serve({ connected: () => {}, received: () => {} });
    const { connection } = connect(service.url);
    expect(connection.waitingFor()).toMatch(/^127.0.0.1:\d+ to answer$/);
    await until(() => service.sockets().length > 0, 'the connection');
    await until(() => connection.waitingFor().startsWith('session.created'), 'the next stage');
    service.say({ type: 'session.created', session: {} });
    await until(() => connection.waitingFor().startsWith('session.updated'), 'the next stage');
  });
});

describe('a reply', () => {
  test('arrives sample for sample', async () => {
    const service = await serve();
    const { heard, ready, words } = connect(service.url);
    await ready();
    const pcm = Buffer.from(Array.from({ length: 9600 }, (_, at) => at % 256));
    service.say({ type: 'response.created', response: { id: 'r' } });
    for (let at = 0; at < pcm.length; at += 640)
      service.say({
        type: 'response.output_audio.delta',
        response_id: 'r',
        item_id: 'i',
        delta: pcm.subarray(at, at + 640).toString('base64'),
      });
    service.say({ type: 'response.done', response: { id: 'r' } });
    await until(() => words.includes('replyEnded'), 'the end');
    expect(Buffer.concat(heard)).toEqual(pcm);
  });
});

describe('what is not a message of the protocol', () => {
  test.each([
    ['binary', Buffer.from([1, 2, 3]), 'message-binary'],
    ['not JSON', '{"type":', 'message-invalid'],
  ])('%s is ignored, with one line however often it comes', async (_name, message, code) => {
    const service = await serve();
    const { ready, words: said } = connect(service.url);
    await ready();
    for (const socket of service.sockets()) for (let count = 0; count < 3; count += 1) socket.send(message);
    service.say({ type: 'input_audio_buffer.speech_started' });
    await until(() => said.includes('speechStarted'), 'the next event');
    expect(said).toEqual(['sessionReady', `notice: ${code}`, 'speechStarted']);
  });
});

describe('close', () => {
  test('in the middle of connecting', async () => {
    const service = await serve({ refuse: () => {} });
    const { connection, words } = connect(service.url);
    await until(() => service.requests.length > 0, 'the request');
    await connection.close();
    expect(words).toEqual([]);
  });

  test('of a service that does not answer', async () => {
    const service = await serve();
    const { connection, ready, words } = connect(service.url);
    await ready();
    for (const socket of service.sockets()) socket.pause();
    await connection.close();
    expect(words).toEqual(['sessionReady']);
  });
});

test('the headers go out, and the beta header only where configured', async () => {
  const service = await serve();
  const { ready } = connect(service.url, {
    protocol: openAi(service.url, { 'api-key': 'k', 'OpenAI-Beta': 'realtime=v1' }),
  });
  await ready();
  expect(service.requests[0]?.headers).toMatchObject({ 'api-key': 'k', 'openai-beta': 'realtime=v1' });
  expect(service.requests[0]?.headers['sec-websocket-extensions']).toBeUndefined();
});
