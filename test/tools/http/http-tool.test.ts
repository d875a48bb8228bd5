import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createRawServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { createHttpTool, type HttpToolOptions } from '../../../src/tools/http/http-tool.ts';
import type { ToolArguments } from '../../../src/tools/tool.ts';
import { until } from '../../rigs/until.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const token = 'Bearer s3cr3t-t0ken/+"x';

let seen: Seen[] = [];
let closed = 0;
let answer: Answer = () => undefined;
const server = createServer((request, response) => {
  let body = '';
  response.on('close', () => {
    closed += 1;
  });
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body });
    answer(request, response, body);
  });
});
let host = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  closed = 0;
  answer = (_, response) => response.end('fine');
});

const call = async (
  args: ToolArguments,
  options: Partial<HttpToolOptions> = {},
  signal = new AbortController().signal,
): Promise<string> => {
  const shared = { name: 'lamp', description: 'Lights.', parameters: { type: 'object' }, timeoutMs: 1000 };
  const request = { url: `http://${host}/lamp`, method: 'GET', headers: {} } as const;
  return (await createHttpTool({ ...shared, ...request, ...options }).run(args, signal)).output;
};

const failure = async (running: Promise<unknown>): Promise<ToolError> => {
  const error: unknown = await running.then(
    () => 'it did not fail',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  const { message, stack, cause } = error as ToolError;
  expect(message).toMatch(/^[^\n]+[.!?]$/);
  expect(String(stack) + String(cause)).not.toContain('s3cr3t');
  return error as ToolError;
};

const answering = (status: number, body: string, headers: Record<string, string> = {}): void => {
  answer = (_, response) => response.writeHead(status, headers).end(body);
};

describe('the request of an HTTP tool', () => {
  it.each(['GET', 'DELETE'] as const)('has the arguments in the query: %s', async (method) => {
    const args = { 'a b': 'c&d=ü', n: 1.5, on: false, list: ['x', 2], deep: { y: 1 }, none: null };
    expect(await call(args, { method })).toBe('fine');
    expect(seen[0]).toMatchObject({ method, body: '' });
    expect(seen[0]?.url).toBe(
      '/lamp?a%20b=c%26d%3D%C3%BC&n=1.5&on=false&list=x&list=2&deep=%7B%22y%22%3A1%7D',
    );
  });

  it('keeps the query that the address has', async () => {
    await call({ a: 1 }, { url: `http://${host}/lamp?flag&b=%20#part` });
    await call({}, { url: `http://${host}/lamp?flag` });
    expect(seen.map(({ url }) => url)).toEqual(['/lamp?flag&b=%20&a=1', '/lamp?flag']);
  });

  it.each(['POST', 'PUT', 'PATCH'] as const)('has the arguments as a JSON body: %s', async (method) => {
    await call({ room: 'Küche', level: 3 }, { method });
    expect(seen[0]).toMatchObject({ method, url: '/lamp', body: '{"room":"Küche","level":3}' });
    expect(seen[0]?.headers['content-type']).toBe('application/json');
  });

  it('has the headers of the configuration', async () => {
    await call({}, { method: 'POST', headers: { Authorization: token, 'Content-Type': 'application/x' } });
    expect(seen[0]?.headers).toMatchObject({ authorization: token, 'content-type': 'application/x' });
  });

  it('has an argument of the path or query nowhere else', async () => {
    const url = `http://${host}/rooms/{room}/v{n}?q={what}`;
    await call({ room: 'a/b ?#', n: 2, what: 'x&y', more: 1 }, { url });
    await call({ room: 'é', n: 2, what: '', more: 1 }, { url, method: 'POST' });
    expect(seen[0]?.url).toBe('/rooms/a%2Fb%20%3F%23/v2?q=x%26y&more=1');
    expect(seen[1]).toMatchObject({ url: '/rooms/%C3%A9/v2?q=', body: '{"more":1}' });
  });

  it('has no argument that changes the path', async () => {
    for (const room of ['', '.', '..'])
      expect(await failure(call({ room }, { url: `http://${host}/rooms/{room}` }))).toMatchObject({
        code: 'argument-changes-path',
        message: expect.stringContaining('{room}'),
      });
    for (const room of ['../x', '%2e%2e', '..%2f', '\ud800'])
      await call({ room }, { url: `http://${host}/rooms/{room}/on` });
    expect(seen.map(({ url }) => url)).toEqual([
      '/rooms/..%2Fx/on',
      '/rooms/%252e%252e/on',
      '/rooms/..%252f/on',
      '/rooms/%EF%BF%BD/on',
    ]);
  });

  it('is not sent where an argument is missing', async () => {
    for (const args of [{}, { room: null }])
      expect(await failure(call(args, { url: `http://${host}/{room}` }))).toMatchObject({
        code: 'argument-missing',
        message: expect.stringContaining('room'),
      });
    const inherited = failure(call({}, { url: `http://${host}/{constructor}` }));
    expect((await inherited).code).toBe('argument-missing');
    expect(seen).toEqual([]);
  });
});

describe('the answer to an HTTP tool', () => {
  it('may be empty', async () => {
    answering(204, '');
    expect(await call({})).toBe('{"done":true}');
  });

  it.each([
    [404, 'no such\n  lamp', ': no such lamp.'],
    [500, '', '.'],
    [304, '', '.'],
    [400, 'x'.repeat(5000), `: ${'x'.repeat(200)}.`],
  ])('of status %i is a failure, with the beginning of its body', async (status, body, end) => {
    answering(status, body);
    const { code, message } = await failure(call({}));
    expect([code, message]).toEqual(['http-status', expect.stringContaining(`HTTP ${status}${end}`)]);
    expect(message).toContain(host);
  });

  it('has 16 KB, and what is longer is cut, with a line that says so', async () => {
    answering(200, 'x'.repeat(16_384));
    expect((await call({})).length).toBe(16_384);
    answering(200, 'x'.repeat(16_385));
    expect(await call({})).toMatch(/^x{16384}\n\[It was done\. .*16 KB of it\.\]$/);
    answering(200, 'ä'.repeat(9000));
    expect(await call({})).toMatch(/^ä{8192}\n\[/);
    answering(200, `x${'ä'.repeat(9000)}`);
    expect(await call({})).toMatch(/^xä{8191}\n\[/);
  });

  it.each([200, 500])('is dropped where it has no end, status %i', async (status) => {
    answer = (_, response) => {
      response.writeHead(status);
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
      };
      more();
    };
    if (status === 200) expect(await call({})).toMatch(/^x{16384}\n\[/);
    else expect((await failure(call({}))).code).toBe('http-status');
    await until(() => closed === 1, 'the end of the connection');
  });

  it.each([301, 302, 303, 307, 308])('is not fetched from another address: %i', async (status) => {
    answering(status, 'there', { location: `http://${host}/other` });
    expect((await failure(call({}, { headers: { Authorization: token } }))).code).toBe('http-redirect');
    expect(seen.length).toBe(1);
  });
});

describe('the secrets of an HTTP tool', () => {
  const headers = { Authorization: token, 'X-Short': 'abc', Accept: 'text/plain' };
  const echo = `${token} ${JSON.stringify({ token })} ${encodeURIComponent(token)} s3cr3t-t0ken/+"x abc text/plain`;

  it('are not in its output', async () => {
    answering(200, echo);
    const output = await call({}, { headers });
    expect(output).toContain('[secret]');
    expect(output).toContain('abc text/plain');
    expect(output).not.toContain('s3cr3t');
  });

  it('are not in its failures, also where the text is cut inside one', async () => {
    for (const before of [0, 150, 185, 190, 195]) {
      answering(500, '.'.repeat(before) + echo);
      expect((await failure(call({}, { headers }))).message).not.toMatch(/s3c|Bearer s/);
    }
  });

  it('are not in the failure where they are not a valid header', async () => {
    const badHeader = await failure(call({}, { headers: { Authorization: 's3cr3t\nvalue' } }));
    const badAddress = await failure(call({}, { url: `http://me:s3cr3t@${host}/` }));
    for (const { code, message } of [badHeader, badAddress])
      expect([code, message]).toEqual(['request-invalid', expect.stringContaining(host)]);
  });
});

/** A server that answers each connection with `bytes`, or closes it. */
const rawServer = async (bytes: string): Promise<{ address: string; close: () => void }> => {
  const raw = createRawServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => (bytes === '' ? socket.destroy() : socket.end(bytes)));
  });
  raw.listen(0, '127.0.0.1');
  await once(raw, 'listening');
  return { address: `127.0.0.1:${(raw.address() as AddressInfo).port}`, close: () => raw.close() };
};

describe('an HTTP tool without an answer', () => {
  it('says that nothing listens', async () => {
    const { address, close } = await rawServer('');
    close();
    expect(await failure(call({}, { url: `http://${address}/` }))).toMatchObject({
      code: 'connection-refused',
      message: expect.stringContaining(address),
    });
  });

  it('says that the name cannot be resolved', async () => {
    expect(await failure(call({}, { url: 'http://lamp.invalid/x' }))).toMatchObject({
      code: 'name-not-found',
      message: expect.stringContaining('lamp.invalid'),
    });
  });

  it.each([
    ['a broken connection', '', 'connection-lost'],
    ['a broken body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfew', 'connection-lost'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'not-http'],
  ])('gives a code for %s', async (_, bytes, code) => {
    const { address, close } = await rawServer(bytes);
    expect((await failure(call({}, { url: `http://${address}/` }))).code).toBe(code);
    close();
  });

  it('says that the server does not speak TLS', async () => {
    expect((await failure(call({}, { url: `https://${host}/` }))).code).toBe('not-tls');
  });
});

describe('an HTTP tool that is aborted', () => {
  it.each([
    ['before the answer', () => undefined],
    ['within the body', (_: unknown, response: ServerResponse) => void response.write('some')],
  ] as [string, Answer][])('ends at once, and its connection with it: %s', async (_, slowly) => {
    answer = slowly;
    const controller = new AbortController();
    const running = failure(call({}, {}, controller.signal));
    await until(() => seen.length === 1, 'the request');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const reason = new ToolError('too-long', 'It took too long.');
    controller.abort(reason);
    expect(await running).toBe(reason);
    await until(() => closed === 1, 'the end of the connection');
  });

  it('sends nothing where it was aborted before', async () => {
    expect((await failure(call({}, {}, AbortSignal.abort()))).code).toBe('cancelled');
    expect(seen).toEqual([]);
  });
});
