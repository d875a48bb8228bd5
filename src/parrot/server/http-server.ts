// The HTTP server that the WebSockets come through: a limited number of connections, and none that stays idle.
// It answers requests without a WebSocket, and those to the wrong place.

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isRealtimePath } from './authorize.ts';

export const HOST = '127.0.0.1';
const MAX_CONNECTIONS = 24;
/** A connection that is silent for so long before its request is complete is dropped. */
const REQUEST_MS = 10_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** In the words of the real service. */
const notFound = ({ method, url = '' }: IncomingMessage): string => {
  const message = `Invalid URL (${method} ${url.slice(0, 200)}). The parrot answers at /v1/realtime.`;
  const error = { message, type: 'invalid_request_error', param: null, code: null };
  return JSON.stringify({ error });
};

/** For a request of an upgrade: the connection is no longer HTTP. */
export const rawNotFound = (request: IncomingMessage): string =>
  `HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${notFound(request)}`;

const answer: RequestListener = (request, response) => {
  response.setHeader('Connection', 'close');
  if (isRealtimePath(request.url ?? '')) {
    response.writeHead(426, { Upgrade: 'websocket', 'Content-Type': 'text/plain; charset=utf-8' });
    response.write('This is a parrot: a Realtime service that repeats what it hears.\n');
    response.end('Connect with a WebSocket, to /v1/realtime?model=gpt-realtime-2.1\n');
  } else {
    response.writeHead(404, { 'Content-Type': 'application/json' });
    response.end(notFound(request));
  }
};

export const createHttpServer = (requestMs = REQUEST_MS): Server => {
  // Node's own check of slow requests is a timer that never stops; a time-out per connection is enough.
  const server = createServer({ connectionsCheckingInterval: MAX_TIMER_MS }, answer);
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', (socket) => {
    socket.setTimeout(requestMs, () => socket.destroy());
  });
  return server;
};

const faults: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: end the program that has it, or choose another port',
  EACCES: 'is not permitted: choose one above 1023',
};

const cannotListen = (port: number, { code = '', message }: NodeJS.ErrnoException): Error => {
  const fault = faults[code] ?? `cannot be opened (${message}): choose another port`;
  return new Error(`Port ${port} of ${HOST} ${fault}.`);
};

/** Resolves with the port; rejects with one sentence where it cannot be opened. */
export const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    // Once it listens, an error is a connection that could not be accepted; the next one may be.
    server.on('error', (error) => reject(cannotListen(port, error)));
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
