// How a session begins: the service greets, Parley sends its session.update in the dialect that is configured or
// recognised, and the service confirms it. A dialect or a setting that the service refuses is replaced or left out,
// once, and the sessions after it begin that way. Pure but for the clock that it is given.

import type { Clock, ConnectionListener } from '../../core/ports.ts';
import { dialectOf, dialectOfRefusal, type ServerEvent, type ServiceError } from './server-event.ts';
import { wordsOf } from './service-errors.ts';
import { type Dialect, isNeeded, type OpenAiOptions, sessionUpdate } from './session-update.ts';

/** What earlier sessions have found out about the service. */
export interface Learned {
  dialect: Dialect | undefined;
  /** Paths below `session` that it refuses, such as "audio.input.noise_reduction". */
  readonly omitted: Set<string>;
}

interface HandshakeOptions extends Pick<OpenAiOptions, 'dialect' | 'session' | 'unconfirmedAfterMs'> {
  readonly learned: Learned;
  readonly clock: Clock;
  /** @returns the event_id */
  send(type: string, fields: object): string;
  readonly listener: Pick<ConnectionListener, 'notice' | 'failed'>;
  /** The session is confirmed, or is taken for it. Once. */
  ready(): void;
}

/** A service that waits for our first message says nothing within this time. */
const GREETING_MS = 3000;
/** An error that names no message of ours may stand beside an update that was taken. */
const OBJECTION_MS = 2000;

export class Handshake {
  readonly #options: HandshakeOptions;
  #awaited: 'session.created' | 'session.updated' | undefined = 'session.created';
  #dialect: Dialect = 'ga';
  #sessionId = '';
  #updates = 0;
  #updateId = '';
  /** Errors that name no message of ours, since the last update. */
  #objections: ServiceError[] = [];
  #cancelTimer = (): void => undefined;
  #cancelObjection = (): void => undefined;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /** The event that the session waits for; undefined when it is ready. */
  get awaited(): string | undefined {
    return this.#awaited;
  }

  /** For the log. */
  get facts(): string {
    return `session ${this.#sessionId || 'without an id'}, dialect ${this.#dialect}`;
  }

  /** The socket is open. */
  opened(): void {
    this.#cancelTimer = this.#options.clock.after(GREETING_MS, () => {
      if (this.#awaited === 'session.created') this.#begin(undefined);
    });
  }

  /** The service greets: session.created, or conversation.created, which has no session. */
  greeted({ session }: ServerEvent): void {
    const id = session?.['id'];
    if (typeof id === 'string') this.#sessionId = id;
    if (this.#awaited === 'session.created') this.#begin(session);
    else if (this.#awaited === 'session.updated' && session !== undefined) this.#shownLate(session);
  }

  updated(): void {
    if (this.#awaited !== 'session.updated') return;
    for (const error of this.#objections) {
      this.#options.listener.notice({
        code: 'setting-ignored',
        sentence: `The service confirms the session, and does not take all of it. It says: ${wordsOf(error)}`,
      });
    }
    this.#becomeReady();
  }

  /** @returns false where the error was not about our session.update */
  refused(error: ServiceError): boolean {
    if (this.#awaited !== 'session.updated') return false;
    const isOurs =
      error.eventId === this.#updateId ||
      error.param.startsWith('session') ||
      (error.eventId === '' && dialectOfRefusal(error) !== undefined);
    if (isOurs) this.#resolve(error);
    else if (error.eventId === '') this.#object(error);
    return isOurs || error.eventId === '';
  }

  close(): void {
    this.#cancelTimer();
    this.#cancelObjection();
  }

  #begin(session: ServerEvent['session']): void {
    const { dialect, learned } = this.#options;
    this.#update(dialect === 'auto' ? (learned.dialect ?? dialectOf(session) ?? 'ga') : dialect);
  }

  /** The update went before the greeting, and perhaps in the wrong dialect. */
  #shownLate(session: ServerEvent['session']): void {
    const shown = dialectOf(session);
    if (
      this.#options.dialect === 'auto' &&
      this.#updates === 1 &&
      shown !== undefined &&
      shown !== this.#dialect
    )
      this.#update(shown);
  }

  #object(error: ServiceError): void {
    this.#objections.push(error);
    this.#cancelObjection();
    this.#cancelObjection = this.#options.clock.after(OBJECTION_MS, () => this.#resolve(error));
  }

  /** Another dialect, or without the field; otherwise the session cannot begin. */
  #resolve(error: ServiceError): void {
    const { dialect, listener, learned } = this.#options;
    const other = dialectOfRefusal(error);
    if (dialect === 'auto' && this.#updates === 1 && other !== undefined && other !== this.#dialect) {
      listener.notice({
        code: 'dialect-changed',
        sentence: `The service refuses the ${this.#dialect} dialect: trying ${other}.`,
      });
      learned.dialect = other;
      this.#update(other);
      return;
    }
    const path = pathOf(error);
    if (dialect === 'auto' && path !== undefined && !isNeeded(path) && !learned.omitted.has(path)) {
      listener.notice({
        code: 'setting-left-out',
        sentence: `The service does not take session.${path}: it is left out. It says: ${wordsOf(error)}`,
      });
      learned.omitted.add(path);
      this.#update(this.#dialect);
      return;
    }
    const field = path === undefined ? 'our session' : `session.${path} in our session`;
    const table = /^tools\b/.test(path ?? '') ? '[[tool]] or [[mcp]]' : '[realtime]';
    listener.failed({
      code: 'session-refused',
      severity: 'permanent',
      sentence: `The service refuses ${field}: ${wordsOf(error)}. Change it under ${table}.`,
    });
  }

  #update(dialect: Dialect): void {
    const { session, send, listener, learned, clock, unconfirmedAfterMs } = this.#options;
    if (dialect === 'beta' && session.servers.length > 0)
      listener.notice({
        code: 'mcp-unsupported',
        sentence: 'The service speaks the beta dialect, which has no MCP: [[mcp]] is left out.',
      });
    this.close();
    this.#dialect = dialect;
    this.#updates += 1;
    this.#objections = [];
    this.#awaited = 'session.updated';
    this.#cancelTimer = clock.after(unconfirmedAfterMs, () => this.#unconfirmed());
    this.#updateId = send('session.update', { session: sessionUpdate(dialect, session, learned.omitted) });
  }

  /** Some services take the update without a word. */
  #unconfirmed(): void {
    this.#options.listener.notice({
      code: 'session-unconfirmed',
      sentence:
        'The service did not confirm the session, and may not use its settings: going on; if it does not reply, ' +
        'change dialect or url under [realtime].',
    });
    this.#becomeReady();
  }

  #becomeReady(): void {
    this.close();
    this.#awaited = undefined;
    this.#options.ready();
  }
}

/** The field that an error is about, below `session`. */
const pathOf = ({ param, message }: ServiceError): string | undefined =>
  /^session\.([\w.[\]]+)$/.exec(param)?.[1] ?? /\bsession\.([\w.]*\w)/.exec(message)?.[1];
