// One client's connection: the socket on one side, its session on the other. Keeps the order of both, does the
// session's work a step at a time so that no client waits long, and keeps little for a client that does not
// read: at 256 KiB unsent a reply pauses, at 4 MiB its events wait; when 32 MiB or 256 of them
// wait, nothing more is read from the client.

import type { RawData, WebSocket } from 'ws';
import { Session, type SessionOptions, type WireEvent } from '../session/session.ts';

const REPLY_PAUSES_BYTES = 256 * 1024;
const EVENTS_WAIT_BYTES = 4 * 1024 * 1024;
const READING_PAUSES_BYTES = 32 * 1024 * 1024;
const READING_PAUSES_EVENTS = 256;
/** As the real service; a client that has not answered by the next one is gone. */
const PING_MS = 20_000;
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

export class ClientConnection {
  readonly #socket: WebSocket;
  readonly #session: Session;
  /** Frames not yet looked at, in order; undefined stands for one that was not text. */
  readonly #inbox: (string | undefined)[] = [];
  #inboxBytes = 0;
  readonly #pings: NodeJS.Timeout;
  readonly #expiry: NodeJS.Timeout;
  #turn: NodeJS.Immediate | undefined;
  #alive = true;

  /** `sessionMs`: how long the session may last. */
  constructor(socket: WebSocket, sessionMs: number, options: Omit<SessionOptions, 'emit'>) {
    this.#socket = socket;
    this.#pings = setInterval(() => this.#ping(), PING_MS);
    this.#expiry = setTimeout(() => {
      socket.close(GOING_AWAY, this.#session.expire(Math.round(sessionMs / 60_000)));
    }, sessionMs);
    socket.on('message', (data, isBinary) => this.#take(data, isBinary));
    socket.on('pong', () => {
      this.#alive = true;
    });
    // A frame that breaks the protocol or is too large: ws closes with the code for it, and `close` follows.
    socket.on('error', () => this.#stop());
    socket.on('close', () => this.#stop());
    this.#session = new Session({ ...options, emit: (event) => this.send(event) });
    this.#session.open();
  }

  send(event: WireEvent): void {
    // The callback also comes when the socket has failed; its `close` follows and stops the connection.
    this.#socket.send(JSON.stringify(event), () => this.#wake());
  }

  #take(data: RawData, isBinary: boolean): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const text = isBinary ? undefined : data.toString();
    this.#inbox.push(text);
    this.#inboxBytes += Buffer.byteLength(text ?? '');
    const full = this.#inbox.length >= READING_PAUSES_EVENTS || this.#inboxBytes >= READING_PAUSES_BYTES;
    if (full) this.#socket.pause();
    this.#wake();
  }

  #wake(): void {
    if (this.#turn !== undefined || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.#work();
    });
  }

  /** What was sent first goes first; then one step of a reply, and more at the next turn. */
  #work(): void {
    try {
      while (this.#inbox.length > 0 && this.#socket.bufferedAmount < EVENTS_WAIT_BYTES) this.#read();
      if (this.#inbox.length === 0 && this.#socket.isPaused) this.#socket.resume();
      if (this.#socket.bufferedAmount < REPLY_PAUSES_BYTES && this.#session.pump()) this.#wake();
    } catch (error) {
      // An internal error of the parrot must not end the program that it runs in.
      this.#socket.close(INTERNAL_ERROR, `The parrot failed: ${String(error)}`.slice(0, 100));
    }
  }

  #read(): void {
    const text = this.#inbox.shift();
    this.#inboxBytes -= Buffer.byteLength(text ?? '');
    this.#session.receive(text);
  }

  #ping(): void {
    if (this.#alive) this.#socket.ping();
    else this.#socket.terminate();
    this.#alive = false;
  }

  #stop(): void {
    clearInterval(this.#pings);
    clearTimeout(this.#expiry);
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    this.#inbox.length = 0;
    this.#inboxBytes = 0;
  }
}
