// One client's connection, over a real socket whose server side the test can see.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ClientOptions, type WebSocket, WebSocketServer } from 'ws';
import { ClientConnection } from '../../../src/parrot/server/client-connection.ts';
import { ga } from '../../../src/parrot/session/dialect-ga.ts';
import type { WireEvent } from '../../../src/parrot/session/session.ts';
import { Client } from '../client.ts';

const MEBIBYTE = 1024 * 1024;
const PING_MS = 20_000;

let server: WebSocketServer;
const clients: Client[] = [];

beforeEach(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
});

afterEach(async () => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

const connect = async (options: ClientOptions = {}) => {
  const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
  const { port } = server.address() as { port: number };
  const client = new Client(`ws://127.0.0.1:${port}`, options);
  clients.push(client);
  const socket = await accepted;
  const taken = { events: 0, bytes: 0 };
  socket.on('message', (data: Buffer) => {
    taken.events += 1;
    taken.bytes += data.length;
  });
  let count = 0;
  const newId = (prefix: string): string => `${prefix}${++count}`;
  const session = { dialect: ga, model: 'gpt-realtime-2.1', expiresAt: 0, newId };
  const line = new ClientConnection(socket, 3_600_000, session);
  return { client, socket, taken, send: (event: WireEvent) => line.send(event) };
};

/** A client that reads nothing, and whose unsent events are so many that its messages have to wait. */
const stubborn = async () => {
  const connected = await connect();
  await connected.client.next('session.created');
  connected.client.socket.pause();
  const pad = 'x'.repeat(MEBIBYTE);
  while (connected.socket.bufferedAmount < 16 * MEBIBYTE) connected.send({ type: 'pad', pad });
  return connected;
};

/** Enough time for everything that was sent: another client's events, each answered. */
const chat = async (times: number): Promise<void> => {
  const { client } = await connect();
  await client.opened;
  for (let n = 0; n < times; n += 1) {
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
  }
};

describe('the queue of unread messages', () => {
  // A client that reads nothing answers no ping, and on a busy machine the second one would end it.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });

  test('is 32 MiB and the message that was one too many; all of it is read in the end', async () => {
    const { client, socket, taken } = await stubborn();
    for (let n = 0; n < 8; n += 1) client.socket.send('x'.repeat(10 * MEBIBYTE));
    await expect.poll(() => socket.isPaused).toBe(true);
    await chat(300);
    expect(taken).toEqual({ events: 4, bytes: 40 * MEBIBYTE });
    client.socket.resume();
    for (let n = 0; n < 8; n += 1) await client.next('error');
    expect(taken.events).toBe(8);
    expect(socket.isPaused).toBe(false);
    // What was counted was subtracted again.
    const pause = vi.spyOn(socket, 'pause');
    client.socket.send('x');
    await client.next('error');
    expect(pause).not.toHaveBeenCalled();
  });

  test('is 256 events, and those that came in the same packet', async () => {
    const { client, socket, taken } = await stubborn();
    for (let n = 0; n < 2000; n += 1) client.socket.send('x'.repeat(2000));
    await expect.poll(() => socket.isPaused).toBe(true);
    await chat(300);
    expect(taken.events).toBeGreaterThanOrEqual(256);
    expect(taken.events).toBeLessThan(256 + 64);
    client.socket.resume();
    for (let n = 0; n < 2000; n += 1) await client.next('error');
    expect(socket.isPaused).toBe(false);
  });
});

describe('pings', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });

  const pinged = ({ socket }: Client): Promise<void> =>
    new Promise((resolve) => socket.once('ping', () => resolve()));

  test('a client that has not answered one by the next is disconnected', async () => {
    const { client } = await connect({ autoPong: false });
    await client.next('session.created');
    const first = pinged(client);
    vi.advanceTimersByTime(PING_MS);
    await first;
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    vi.advanceTimersByTime(PING_MS);
    expect((await client.closed).code).toBe(1006);
  });

  test('a client that answers stays', async () => {
    const { client, socket } = await connect();
    await client.next('session.created');
    for (let n = 0; n < 3; n += 1) {
      const answered = new Promise((resolve) => socket.once('pong', resolve));
      vi.advanceTimersByTime(PING_MS);
      await answered;
    }
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
  });
});
