// The parrot: a Realtime service on loopback that hears an utterance and says it back, sample for sample;
// where it was told to, it calls the client's functions first, and says their outputs' words.
// It speaks OpenAI's protocol in either dialect, so that other people's clients work against it unchanged.
// Limits: 8 sessions (the next is told `session_limit_reached` and closed with 1008), 24 connections in all
// (more are dropped), 24 MiB a message (closed with 1009). Without a connection nothing runs.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ReplyScript } from '../responses/reply-script.ts';
import type { CallTrigger } from '../responses/triggers.ts';
import { ApiError } from '../schemas/api-error.ts';
import { beta } from '../session/dialect-beta.ts';
import { ga } from '../session/dialect-ga.ts';
import { Session, type WireEvent } from '../session/session.ts';
import { type TraceLine, traceLine } from '../session/wire-trace.ts';
import { authorize, isRealtimePath, type Refused } from './authorize.ts';
import { ClientConnection } from './client-connection.ts';
import { notFound, rawAnswer } from './http-answers.ts';
import { createHttpServer, HOST, listen, MAX_TIMER_MS } from './http-server.ts';

export interface ParrotOptions {
  readonly dialect: 'ga' | 'beta';
  /** 0 or absent: any free one. On 127.0.0.1 only. */
  readonly port?: number;
  /** When set, every other key is refused as OpenAI refuses it. */
  readonly key?: string;
  /** Every connection is held up for so long before the WebSocket opens. */
  readonly holdUpMs?: number;
  /** The same until it resolves. */
  readonly holdUp?: Promise<void>;
  /** How long a session may last; default 60 minutes, as OpenAI's. */
  readonly sessionMs?: number;
  /** How the n-th reply (from 1) of a session goes; undefined: as usual. */
  readonly replies?: (n: number) => ReplyScript | undefined;
  /** What makes the service call functions, where `replies` has no say. */
  readonly calls?: readonly CallTrigger[];
  /** What crosses the wire: names, ids and sizes, never audio. */
  readonly onEvent?: (line: TraceLine) => void;
}

export interface Parrot {
  /** ws://127.0.0.1:PORT/v1/realtime */
  readonly url: string;
  readonly port: number;
  /** Ends all sessions (1001) and frees the port. */
  close(): Promise<void>;
}

const MAX_SESSIONS = 8;
const MAX_MESSAGE_BYTES = 24 * 1024 * 1024;
const CLOSE_MS = 1000;
const HOUR_MS = 3_600_000;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

const dialects = { ga, beta };

const full: Refused = {
  error: new ApiError(`The parrot holds ${MAX_SESSIONS} sessions and no more: end one of them first.`, {
    code: 'session_limit_reached',
  }),
  closeCode: POLICY_VIOLATION,
  closeReason: 'invalid_request_error.session_limit_reached',
};

/** Rejects with one sentence where the port cannot be had. */
export const startParrot = async (options: ParrotOptions): Promise<Parrot> => {
  const server = new ParrotServer(options);
  await server.listen(options.port ?? 0);
  return server;
};

const newId = (prefix: string): string => `${prefix}${randomUUID().replaceAll('-', '').slice(0, 21)}`;

class ParrotServer implements Parrot {
  readonly #options: ParrotOptions;
  readonly #http: Server = createHttpServer();
  readonly #sockets: WebSocketServer;
  /** In any state: the server ends after the last of them. */
  readonly #connections = new Set<Duplex>();
  /** Those that are held up: their WebSocket is not open yet. */
  readonly #waiting = new Set<Duplex>();
  #port = 0;
  #closing: Promise<void> | undefined;

  constructor(options: ParrotOptions) {
    this.#options = options;
    this.#http.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    this.#http.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
    });
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `ws://${HOST}:${this.#port}/v1/realtime`;
  }

  async listen(port: number): Promise<void> {
    this.#port = await listen(this.#http, port);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    if (this.#tooLate(socket)) return;
    if (!isRealtimePath(request.url ?? '')) {
      // Nobody else ends it: it is no longer HTTP, and a client may leave its own side open.
      socket.end(rawAnswer(notFound(request)), () => socket.destroy());
      return;
    }
    request.socket.setTimeout(0);
    await this.#holdUp(socket);
    if (this.#tooLate(socket)) return;
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client, request));
  }

  /** The client has gone, or came when the parrot had begun to close and must not keep it open. */
  #tooLate(socket: Duplex): boolean {
    if (this.#closing !== undefined) socket.destroy();
    return socket.destroyed;
  }

  /** Must be called with a socket that is not destroyed: it waits for its `close`. */
  async #holdUp(socket: Duplex): Promise<void> {
    const { holdUpMs, holdUp } = this.#options;
    const gone = new AbortController();
    const leave = (): void => void socket.destroy();
    socket.once('close', () => gone.abort()).once('end', leave);
    this.#waiting.add(socket);
    await Promise.allSettled([
      holdUp,
      holdUpMs === undefined ? undefined : delay(holdUpMs, undefined, { signal: gone.signal }),
    ]);
    this.#waiting.delete(socket);
    socket.off('end', leave);
  }

  #accept(socket: WebSocket, { url = '', headers }: IncomingMessage): void {
    const rules = { dialect: this.#options.dialect, key: this.#options.key };
    const isFull = this.#sockets.clients.size > MAX_SESSIONS;
    const authorization = isFull ? full : authorize({ url, headers }, rules);
    if ('error' in authorization) this.#reject(socket, authorization);
    else
      new ClientConnection(socket, this.#sessionMs, (connection) =>
        this.#session(connection, authorization.model),
      );
  }

  #reject(socket: WebSocket, { error, closeCode, closeReason }: Refused): void {
    // The socket closes: what the client still sends or breaks has no effect.
    socket.on('error', () => socket.terminate());
    const event = { type: 'error', event_id: newId('event_'), error: error.toWire(null) };
    this.#options.onEvent?.(traceLine('out', '', event));
    socket.send(JSON.stringify(event));
    socket.close(closeCode, closeReason);
  }

  get #sessionMs(): number {
    return Math.min(this.#options.sessionMs ?? HOUR_MS, MAX_TIMER_MS);
  }

  #session(connection: ClientConnection, model: string): Session {
    const { dialect, replies, calls, onEvent } = this.#options;
    const expiresAt = Math.floor((Date.now() + this.#sessionMs) / 1000);
    const emit = (event: WireEvent): void => connection.send(event);
    const rules = { dialect: dialects[dialect], replies, calls };
    return new Session({ ...rules, model, expiresAt, newId, emit, onEvent });
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    for (const socket of this.#waiting) socket.destroy();
    for (const client of this.#sockets.clients) client.close(GOING_AWAY, 'The parrot is closing.');
    this.#http.closeAllConnections();
    const impatience = setTimeout(() => {
      for (const socket of this.#connections) socket.destroy();
    }, CLOSE_MS);
    await closed;
    clearTimeout(impatience);
  }
}
