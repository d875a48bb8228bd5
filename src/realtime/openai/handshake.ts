// How a session begins: the service sends session.created, Parley its session.update in the dialect that is
// configured or recognised, and the service confirms it. A refused dialect is replaced by the other one, once. Pure.

import type { ConnectionListener } from '../../core/ports.ts';
import { dialectOf, dialectOfRefusal, type ServerEvent, type ServiceError } from './server-event.ts';
import { wordsOf } from './service-errors.ts';
import { type Dialect, type OpenAiOptions, sessionUpdate } from './session-update.ts';

interface HandshakeOptions extends Pick<OpenAiOptions, 'dialect' | 'session'> {
  /** @returns the event_id */
  send(type: string, fields: object): string;
  readonly listener: Pick<ConnectionListener, 'notice' | 'failed'>;
}

export class Handshake {
  readonly #options: HandshakeOptions;
  #awaited: 'session.created' | 'session.updated' | undefined = 'session.created';
  #dialect: Dialect = 'ga';
  #sessionId = '';
  #updates = 0;
  #updateId = '';

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /** The event that the session waits for; undefined when it is ready. */
  get awaited(): string | undefined {
    return this.#awaited;
  }

  /** For the log. */
  get facts(): string {
    return `session ${this.#sessionId}, dialect ${this.#dialect}`;
  }

  created({ session }: ServerEvent): void {
    if (this.#awaited !== 'session.created') return;
    const id = session?.['id'];
    this.#sessionId = typeof id === 'string' ? id : 'without an id';
    const { dialect } = this.#options;
    this.#update(dialect === 'auto' ? (dialectOf(session) ?? 'ga') : dialect);
  }

  /** @returns true the first time */
  updated(): boolean {
    if (this.#awaited !== 'session.updated') return false;
    this.#awaited = undefined;
    return true;
  }

  /** @returns false where the error was not about our session.update */
  refused(error: ServiceError): boolean {
    if (this.#awaited !== 'session.updated' || !this.#isOurs(error)) return false;
    const { dialect, listener } = this.#options;
    const other = dialectOfRefusal(error);
    if (dialect === 'auto' && this.#updates === 1 && other !== undefined && other !== this.#dialect) {
      listener.notice({
        code: 'dialect-changed',
        sentence: `The service refuses the ${this.#dialect} dialect: trying ${other}.`,
      });
      this.#update(other);
      return true;
    }
    const field = error.param === '' ? 'our session' : `${error.param} in our session`;
    const table = /\btools\b/.test(error.param) ? '[[tool]] or [[mcp]]' : '[realtime]';
    listener.failed({
      code: 'session-refused',
      severity: 'permanent',
      sentence: `The service refuses ${field}: ${wordsOf(error)}. Change it under ${table}.`,
    });
    return true;
  }

  #isOurs({ eventId, param }: ServiceError): boolean {
    return eventId === this.#updateId || eventId === '' || param.startsWith('session');
  }

  #update(dialect: Dialect): void {
    const { session, send, listener } = this.#options;
    if (dialect === 'beta' && session.servers.length > 0)
      listener.notice({
        code: 'mcp-unsupported',
        sentence: 'The service speaks the beta dialect, which has no MCP: [[mcp]] is left out.',
      });
    this.#dialect = dialect;
    this.#updates += 1;
    this.#awaited = 'session.updated';
    this.#updateId = send('session.update', { session: sessionUpdate(dialect, session) });
  }
}
