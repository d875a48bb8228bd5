// The socket beneath the protocol: one WebSocket, used once. It keeps what is said before the session is
// ready, notices a service that has gone silent, and turns every way in which a network fails into one
// sentence. What the messages mean is the business of ../realtime.

import { type RawData, WebSocket } from 'ws';
import { bytesOfMs } from '../core/pcm.ts';
import type { Answer, Connection, ConnectionListener } from '../core/ports.ts';
import { Protocol } from './openai/protocol.ts';
import { closeSentence, handshakeSentence, networkSentence } from './openai/service-errors.ts';
import type { Dialect, SessionOptions } from './openai/session-update.ts';
import { PreRoll } from './pre-roll.ts';

export interface RealtimeOptions {
  /** Complete, with the model in it. */
  readonly url: string;
  /** With the key in them: never logged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly dialect: Dialect | 'auto';
  readonly session: SessionOptions;
  readonly preRollMs: number;
  readonly handshakeTimeoutMs: number;
  /** A ping every so often; silent for three of these, the service counts as gone. */
  readonly pingMs?: number;
  /** The socket is open; what follows is the protocol. */
  readonly onOpen?: () => void;
}

const mostMessageBytes = 16 * 1024 * 1024;
/** Speech that the network may lag behind, beside the pre-roll. */
const mostLagMs = 30_000;
/** Base64 and JSON make a third more of the bytes. */
const wireFactor = 1.5;
const closeGraceMs = 500;
const cancelGraceMs = 2000;

/** Connects at once; see `Connection` for what it promises. */
export const connectRealtime = (options: RealtimeOptions, listener: ConnectionListener): Connection =>
  new RealtimeConnection(options, listener);

class RealtimeConnection implements Connection {
  readonly #listener: ConnectionListener;
  readonly #socket: WebSocket;
  readonly #protocol: Protocol;
  readonly #preRoll: PreRoll;
  readonly #host: string;
  readonly #mostUnsentBytes: number;
  #over = false;
  #lastSignMs = performance.now();
  #lastNotice = '';
  #pinging: NodeJS.Timeout | undefined;
  #giveUp: NodeJS.Timeout | undefined;

  constructor(options: RealtimeOptions, listener: ConnectionListener) {
    this.#listener = listener;
    this.#host = new URL(options.url).host;
    this.#preRoll = new PreRoll(options.preRollMs);
    this.#mostUnsentBytes = bytesOfMs(options.preRollMs + mostLagMs) * wireFactor;
    this.#protocol = new Protocol(options.dialect, options.session, {
      send: (text) => this.#transmit(text),
      event: (event, reason) => {
        if (!this.#over) listener.event(event, reason);
        // Only now, with the light on: a solid light promises that sound is leaving, so none leaves before.
        if (event === 'sessionReady') this.#sendPreRoll();
      },
      audio: (pcm) => {
        if (!this.#over) listener.audio(pcm);
      },
      called: (calls) => {
        if (!this.#over) listener.called(calls);
      },
      transcript: (who, text) => {
        if (!this.#over) listener.transcript(who, text);
      },
      notice: (sentence) => this.#notice(sentence),
      failed: (sentence) => this.#fail(sentence),
    });
    this.#socket = this.#open(options);
  }

  get open(): boolean {
    return !this.#over;
  }

  send(pcm: Buffer): void {
    if (this.#over) return;
    if (this.#protocol.stage === 'ready') this.#protocol.append(pcm);
    else if (!this.#preRoll.keep(pcm)) this.#notice('The pre-roll is full: the first words are lost.');
  }

  clearInput(): void {
    if (!this.#over) this.#protocol.clearInput();
  }

  answer(answer: Answer): void {
    if (!this.#over) this.#protocol.answer(answer);
  }

  interrupt(heardMs: number): void {
    if (this.#over || !this.#protocol.interrupt(heardMs)) return;
    clearTimeout(this.#giveUp);
    this.#giveUp = setTimeout(() => this.#protocol.giveUp(), cancelGraceMs);
  }

  waitingFor(): string {
    if (this.#socket.readyState === WebSocket.CONNECTING) return `${this.#host} to answer`;
    const { stage } = this.#protocol;
    return stage === 'ready' ? `${this.#host}` : `${stage} from ${this.#host}`;
  }

  close(): Promise<void> {
    this.#finish();
    if (this.#socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      const grace = setTimeout(() => this.#socket.terminate(), closeGraceMs);
      this.#socket.once('close', () => {
        clearTimeout(grace);
        resolve();
      });
      this.#socket.close(1000);
    });
  }

  #open(options: RealtimeOptions): WebSocket {
    const socket = new WebSocket(options.url, {
      headers: options.headers,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: mostMessageBytes,
      handshakeTimeout: options.handshakeTimeoutMs,
    });
    socket.on('open', () => {
      this.#keepAlive(options.pingMs ?? 15_000);
      options.onOpen?.();
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    for (const sign of ['ping', 'pong'] as const) socket.on(sign, () => this.#signOfLife());
    socket.on('unexpected-response', (request, response) => {
      this.#fail(handshakeSentence(this.#host, response.statusCode ?? 0));
      response.resume();
      request.destroy();
    });
    socket.on('error', (error) => this.#fail(networkSentence(this.#host, error)));
    socket.on('close', (code, reason) => this.#fail(closeSentence(code, reason.toString())));
    return socket;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#over) return;
    this.#signOfLife();
    if (isBinary) this.#notice('The service sent a binary message; the protocol has none, so it is ignored.');
    else this.#protocol.receive(data.toString());
  }

  #transmit(text: string): void {
    if (this.#over || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(text);
    if (this.#socket.bufferedAmount > this.#mostUnsentBytes)
      this.#fail(`The network to ${this.#host} is too slow for speech: check the Wi-Fi.`);
  }

  #sendPreRoll(): void {
    for (const pcm of this.#preRoll.drain()) this.#protocol.append(pcm);
  }

  #signOfLife(): void {
    this.#lastSignMs = performance.now();
  }

  // A half-open socket (the Wi-Fi dropped) reports nothing by itself.
  #keepAlive(pingMs: number): void {
    this.#signOfLife();
    this.#pinging = setInterval(() => {
      if (performance.now() - this.#lastSignMs > 3 * pingMs)
        this.#fail(`The service at ${this.#host} has gone silent: check the network, then press again.`);
      else this.#socket.ping();
    }, pingMs);
  }

  #notice(sentence: string): void {
    if (this.#over || sentence === this.#lastNotice) return;
    this.#lastNotice = sentence;
    this.#listener.notice(sentence);
  }

  #fail(sentence: string): void {
    if (this.#over) return;
    this.#finish();
    this.#socket.terminate();
    this.#listener.failed(sentence);
  }

  #finish(): void {
    this.#over = true;
    clearInterval(this.#pinging);
    clearTimeout(this.#giveUp);
    this.#preRoll.drain();
  }
}
