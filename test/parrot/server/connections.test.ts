// Connections that misbehave, and the end of the parrot, which they cannot prevent.

import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHttpServer, listen } from '../../../src/parrot/server/http-server.ts';
import type { Parrot } from '../../../src/parrot/server/parrot.ts';
import { MODEL, Parrots, visit } from '../parrots.ts';

const parrots = new Parrots();
const sockets: Socket[] = [];
const servers: Server[] = [];
const never = new Promise<void>(() => undefined);

afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  await parrots.close();
});

/** A client that closes its own side only on request. */
const call = async (port: number): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  // A connection that the other side resets also closes; that is what is tested.
  socket.on('error', () => socket.destroy()).resume();
  await once(socket, 'connect');
  return socket;
};

const request = (path: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: parrot',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    '\r\n',
  ].join('\r\n');
const welcome = request(`/v1/realtime${MODEL}`);
const plain = 'GET / HTTP/1.1\r\nHost: parrot\r\n\r\n';

/** What is answered, until the other side ends. */
const ask = (port: number, text: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    sockets.push(socket);
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('error', () => socket.destroy()).on('close', () => resolve(answer));
  });

/** Answers to plain requests: enough time for everything that was sent. */
const settle = async ({ port }: Parrot): Promise<void> => {
  for (let n = 0; n < 5; n += 1) await (await fetch(`http://127.0.0.1:${port}`)).text();
};

test('the 25th connection is dropped, and the others stay', async () => {
  const parrot = await parrots.start();
  const others: Socket[] = [];
  for (let n = 0; n < 24; n += 1) others.push(await call(parrot.port));
  expect(await ask(parrot.port, plain)).toBe('');
  expect(others.filter((socket) => socket.destroyed)).toEqual([]);
  others[0]?.destroy();
  await expect.poll(() => ask(parrot.port, plain)).toContain('404 Not Found');
});

describe('a slow request', () => {
  const impatient = async (): Promise<number> => {
    const server = createHttpServer(50);
    servers.push(server);
    return listen(server, 0);
  };

  test.each(['', 'GET / HT', plain.slice(0, -2)])('%j and nothing more: dropped', async (text) => {
    expect(await ask(await impatient(), text)).toBe('');
  });
});

test('a WebSocket to the wrong path is answered and closed, even where the client does not close', async () => {
  const parrot = await parrots.start();
  for (let n = 0; n < 30; n += 1) {
    const socket = await call(parrot.port);
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.write(request('/v1/live'));
    await once(socket, 'end');
    expect(answer).toContain('404 Not Found');
  }
});

describe('the parrot ends', () => {
  const leave: Readonly<Record<string, (socket: Socket) => void>> = {
    'stays as it is': () => undefined,
    'ends its side': (socket) => socket.end(),
    'goes away': (socket) => socket.destroy(),
    'breaks off': (socket) => socket.resetAndDestroy(),
  };
  const said = {
    nothing: '',
    'half a request': welcome.slice(0, 40),
    'a request': welcome,
    'a request and more': `${welcome}more`,
    'a request after another': `${plain}${welcome}`,
    'a request to the wrong place': request('/'),
    'a bad request': welcome.replace('AAA==', '!'),
    'no WebSocket': plain,
  };
  const cases = Object.keys(said).flatMap((what) => Object.keys(leave).map((how) => [what, how] as const));

  test.each(cases)('when a client that says %s %s, held up or not, before or after', async (what, how) => {
    for (const options of [{}, { holdUp: never }]) {
      for (const moment of ['at once', 'settled', 'while it closes'] as const) {
        const parrot = await parrots.start(options);
        const socket = await call(parrot.port);
        socket.write(said[what as keyof typeof said]);
        if (moment === 'settled') await settle(parrot);
        const closed = moment === 'while it closes' ? parrot.close() : undefined;
        leave[how]?.(socket);
        await (closed ?? parrot.close());
        await expect(fetch(`http://127.0.0.1:${parrot.port}`)).rejects.toThrow();
      }
    }
  });

  test('at once, where all its clients are held up', async () => {
    const parrot = await parrots.start({ holdUp: never });
    const client = visit(parrot);
    await settle(parrot);
    // Without a timer nothing is ended for having taken too long.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await parrot.close();
    await client.closed;
  });

  test('and accepts no connection whose wait ends as it closes', async () => {
    for (let steps = 0; steps < 12; steps += 1) {
      let letIn = (): void => undefined;
      const holdUp = new Promise<void>((resolve) => {
        letIn = resolve;
      });
      let events = 0;
      const parrot = await parrots.start({ holdUp, onEvent: () => ++events });
      const client = visit(parrot);
      await settle(parrot);
      letIn();
      for (let n = 0; n < steps; n += 1) await Promise.resolve();
      const before = events;
      await parrot.close();
      await client.closed;
      expect(events).toBe(before);
    }
  });
});

test('a client that disconnects while it waits makes room for another', async () => {
  const parrot = await parrots.start({ holdUp: never });
  for (let n = 0; n < 30; n += 1) {
    const socket = await call(parrot.port);
    socket.write(welcome);
    socket.end();
    await once(socket, 'close');
  }
});
