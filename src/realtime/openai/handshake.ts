// How a session begins: the service says session.created, we send our session.update in the dialect asked for or
// recognised, and the service confirms it. One that refuses our dialect is tried in the other one, once. Pure.

import { dialectOf, dialectOfRefusal, type ServerEvent, type ServiceError } from './server-event.ts';
import { inWords } from './service-errors.ts';
import { type Dialect, type SessionOptions, sessionUpdate } from './session-update.ts';

export interface HandshakeOptions {
  readonly dialect: Dialect | 'auto';
  readonly session: SessionOptions;
  /** @returns the event_id */
  send(type: string, fields: object): string;
  notice(sentence: string): void;
  failed(sentence: string): void;
}

/** What is waited for. */
export type Stage = 'session.created' | 'session.updated' | 'ready';

export class Handshake {
  readonly #options: HandshakeOptions;
  #stage: Stage = 'session.created';
  #dialect: Dialect = 'ga';
  #sessionId = '';
  #updates = 0;
  #updateId = '';

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** For the log. */
  get facts(): string {
    return `session ${this.#sessionId}, dialect ${this.#dialect}`;
  }

  created({ session }: ServerEvent): void {
    if (this.#stage !== 'session.created') return;
    const id = session?.['id'];
    this.#sessionId = typeof id === 'string' ? id : 'without an id';
    const { dialect } = this.#options;
    this.#update(dialect === 'auto' ? (dialectOf(session) ?? 'ga') : dialect);
  }

  /** @returns true the first time */
  updated(): boolean {
    if (this.#stage !== 'session.updated') return false;
    this.#stage = 'ready';
    return true;
  }

  /** @returns false where it was not about our session.update */
  refused(error: ServiceError): boolean {
    if (this.#stage !== 'session.updated' || !this.#isAboutUs(error)) return false;
    const { dialect, notice, failed } = this.#options;
    const other = dialectOfRefusal(error);
    if (dialect === 'auto' && this.#updates === 1 && other !== undefined && other !== this.#dialect) {
      notice(`The service speaks the ${other} dialect after all.`);
      this.#update(other);
      return true;
    }
    const field = error.param === '' ? 'our session' : `${error.param} in our session`;
    const table = /\btools\b/.test(error.param) ? '[[tool]] or [[mcp]]' : '[realtime]';
    failed(`The service refuses ${field}: ${inWords(error)}. Change it under ${table}.`);
    return true;
  }

  #isAboutUs({ eventId, param }: ServiceError): boolean {
    return eventId === this.#updateId || eventId === '' || param.startsWith('session');
  }

  #update(dialect: Dialect): void {
    const { session, send, notice } = this.#options;
    if (dialect === 'beta' && session.servers.length > 0)
      notice('The service speaks the beta dialect, which knows no MCP: [[mcp]] is left out.');
    this.#dialect = dialect;
    this.#updates += 1;
    this.#stage = 'session.updated';
    this.#updateId = send('session.update', { session: sessionUpdate(dialect, session) });
  }
}
