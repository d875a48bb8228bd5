// What no look at the network can tell: whether the service takes the key and the model, and how long it
// needs until it listens. One session, opened by the very code that the service uses, without a sound in it.

import type { Connect, ConnectionListener } from '../../core/ports.ts';
import { type Check, type Finding, fail, pass } from '../check.ts';

export interface SessionOptions {
  /** @throws ConfigError where a header needs a key and there is none */
  readonly connector: (onOpen: () => void) => Connect;
  /** As long as a person would wait after a press. */
  readonly limitMs: number;
}

const spareMs = 5000;

/** When things happened, as words. */
class Stopwatch {
  readonly #began = performance.now();
  #openedMs: number | undefined;

  opened(): void {
    this.#openedMs = this.#now();
  }

  #now(): number {
    return Math.round(performance.now() - this.#began);
  }

  ready(): string {
    return `open after ${this.#openedMs} ms, session.updated after ${this.#now()} ms`;
  }

  failed(): string {
    return this.#openedMs === undefined
      ? `not open, given up after ${this.#now()} ms`
      : `open after ${this.#openedMs} ms, no session after ${this.#now()} ms`;
  }
}

const listenerFor = (watch: Stopwatch, outcome: (finding: Finding) => void): ConnectionListener => ({
  event: (event, reason) => {
    // The id of the session is of use to nobody here.
    if (event === 'sessionReady') outcome(pass(`${watch.ready()}, ${reason.replace(/^session .*, /, '')}`));
  },
  failed: ({ sentence }) => outcome(fail(watch.failed(), sentence)),
  notice: () => undefined,
  audio: () => undefined,
  usage: () => undefined,
  callsMade: () => undefined,
  transcript: () => undefined,
});

const open = ({ connector, limitMs }: SessionOptions): Promise<Finding> =>
  new Promise((resolve) => {
    const watch = new Stopwatch();
    const outcome = (finding: Finding): void => {
      clearTimeout(limit);
      void connection.close().then(() => resolve(finding));
    };
    const connection = connector(() => watch.opened())(listenerFor(watch, outcome));
    const limit = setTimeout(() => {
      const waitedFor = `waited for ${connection.waitingFor()}`;
      const remedy =
        'Is url under [realtime] that of a Realtime API? It may also be busy, or loading its model.';
      outcome(fail(`${watch.failed()}: ${waitedFor}`, remedy));
    }, limitMs);
  });

export const sessionCheck = (options: SessionOptions): Check => ({
  id: 'session',
  title: 'Session',
  limitMs: options.limitMs + spareMs,
  run: () => open(options),
});
