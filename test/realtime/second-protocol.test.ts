// A protocol that is as different from OpenAI's Realtime as GPT-Live: the client speaks first, sound travels in
// binary frames, the input must never stop, and a session is closed by a handshake. The connection carries it.

import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock, ConnectionListener } from '../../src/core/ports.ts';
import { connectRealtime } from '../../src/realtime/connection.ts';
import type { CreateProtocol, Protocol } from '../../src/realtime/protocol.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { until } from '../rigs/until.ts';

const SILENCE = Buffer.alloc(4800);

const createProtocol =
  (url: string, clock: Clock): CreateProtocol =>
  ({ send, listener }) => {
    let awaited: string | undefined = 'started';
    let stopFeeder = (): void => undefined;
    let closed = (): void => undefined;
    const feed = (): void => {
      send(SILENCE);
      stopFeeder = clock.after(100, feed);
    };
    const protocol: Protocol = {
      url,
      headers: {},
      get awaited() {
        return awaited;
      },
      opened: () => send('start'),
      receive: (message) => {
        if (typeof message !== 'string') listener.audio(message);
        else if (message === 'closed') closed();
        else {
          awaited = undefined;
          listener.event('sessionReady', message);
          stopFeeder = clock.after(100, feed);
        }
      },
      append: (pcm) => send(pcm),
      clearInput: () => undefined,
      answer: () => undefined,
      interrupt: () => undefined,
      closeFailure: () => ({ code: 'odd-end', severity: 'temporary', sentence: 'Odd.' }),
      close: () => {
        stopFeeder();
        send('close');
        return new Promise((resolve) => {
          closed = resolve;
          clock.after(2000, resolve);
        });
      },
    };
    return protocol;
  };

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const rig = async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const received: (string | Buffer)[] = [];
  const words: string[] = [];
  const sockets: WebSocket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data, isBinary) => received.push(isBinary ? (data as Buffer) : data.toString()));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const clock = createFakeClock();
  const listener: ConnectionListener = {
    event: (event) => words.push(event),
    audio: (pcm) => words.push(`audio ${pcm.length}`),
    callsMade: () => undefined,
    transcript: () => undefined,
    usage: () => undefined,
    notice: () => undefined,
    failed: ({ code }) => words.push(`failed: ${code}`),
  };
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const protocol = createProtocol(url, clock);
  const connection = connectRealtime({ protocol, preRollMs: 1000, handshakeTimeoutMs: 20_000 }, listener);
  cleanUps.push(async () => {
    const closing = connection.close();
    clock.advance(2000);
    await closing;
    server.close();
  });
  const say = (message: string | Buffer): void => sockets[0]?.send(message);
  return { connection, received, words, clock, say, socket: () => sockets[0] };
};

test('the client begins, sound goes both ways in binary frames, and silence fills the pauses', async () => {
  const { connection, received, words, clock, say } = await rig();
  connection.send(Buffer.alloc(960, 1));
  await until(() => received.length > 0, 'the first message');
  expect(connection.waitingFor()).toMatch(/^started from 127/);
  say('started');
  say(Buffer.alloc(4800));
  await until(() => words.length === 2, 'the sound');
  expect(words).toEqual(['sessionReady', 'audio 4800']);
  clock.advance(200);
  await until(() => received.length === 4, 'the silence');
  expect(received).toEqual(['start', Buffer.alloc(960, 1), SILENCE, SILENCE]);
});

test('the socket stays open until the service has confirmed the end', async () => {
  const { connection, received, words, say, socket } = await rig();
  await until(() => received.length > 0, 'the first message');
  say('started');
  await until(() => words.length === 1, 'readiness');
  let isClosed = false;
  const closing = connection.close().then(() => {
    isClosed = true;
  });
  await until(() => received.includes('close'), 'the close message');
  say(Buffer.alloc(4800));
  expect([isClosed, socket()?.readyState]).toEqual([false, 1]);
  say('closed');
  await closing;
  expect(words).toEqual(['sessionReady']);
});

test('a socket that is not open is closed at once', async () => {
  const { connection } = await rig();
  await connection.close();
});

test('the protocol explains a close of the service', async () => {
  const { received, words, socket } = await rig();
  await until(() => received.length > 0, 'the first message');
  socket()?.close(4000);
  await until(() => words.length > 0, 'the failure');
  expect(words).toEqual(['failed: odd-end']);
});
