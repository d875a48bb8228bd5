import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { connectRealtime, type RealtimeOptions } from '../../src/adapters/realtime-connection.ts';
import type { Connection } from '../../src/ports.ts';
import { plainSession } from '../realtime/recorder.ts';
import { type Script, type ScriptedService, startScriptedService } from '../rigs/scripted-service.ts';
import { until } from '../rigs/until.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const connect = (url: string, more: Partial<RealtimeOptions> = {}) => {
  const words: string[] = [];
  const heard: Buffer[] = [];
  const connection: Connection = connectRealtime(
    {
      url,
      headers: { Authorization: 'Bearer sk-very-secret' },
      dialect: 'auto',
      session: plainSession,
      preRollMs: 30_000,
      handshakeTimeoutMs: 20_000,
      ...more,
    },
    {
      event: (event) => words.push(event),
      audio: (pcm) => heard.push(pcm),
      transcript: (who, text) => words.push(`${who}: ${text}`),
      notice: (sentence) => words.push(`notice: ${sentence}`),
      failed: (sentence) => words.push(`failed: ${sentence}`),
    },
  );
  cleanUps.push(() => connection.close());
  const failure = async (): Promise<string> => {
    await until(() => words.some((word) => word.startsWith('failed')), 'a failure');
    return words.at(-1) ?? '';
  };
  return {
    connection,
    words,
    heard,
    failure,
    ready: () => until(() => words.includes('sessionReady'), 'readiness'),
  };
};

const serve = async (script: Script = {}): Promise<ScriptedService> => {
  const service = await startScriptedService(script);
  cleanUps.push(() => service.close());
  return service;
};

const appended = (service: ScriptedService): Buffer =>
  Buffer.concat(
    service.received
      .filter(({ type }) => type === 'input_audio_buffer.append')
      .map(({ audio }) => Buffer.from(String(audio), 'base64')),
  );

const frame = (value: number): Buffer => Buffer.alloc(960, value);

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

  test('readiness is told before the first sample leaves', async () => {
    const service = await serve();
    const sent: number[] = [];
    const connection = connectRealtime(
      {
        url: service.url,
        headers: {},
        dialect: 'ga',
        session: plainSession,
        preRollMs: 1000,
        handshakeTimeoutMs: 20_000,
      },
      {
        // What is sent within the event must come after what was kept: it is younger.
        event: () => sent.push(appended(service).length),
        audio: () => {},
        transcript: () => {},
        notice: () => {},
        failed: () => {},
      },
    );
    cleanUps.push(() => connection.close());
    connection.send(frame(1));
    await until(() => appended(service).length === 960, 'the frame');
    expect(sent).toEqual([0]);
  });

  test('the pre-roll is bounded: the oldest go first, and a line says so once', async () => {
    const service = await serve({ connected: () => {} });
    const { connection, words, ready } = connect(service.url, { preRollMs: 60 });
    for (let value = 0; value < 10; value += 1) connection.send(frame(value));
    expect(words).toEqual(['notice: The pre-roll is full: the first words are lost.']);
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

  test('that is called off and never confirmed ends by itself', async () => {
    const service = await serve();
    const { connection, ready, words } = connect(service.url);
    await ready();
    service.say({ type: 'response.created', response: { id: 'r' } });
    await until(() => words.includes('replyCreated'), 'the reply');
    connection.interrupt(0);
    await until(() => words.includes('replyEnded'), 'the end');
    expect(service.received.at(-1)).toMatchObject({ type: 'response.cancel', response_id: 'r' });
  });
});

describe('every way in which a network fails is one sentence', () => {
  test('nothing listens', async () => {
    const { failure } = connect('ws://127.0.0.1:1/v1/realtime');
    expect(await failure()).toBe(
      'failed: The service at 127.0.0.1:1 failed us: nothing listens there: is the service running, and is url under [realtime] right?',
    );
  });

  test('a name that is none', async () => {
    const { failure } = connect('ws://no-such-host.invalid/');
    expect(await failure()).toMatch(/^failed: The service at no-such-host.invalid failed us: its name /);
  });

  test.each([
    [401, 'refuses the key'],
    [404, 'nothing is at this path'],
    [429, 'asked too often'],
    [503, 'out of order'],
    [302, 'it moved'],
  ])('HTTP %i', async (status, words) => {
    const service = await serve({
      refuse: (socket) =>
        socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
    });
    const sentence = await connect(service.url).failure();
    expect(sentence).toContain(`HTTP ${status}`);
    expect(sentence).toContain(words);
    expect(sentence).not.toContain('secret');
  });

  test('something that speaks another language', async () => {
    const service = await serve({ refuse: (socket) => socket.end('220 mail.example.com ESMTP\r\n') });
    expect(await connect(service.url).failure()).toMatch(/^failed: The service at 127.0.0.1:\d+ failed us: /);
  });

  test('a connection that is held up for ever', async () => {
    const held: Socket[] = [];
    const server = createServer((socket) => held.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => {
      for (const socket of held) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { failure } = connect(`ws://127.0.0.1:${port}/`, { handshakeTimeoutMs: 50 });
    expect(await failure()).toContain('failed us: ');
  });

  test.each([
    [4000, 'invalid_request_error.beta_api_shape_disabled', 'set dialect = "ga"'],
    [3000, 'invalid_request_error.invalid_api_key', 'refuses the key'],
    [1001, 'Your session hit the maximum duration of 60 minutes.', 'close 1001: Your session hit'],
    [1011, '', 'The service failed in itself'],
    [1000, '', 'ended the conversation'],
    [4321, 'because', 'close 4321: because'],
  ])('close %i %s', async (code, reason, words) => {
    const service = await serve();
    const { ready, failure } = connect(service.url);
    await ready();
    for (const socket of service.sockets()) socket.close(code, reason);
    expect(await failure()).toContain(words);
  });

  test('a connection that breaks', async () => {
    const service = await serve();
    const { ready, failure } = connect(service.url);
    await ready();
    for (const socket of service.sockets()) socket.terminate();
    expect(await failure()).toContain('The connection broke off');
  });

  test('an enormous message', async () => {
    const service = await serve();
    const { ready, failure } = connect(service.url);
    await ready();
    service.say({ type: 'x', delta: 'A'.repeat(17 * 1024 * 1024) });
    expect(await failure()).toContain('larger than 16 MiB');
  });

  test('a service that has gone silent', async () => {
    // Not even pongs: the socket of a machine that is gone.
    const service = await serve();
    const { ready, failure } = connect(service.url, { pingMs: 20 });
    await ready();
    for (const socket of service.sockets()) socket.pause();
    expect(await failure()).toContain('has gone silent');
  });

  test('one that answers pings may be silent for as long as it likes', async () => {
    const service = await serve();
    const pings: Buffer[] = [];
    const { ready, words } = connect(service.url, { pingMs: 10 });
    await ready();
    for (const socket of service.sockets()) socket.on('ping', (data: Buffer) => pings.push(data));
    await until(() => pings.length > 10, 'ten pings');
    expect(words).toEqual(['sessionReady']);
  });

  test('a network that takes nothing more', async () => {
    const service = await serve();
    const { connection, ready, failure } = connect(service.url, { preRollMs: 20 });
    await ready();
    for (const socket of service.sockets()) socket.pause();
    const big = Buffer.alloc(96_000);
    for (let count = 0; count < 400; count += 1) connection.send(big);
    expect(await failure()).toContain('too slow for speech');
  });
});

describe('what is no message of the protocol', () => {
  test.each([
    ['binary', Buffer.from([1, 2, 3]), 'binary'],
    ['not JSON', '{"type":', 'no event'],
  ])('%s is ignored, with one line however often it comes', async (_name, message, words) => {
    const service = await serve();
    const { ready, words: said } = connect(service.url);
    await ready();
    for (const socket of service.sockets()) for (let count = 0; count < 3; count += 1) socket.send(message);
    service.say({ type: 'input_audio_buffer.speech_started' });
    await until(() => said.includes('speechStarted'), 'the next event');
    expect(said).toEqual(['sessionReady', expect.stringContaining(words), 'speechStarted']);
  });
});

describe('close', () => {
  test('may be called twice, and no callback comes after it', async () => {
    const service = await serve();
    const { connection, ready, words } = connect(service.url);
    await ready();
    await Promise.all([connection.close(), connection.close()]);
    await connection.close();
    connection.send(frame(1));
    connection.interrupt(5);
    expect(words).toEqual(['sessionReady']);
    expect(service.sockets()).toEqual([]);
  });

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
  const { ready } = connect(service.url, { headers: { 'api-key': 'k', 'OpenAI-Beta': 'realtime=v1' } });
  await ready();
  expect(service.requests[0]?.headers).toMatchObject({ 'api-key': 'k', 'openai-beta': 'realtime=v1' });
  expect(service.requests[0]?.headers['sec-websocket-extensions']).toBeUndefined();
});
