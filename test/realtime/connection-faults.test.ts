import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { cleanUps, connect, serve } from '../rigs/connecting.ts';
import { until } from '../rigs/until.ts';

describe('every way in which a network fails has its code', () => {
  test('nothing listens', async () => {
    const { failure } = connect('ws://127.0.0.1:1/v1/realtime');
    const { code, severity, sentence } = await failure();
    expect([code, severity]).toEqual(['connection-refused', 'temporary']);
    expect(sentence).toContain('127.0.0.1:1');
    expect(sentence).toContain('url under [realtime]');
  });

  test('a name that is unknown', async () => {
    const { failure } = connect('ws://no-such-host.invalid/');
    expect(await failure()).toMatchObject({
      code: 'name-not-found',
      sentence: expect.stringContaining('no-such-host'),
    });
  });

  test.each([
    [401, 'unauthorized', 'permanent'],
    [404, 'path-not-found', 'permanent'],
    [429, 'rate-limited', 'temporary'],
    [503, 'service-unavailable', 'temporary'],
    [302, 'redirected', 'permanent'],
    [200, 'not-websocket', 'permanent'],
  ])('HTTP %i is %s', async (status, code, severity) => {
    const service = await serve({
      refuse: (socket) =>
        socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
    });
    const failure = await connect(service.url).failure();
    expect(failure).toMatchObject({ code, severity });
    expect(failure.sentence).toContain(`HTTP ${status}`);
    expect(failure.sentence).not.toContain('secret');
  });

  const answered = (status: number, body: string, length = body.length) =>
    serve({
      refuse: (socket) =>
        socket.write(
          `HTTP/1.1 ${status} No\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`,
        ),
    });
  const json = (error: object): string => JSON.stringify({ error });

  test.each([
    [
      403,
      json({ code: 'unsupported_country_region_territory', message: 'Not here.' }),
      'region-unsupported',
      '',
    ],
    [403, json({ message: 'Realtime is not enabled for this project.' }), 'forbidden', 'is not enabled'],
    [403, json({ message: 'Invalid API key: sk-secret' }), 'unauthorized', ''],
    [
      400,
      json({ code: 'BadRequest', message: 'The api-version is not allowed.' }),
      'request-refused',
      'api-version',
    ],
    [422, '{"detail":"model is missing"}', 'request-refused', 'model is missing'],
    [429, json({ code: 'insufficient_quota', message: 'No credit.' }), 'quota-exceeded', ''],
    [429, json({ message: 'Ten a minute.' }), 'rate-limited', 'Ten a minute.'],
    [503, 'loading the model', 'service-unavailable', 'loading the model'],
    [502, '<html><body>Bad gateway</body></html>', 'service-unavailable', 'HTTP 502'],
    [500, json({ code: 'constructor', message: 'Oops.' }), 'service-unavailable', 'Oops.'],
  ])('HTTP %i with the body %j is %s', async (status, body, code, words) => {
    const service = await answered(status, body);
    const failure = await connect(service.url).failure();
    expect(failure).toMatchObject({ code, sentence: expect.stringContaining(words) });
    expect(failure.sentence).not.toMatch(/secret|html/);
  });

  test('a body that is large, or never ends, is read in part', async () => {
    const large = await answered(500, `x${'y'.repeat(1_000_000)}`);
    expect((await connect(large.url).failure()).sentence.length).toBeLessThan(500);
    const endless = await answered(500, 'loading the model', 1000);
    expect(await connect(endless.url).failure()).toMatchObject({ code: 'service-unavailable' });
  });

  test('a redirection is not followed: the key would be sent with it', async () => {
    const elsewhere = await serve();
    const service = await serve({
      refuse: (socket) =>
        socket.end(`HTTP/1.1 307 No\r\nLocation: ${elsewhere.url}\r\nContent-Length: 0\r\n\r\n`),
    });
    expect(await connect(service.url).failure()).toMatchObject({ code: 'redirected' });
    expect(elsewhere.requests).toEqual([]);
  });

  test('something that does not speak HTTP', async () => {
    const service = await serve({ refuse: (socket) => socket.end('220 mail.example.com ESMTP\r\n') });
    expect(await connect(service.url).failure()).toMatchObject({ code: 'not-http', severity: 'permanent' });
  });

  test('an upgrade that is not one to a WebSocket', async () => {
    const service = await serve({
      refuse: (socket) => socket.end('HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    });
    expect(await connect(service.url).failure()).toMatchObject({ code: 'not-websocket' });
  });

  test('a connection without an answer', async () => {
    const held: Socket[] = [];
    const server = createServer((socket) => held.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => {
      for (const socket of held) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { failure } = connect(`ws://127.0.0.1:${port}/`, { handshakeTimeoutMs: 50 });
    expect(await failure()).toMatchObject({ code: 'timed-out' });
  });

  test.each([
    [4000, 'invalid_request_error.beta_api_shape_disabled', 'dialect-unsupported', ''],
    [3000, 'invalid_request_error.invalid_api_key', 'unauthorized', ''],
    [3000, '', 'unauthorized', ''],
    [1001, 'Your session hit the maximum duration of 60 minutes.', 'session-ended', '1001: Your session hit'],
    [1000, 'session_expired', 'session-expired', ''],
    [1011, '', 'service-internal-error', '1011'],
    [1000, '', 'session-ended', '1000'],
    [1008, '', 'policy-violation', '1008'],
    [1013, '', 'service-unavailable', '1013'],
    [4321, 'because', 'connection-closed', '4321: because'],
  ])('close %i "%s" is %s', async (closeCode, reason, code, words) => {
    const service = await serve();
    const { ready, failure } = connect(service.url);
    await ready();
    for (const socket of service.sockets()) socket.close(closeCode, reason);
    expect(await failure()).toMatchObject({ code, sentence: expect.stringContaining(words) });
  });

  test('a connection that is lost', async () => {
    const service = await serve();
    const { ready, failure } = connect(service.url);
    await ready();
    for (const socket of service.sockets()) socket.terminate();
    expect(await failure()).toMatchObject({ code: 'connection-lost', severity: 'temporary' });
  });

  test('an enormous message', async () => {
    const service = await serve();
    const { ready, failure } = connect(service.url);
    await ready();
    service.say({ type: 'x', delta: 'A'.repeat(17 * 1024 * 1024) });
    expect(await failure()).toMatchObject({ code: 'message-too-large' });
  });

  test('a service that has stopped answering', async () => {
    // Not even pongs: the socket of a machine that is off.
    const service = await serve();
    const { ready, failure } = connect(service.url, { pingIntervalMs: 20 });
    await ready();
    for (const socket of service.sockets()) socket.pause();
    expect(await failure()).toMatchObject({ code: 'service-silent' });
  });

  test('a service that answers pings may be silent otherwise', async () => {
    const service = await serve();
    const pings: Buffer[] = [];
    const { ready, words } = connect(service.url, { pingIntervalMs: 10 });
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
    expect(await failure()).toMatchObject({ code: 'network-too-slow' });
  });
});
