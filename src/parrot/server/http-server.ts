// The HTTP server that the WebSockets come through: a few connections at once, and none that only sits there.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './http-answers.ts';

export const HOST = '127.0.0.1';
const MAX_CONNECTIONS = 24;
/** A connection that is silent for so long before its request is complete is dropped. */
const REQUEST_MS = 10_000;
export const MAX_TIMER_MS = 2 ** 31 - 1;

export const createHttpServer = (requestMs = REQUEST_MS): Server => {
  // Node's own check of slow requests is a timer that never rests; a time-out per connection does as well.
  const server = createServer({ connectionsCheckingInterval: MAX_TIMER_MS }, answer);
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', (socket) => {
    socket.setTimeout(requestMs, () => socket.destroy());
  });
  return server;
};

const cannotListen = (port: number, { code, message }: NodeJS.ErrnoException): Error => {
  if (code === 'EADDRINUSE') {
    return new Error(
      `Port ${port} of ${HOST} is in use: end the program that has it, or choose another port.`,
    );
  }
  if (code === 'EACCES') {
    return new Error(`Port ${port} of ${HOST} is not permitted: choose one above 1023.`);
  }
  return new Error(`Port ${port} of ${HOST} cannot be had (${message}): choose another port.`);
};

/** Resolves with the port; rejects with one sentence where it cannot be had. */
export const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    // Once it listens, an error is a connection that could not be accepted; the next one may be.
    server.on('error', (error) => reject(cannotListen(port, error)));
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
