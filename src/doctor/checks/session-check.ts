// Whether the service accepts the key and the model, and how long it takes until it listens. Opens one session,
// with the code that the assistant uses, and sends no audio.

import type { Failure } from '../../core/errors.ts';
import type { Clock, Connect, ConnectionListener } from '../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';
import { type Check, createCheck, type Finding, fail, pass } from '../check.ts';
import { findingFromError } from '../finding-from-error.ts';

export interface SessionOptions {
  /** @throws ConfigError where a header needs a key and there is none */
  readonly connector: (onOpen: () => void) => Connect;
  /** As long as the assistant waits after a press. */
  readonly limitMs: number;
  readonly clock?: Clock;
}

const CLOSING_LIMIT_MS = 5000;

/** The times of the handshake, in words. */
class Stopwatch {
  readonly #startMs = performance.now();
  #openedMs: number | undefined;

  opened(): void {
    this.#openedMs = this.#now();
  }

  #now(): number {
    return Math.round(performance.now() - this.#startMs);
  }

  ready(): string {
    return `open after ${this.#openedMs} ms, session.updated after ${this.#now()} ms`;
  }

  failed(): string {
    return this.#openedMs === undefined
      ? `not open, ended after ${this.#now()} ms`
      : `open after ${this.#openedMs} ms, no session after ${this.#now()} ms`;
  }
}

const listenerFor = (watch: Stopwatch, finish: (finding: Finding) => void): ConnectionListener => ({
  event: (event, reason) => {
    if (event !== 'sessionReady') return;
    // Without the id of the session.
    const facts = reason.replace(/^session .*, /, '');
    finish(pass('session-ready', `${watch.ready()}, ${facts}`));
  },
  failed: (failure: Failure | string) => finish(findingFromError(failure, 'session-failed', watch.failed())),
  notice: () => undefined,
  audio: () => undefined,
  called: () => undefined,
  transcript: () => undefined,
});

const open = ({ connector, limitMs, clock = systemClock }: SessionOptions): Promise<Finding> =>
  new Promise((resolve) => {
    const watch = new Stopwatch();
    const finish = (finding: Finding): void => {
      cancelLimit();
      void connection.close().then(() => resolve(finding));
    };
    const connection = connector(() => watch.opened())(listenerFor(watch, finish));
    const cancelLimit = clock.after(limitMs, () => {
      const detail = `${watch.failed()}: waited for ${connection.waitingFor()}`;
      const remedy =
        'Is url under [realtime] that of a Realtime API? It may also be busy, or loading its model.';
      finish(fail('session-timeout', detail, remedy));
    });
  });

export const sessionCheck = (options: SessionOptions): Check =>
  createCheck('session', () => open(options), { limitMs: options.limitMs + CLOSING_LIMIT_MS });
