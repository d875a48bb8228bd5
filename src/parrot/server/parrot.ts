// The parrot: a Realtime service on loopback that repeats an utterance, sample for sample; where triggers say so, it
// calls the client's functions first, and its transcript is their output.
// It speaks OpenAI's protocol in either dialect, so that other clients work with it unchanged.
// Limits: 8 sessions (the next gets `session_limit_reached` and is closed with 1008), 24 connections in all
// (more are dropped), 24 MiB a message (closed with 1009). Without a connection nothing runs.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { beta } from '../session/dialect-beta.ts';
import { ga } from '../session/dialect-ga.ts';
import type { SessionOptions } from '../session/session.ts';
import { traceLine } from '../session/wire-trace.ts';
import { authorize, isRealtimePath, type Refused, refuse } from './authorize.ts';
import { ClientConnection } from './client-connection.ts';
import { createHttpServer, HOST, listen, rawNotFound } from './http-server.ts';

export interface ParrotOptions extends Pick<SessionOptions, 'replies' | 'calls' | 'onEvent'> {
  readonly dialect: 'ga' | 'beta';
  /** 0 or absent: any free one. On 127.0.0.1 only. */
  readonly port?: number;
  /** When set, every other key is refused as OpenAI refuses it. */
  readonly key?: string;
  /** No WebSocket opens before it resolves. */
  readonly holdUp?: Promise<void>;
  /** How long a session may last; default 60 minutes, as OpenAI's. */
  readonly sessionMs?: number;
}

const MAX_SESSIONS = 8;
const MAX_MESSAGE_BYTES = 24 * 1024 * 1024;
const CLOSE_MS = 1000;
const HOUR_MS = 3_600_000;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

const dialects = { ga, beta };

const full = refuse(
  POLICY_VIOLATION,
  'session_limit_reached',
  `The parrot holds ${MAX_SESSIONS} sessions at most: end one of them first.`,
);

/** Rejects with one sentence where the port cannot be opened. */
export const startParrot = async (options: ParrotOptions): Promise<Parrot> => {
  const http = createHttpServer();
  return new Parrot(options, http, await listen(http, options.port ?? 0));
};

const newId = (prefix: string): string => `${prefix}${randomUUID().replaceAll('-', '').slice(0, 21)}`;

export class Parrot {
  readonly port: number;
  /** ws://127.0.0.1:PORT/v1/realtime */
  readonly url: string;
  readonly #options: ParrotOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  });
  /** Those without a WebSocket, or whose WebSocket is not open yet. */
  readonly #connections = new Set<Duplex>();
  #closing: Promise<void> | undefined;

  constructor(options: ParrotOptions, http: Server, port: number) {
    this.port = port;
    this.url = `ws://${HOST}:${port}/v1/realtime`;
    this.#options = options;
    this.#http = http;
    http.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    http.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    if (this.#tooLate(socket)) return;
    if (!isRealtimePath(request.url ?? '')) {
      // Nothing else ends it: it is no longer HTTP, and a client may leave its own side open.
      socket.end(rawNotFound(request), () => socket.destroy());
      return;
    }
    request.socket.setTimeout(0);
    await this.#holdUp(socket);
    if (this.#tooLate(socket)) return;
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      this.#connections.delete(socket);
      this.#accept(client, request);
    });
  }

  /** The client has disconnected, or connected after the parrot had begun to close. */
  #tooLate(socket: Duplex): boolean {
    if (this.#closing !== undefined) socket.destroy();
    return socket.destroyed;
  }

  async #holdUp(socket: Duplex): Promise<void> {
    const leave = (): void => void socket.destroy();
    socket.once('end', leave);
    await this.#options.holdUp;
    socket.off('end', leave);
  }

  #accept(socket: WebSocket, { url = '', headers }: IncomingMessage): void {
    const { dialect, key, sessionMs = HOUR_MS, replies, calls, onEvent } = this.#options;
    const isFull = this.#sockets.clients.size > MAX_SESSIONS;
    const authorization = isFull ? full : authorize({ url, headers }, { dialect, key });
    if ('error' in authorization) {
      this.#reject(socket, authorization);
      return;
    }
    const { model } = authorization;
    const expiresAt = Math.floor((Date.now() + sessionMs) / 1000);
    const rules = { dialect: dialects[dialect], replies, calls, onEvent };
    new ClientConnection(socket, sessionMs, { ...rules, model, expiresAt, newId });
  }

  #reject(socket: WebSocket, { error, closeCode, closeReason }: Refused): void {
    // The socket closes: what the client still sends or breaks has no effect.
    socket.on('error', () => socket.terminate());
    const event = { type: 'error', event_id: newId('event_'), error: error.toWire(null) };
    this.#options.onEvent?.(traceLine('out', '', event));
    socket.send(JSON.stringify(event));
    socket.close(closeCode, closeReason);
  }

  /** Ends all sessions (1001) and frees the port. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    for (const socket of this.#connections) socket.destroy();
    const { clients } = this.#sockets;
    for (const client of clients) client.close(GOING_AWAY, 'The parrot is closing.');
    const impatience = setTimeout(() => {
      for (const client of clients) client.terminate();
    }, CLOSE_MS);
    await closed;
    clearTimeout(impatience);
  }
}
