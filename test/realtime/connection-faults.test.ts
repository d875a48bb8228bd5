import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { cleanUps, connect, serve } from '../rigs/connecting.ts';
import { until } from '../rigs/until.ts';

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

  test('a redirection is not followed: the key would go with it', async () => {
    const elsewhere = await serve();
    const service = await serve({
      refuse: (socket) =>
        socket.end(`HTTP/1.1 307 No\r\nLocation: ${elsewhere.url}\r\nContent-Length: 0\r\n\r\n`),
    });
    expect(await connect(service.url).failure()).toContain('HTTP 307');
    expect(elsewhere.requests).toEqual([]);
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
