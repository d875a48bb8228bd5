// A connection without a network: what a test lets it say reaches the assistant as from a real connection, and what
// the assistant sends is kept. Used once, as a real one.

import type { Failure } from '../../src/core/errors.ts';
import type {
  Answer,
  Connect,
  Connection,
  ConnectionListener,
  FunctionCall,
  ServiceEvent,
} from '../../src/core/ports.ts';

export class FakeConnection implements Connection {
  readonly #listener: ConnectionListener;
  /** In order: 'clear', 'interrupt 120', 'answer call_1', or a frame. */
  readonly sent: (string | Buffer)[] = [];
  open = true;
  #ready = false;
  #preRoll: Buffer[] = [];

  constructor(listener: ConnectionListener) {
    this.#listener = listener;
  }

  send(pcm: Buffer): void {
    if (this.open) (this.#ready ? this.sent : this.#preRoll).push(pcm);
  }

  clearInput(): void {
    if (this.open && this.#ready) this.sent.push('clear');
  }

  answer({ callId }: Answer): void {
    if (this.open) this.sent.push(`answer ${callId}`);
  }

  interrupt(heardMs: number): void {
    if (this.open) this.sent.push(`interrupt ${heardMs}`);
  }

  waitingFor(): string {
    return 'session.created from nowhere';
  }

  close(): Promise<void> {
    this.open = false;
    return Promise.resolve();
  }

  say(event: ServiceEvent, reason = 'because'): void {
    if (!this.open) return;
    this.#listener.event(event, reason);
    if (event !== 'sessionReady') return;
    this.#ready = true;
    this.sent.push(...this.#preRoll.splice(0));
  }

  /** The reply has ended and has made these calls. */
  call(...calls: readonly Partial<FunctionCall>[]): void {
    if (!this.open) return;
    this.#listener.callsMade(
      calls.map((call) => ({ callId: 'call_1', name: 'do_it', arguments: '{}', ...call })),
      'because',
    );
  }

  sound(pcm: Buffer): void {
    if (this.open) this.#listener.audio(pcm);
  }

  transcript(who: 'person' | 'reply', text: string): void {
    if (this.open) this.#listener.transcript(who, text);
  }

  fail(sentence: string, more: Partial<Failure> = {}): void {
    if (!this.open) return;
    this.open = false;
    this.#listener.failed({ code: 'connection-lost', severity: 'temporary', sentence, ...more });
  }
}

/** Every connection that was made, oldest first. */
export const createFakeService = (): {
  readonly connect: Connect;
  readonly connections: FakeConnection[];
} => {
  const connections: FakeConnection[] = [];
  return {
    connections,
    connect: (listener) => {
      const connection = new FakeConnection(listener);
      connections.push(connection);
      return connection;
    },
  };
};
