// The socket beneath a protocol: one WebSocket, used once. It keeps what is said before the session is ready,
// notices a service that has stopped answering, and limits every message and every queue.

import { type RawData, WebSocket } from 'ws';
import type { Failure, Notice } from '../core/errors.ts';
import { bytesOfMs, FRAME_MS } from '../core/pcm.ts';
import type { Answer, Connection, ConnectionListener } from '../core/ports.ts';
import { systemClock } from '../system/clock.ts';
import { connectionFailure, MAX_MESSAGE_BYTES, preRollFull } from './connection-failure.ts';
import type { CreateProtocol, Protocol } from './protocol.ts';
import { readBody } from './read-body.ts';
import { closeFailure, handshakeFailure, socketFailure } from './socket-failures.ts';

export interface ConnectionOptions {
  readonly protocol: CreateProtocol;
  readonly preRollMs: number;
  readonly handshakeTimeoutMs: number;
  /** Default: 15 seconds. A service that leaves three pings unanswered counts as gone. */
  readonly pingIntervalMs?: number;
  /** The socket is open; what follows is the protocol. */
  readonly onOpen?: (() => void) | undefined;
}

/** Speech that the network may lag behind, beside the pre-roll. */
const MAX_LAG_MS = 30_000;
/** Base64 and JSON make a third more of the bytes. */
const WIRE_FACTOR = 1.5;
const PING_INTERVAL_MS = 15_000;
const MAX_UNANSWERED_PINGS = 3;
const CLOSE_GRACE_MS = 500;

/** Connects at once; see `Connection` for what it promises. */
export const connectRealtime = (options: ConnectionOptions, listener: ConnectionListener): Connection =>
  new RealtimeConnection(options, listener);

class RealtimeConnection implements Connection {
  readonly #listener: ConnectionListener;
  readonly #socket: WebSocket;
  readonly #protocol: Protocol;
  /** What is said before the session is ready, oldest frame first. */
  readonly #preRoll: Buffer[] = [];
  readonly #maxPreRollFrames: number;
  readonly #host: string;
  readonly #maxUnsentBytes: number;
  /** While it is closing, the protocol may still speak with the service; the listener hears no more. */
  #state: 'open' | 'closing' | 'closed' = 'open';
  #closed: Promise<void> | undefined;
  /** Since the last message of the service. */
  #unansweredPings = 0;
  #lastNotice = '';
  #pinging: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#listener = listener;
    this.#maxPreRollFrames = options.preRollMs / FRAME_MS;
    this.#maxUnsentBytes = bytesOfMs(options.preRollMs + MAX_LAG_MS) * WIRE_FACTOR;
    this.#protocol = options.protocol({
      send: (message) => this.#transmit(message),
      listener: this.#protocolListener(),
      clock: systemClock,
    });
    this.#host = new URL(this.#protocol.url).host;
    this.#socket = this.#open(options);
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  send(pcm: Buffer): void {
    if (!this.open) return;
    if (this.#protocol.awaited === undefined) {
      this.#protocol.append(pcm);
      return;
    }
    this.#preRoll.push(pcm);
    if (this.#preRoll.length <= this.#maxPreRollFrames) return;
    this.#preRoll.shift();
    this.#notice(preRollFull);
  }

  clearInput(): void {
    if (this.open) this.#protocol.clearInput();
  }

  answer(answer: Answer): void {
    if (this.open) this.#protocol.answer(answer);
  }

  interrupt(heardMs: number): void {
    if (this.open) this.#protocol.interrupt(heardMs);
  }

  waitingFor(): string {
    if (this.#socket.readyState === WebSocket.CONNECTING) return `${this.#host} to answer`;
    const { awaited } = this.#protocol;
    return awaited === undefined ? this.#host : `${awaited} from ${this.#host}`;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.open) {
      this.#state = 'closing';
      const ended = this.#end();
      if (this.#socket.readyState === WebSocket.OPEN && ended !== undefined) await ended;
      this.#state = 'closed';
    }
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const grace = setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS);
      this.#socket.once('close', () => {
        clearTimeout(grace);
        resolve();
      });
      this.#socket.close(1000);
    });
  }

  #open(options: ConnectionOptions): WebSocket {
    const socket = new WebSocket(this.#protocol.url, {
      headers: this.#protocol.headers,
      perMessageDeflate: false,
      // The key would go with it.
      followRedirects: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handshakeTimeout: options.handshakeTimeoutMs,
    });
    socket.on('open', () => {
      this.#keepAlive(options.pingIntervalMs ?? PING_INTERVAL_MS);
      options.onOpen?.();
      if (this.open) this.#protocol.opened?.();
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    for (const sign of ['message', 'ping', 'pong'] as const)
      socket.on(sign, () => {
        this.#unansweredPings = 0;
      });
    socket.on('unexpected-response', (request, response) => {
      void readBody(response).then((body) => {
        const { failure, words } = this.#protocol.refusal?.(body) ?? { failure: undefined, words: '' };
        this.#fail(failure ?? handshakeFailure(this.#host, response.statusCode ?? 0, words));
        request.destroy();
      });
    });
    socket.on('error', (error) => this.#fail(socketFailure(this.#host, error)));
    socket.on('close', (code, reason) => {
      const words = reason.toString();
      this.#fail(this.#protocol.closeFailure(code, words) ?? closeFailure(this.#host, code, words));
    });
    return socket;
  }

  #protocolListener(): ConnectionListener {
    const whileOpen =
      <Args extends unknown[]>(tell: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.open) tell(...args);
      };
    const listener = this.#listener;
    return {
      event: whileOpen((event, reason) => {
        listener.event(event, reason);
        // Only now, with the light on: a solid light promises that sound is leaving, so none leaves before.
        if (event === 'sessionReady') this.#sendPreRoll();
      }),
      audio: whileOpen((pcm) => listener.audio(pcm)),
      callsMade: whileOpen((calls, reason) => listener.callsMade(calls, reason)),
      transcript: whileOpen((who, text) => listener.transcript(who, text)),
      notice: (notice) => this.#notice(notice),
      usage: whileOpen((usage) => listener.usage(usage)),
      failed: (failure) => this.#fail(failure),
    };
  }

  #receive(data: RawData, isBinary: boolean): void {
    // Of the default binaryType every message is one Buffer.
    if (this.#state !== 'closed') this.#protocol.receive(isBinary ? (data as Buffer) : data.toString());
  }

  #transmit(message: string | Buffer): void {
    if (this.#state === 'closed' || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(message);
    if (this.#socket.bufferedAmount > this.#maxUnsentBytes)
      this.#fail(connectionFailure('network-too-slow', this.#host));
  }

  #sendPreRoll(): void {
    for (const pcm of this.#preRoll.splice(0)) if (this.open) this.#protocol.append(pcm);
  }

  // A half-open socket (the Wi-Fi dropped) reports nothing by itself.
  #keepAlive(intervalMs: number): void {
    this.#pinging = setInterval(() => {
      if (this.#unansweredPings >= MAX_UNANSWERED_PINGS)
        this.#fail(connectionFailure('service-silent', this.#host));
      else this.#socket.ping();
      this.#unansweredPings += 1;
    }, intervalMs);
  }

  #notice(notice: Notice): void {
    if (!this.open || notice.sentence === this.#lastNotice) return;
    this.#lastNotice = notice.sentence;
    this.#listener.notice(notice);
  }

  #fail(failure: Failure): void {
    if (!this.open) return;
    this.#state = 'closed';
    void this.#end();
    this.#socket.terminate();
    this.#listener.failed(failure);
  }

  #end(): Promise<void> | undefined {
    clearInterval(this.#pinging);
    this.#preRoll.length = 0;
    return this.#protocol.close();
  }
}
