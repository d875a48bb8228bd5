// Whether the service accepts the key and the model, and how long it takes until it listens. Opens one session,
// with the code that the assistant uses, and sends no audio.

import type { Clock, Connect } from '../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';
import { type Check, createCheck, type Finding, fail, findingFromError, pass } from '../check.ts';

export interface SessionOptions {
  /** @throws ConfigError where a header needs a key and there is none */
  readonly connector: (onOpen: () => void) => Connect;
  /** As long as the assistant waits after a press. */
  readonly limitMs: number;
  readonly clock?: Clock;
}

const CLOSING_LIMIT_MS = 5000;

const open = ({ connector, limitMs, clock = systemClock }: SessionOptions): Promise<Finding> =>
  new Promise((resolve) => {
    const startMs = performance.now();
    const elapsed = (): string => `${Math.round(performance.now() - startMs)} ms`;
    let opened: string | undefined;
    const unfinished = (): string =>
      opened === undefined
        ? `not open, ended after ${elapsed()}`
        : `open after ${opened}, no session after ${elapsed()}`;
    const finish = (finding: Finding): void => {
      cancelLimit();
      void connection.close().then(() => resolve(finding));
    };
    const ready = (reason: string): Finding => {
      // Without the id of the session.
      const facts = reason.replace(/^session .*, /, '');
      return pass('session-ready', `open after ${opened}, session.updated after ${elapsed()}, ${facts}`);
    };
    const connect = connector(() => {
      opened = elapsed();
    });
    const connection = connect({
      event: (event, reason) => {
        if (event === 'sessionReady') finish(ready(reason));
      },
      failed: (failure) => finish(findingFromError(failure, 'session-failed', unfinished())),
      notice: () => undefined,
      audio: () => undefined,
      callsMade: () => undefined,
      usage: () => undefined,
      transcript: () => undefined,
    });
    const cancelLimit = clock.after(limitMs, () => {
      const detail = `${unfinished()}: waited for ${connection.waitingFor()}`;
      const remedy =
        'Is url under [realtime] that of a Realtime API? It may also be busy, or loading its model.';
      finish(fail('session-timeout', detail, remedy));
    });
  });

export const sessionCheck = (options: SessionOptions): Check =>
  createCheck('session', () => open(options), { limitMs: options.limitMs + CLOSING_LIMIT_MS });
