// A bare WebSocket client, for what no library does.

import { type ClientOptions, WebSocket } from 'ws';
import type { WireEvent } from '../../src/parrot/session/session.ts';

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export class Client {
  readonly socket: WebSocket;
  readonly events: WireEvent[] = [];
  readonly closed: Promise<Closed>;
  /** Resolves when the WebSocket is open. */
  readonly opened: Promise<void>;
  readonly #watchers = new Set<() => void>();
  #seen = 0;

  constructor(url: string, options: ClientOptions = {}, protocols: string[] = []) {
    this.socket = new WebSocket(url, protocols, options);
    this.socket.on('message', (data) => {
      this.events.push(JSON.parse(data.toString()));
      for (const watcher of [...this.#watchers]) watcher();
    });
    // A connection that fails also closes; tests look at that.
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.opened = new Promise((resolve) => this.socket.on('open', () => resolve()));
  }

  send(...events: readonly object[]): void {
    for (const event of events) this.socket.send(JSON.stringify(event));
  }

  append(pcm: Buffer, sliceBytes = 4800): void {
    for (let at = 0; at < pcm.length; at += sliceBytes) {
      const audio = pcm.subarray(at, at + sliceBytes).toString('base64');
      this.send({ type: 'input_audio_buffer.append', audio });
    }
  }

  /** The next event of a type, among those after the last one that was returned. */
  next(type: string): Promise<WireEvent> {
    return new Promise((resolve) => {
      const look = (): void => {
        const index = this.events.findIndex((event, i) => i >= this.#seen && event['type'] === type);
        const found = this.events[index];
        if (found === undefined) return;
        this.#seen = index + 1;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }
}
