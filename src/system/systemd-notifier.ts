// The service manager is told: READY once, then statuses, signs of life for its watchdog (while nothing is
// amiss: what a restart cures must end in one), STOPPING last.
// One message is on its way at a time; of the statuses that come meanwhile only the newest is kept.
// Plain Node cannot send Unix datagrams: the package and the program `systemd-notify` do. Without
// NOTIFY_SOCKET nobody listens, and nothing at all happens.

import notify from 'systemd-notify';
import { errorMessage } from '../core/errors.ts';
import type { Log, Notifier } from '../core/ports.ts';
import { Child, childEnvironment } from './child-process.ts';

/** systemd-notify itself gives up after five seconds; the end of the program does not wait for that. */
const STOP_LIMIT_MS = 1000;

type Environment = Readonly<Record<string, string | undefined>>;

const silent: Notifier = {
  ready: () => undefined,
  status: () => undefined,
  stop: () => Promise.resolve(),
};

/** Milliseconds between signs of life: a third of what the manager asks for; undefined where it does not. */
const watchdogPeriodMs = (environment: Environment): number | undefined => {
  const pid = environment['WATCHDOG_PID'];
  if (pid !== undefined && Number(pid) !== process.pid) return undefined;
  const periodUs = Number(environment['WATCHDOG_USEC']);
  return periodUs > 0 ? Math.max(1, periodUs / 3000) : undefined;
};

type Notification = Parameters<typeof notify>[0];

/** The package offers no environment of its own: for the moment of its spawn, ours is without secrets. */
const notifyBare = (socket: string, notification: Notification): Promise<unknown> => {
  const whole = process.env;
  process.env = { ...childEnvironment(), NOTIFY_SOCKET: socket };
  try {
    return notify(notification);
  } finally {
    process.env = whole;
  }
};

/** For the messages that the package does not know. */
const send = (socket: string, message: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = new Child('systemd-notify', [message], {
      env: { NOTIFY_SOCKET: socket },
      onExit: (code, _signal, errors) => {
        clearTimeout(limit);
        if (code === 0) resolve();
        else reject(new Error(errors === '' ? `exit code ${code ?? 'none'}` : errors));
      },
    });
    const limit = setTimeout(() => void child.kill(), STOP_LIMIT_MS);
  });

export interface NotifierOptions {
  /** A status passes it first: it becomes an argument of a program, which everybody may read. */
  readonly mask: (text: string) => string;
  /** What is wrong with us, in words; asked before each sign of life. */
  readonly amiss: () => string | undefined;
}

class SystemdNotifier implements Notifier {
  readonly #socket: string;
  readonly #log: Log;
  readonly #options: NotifierOptions;
  readonly #periodMs: number | undefined;
  /** How many times in a row something was amiss. */
  #amissTimes = 0;
  #ready: 'not yet' | 'wanted' | 'told' = 'not yet';
  #status: string | undefined;
  #signOfLife = false;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;
  #complained = false;

  constructor(socket: string, environment: Environment, log: Log, options: NotifierOptions) {
    this.#socket = socket;
    this.#periodMs = watchdogPeriodMs(environment);
    this.#log = log;
    this.#options = options;
  }

  ready(): void {
    if (this.#ready !== 'not yet' || this.#stopped !== undefined) return;
    this.#ready = 'wanted';
    if (this.#periodMs !== undefined) this.#timer = setInterval(() => this.#feed(), this.#periodMs);
    this.#next();
  }

  status(text: string): void {
    // A message is lines of NAME=VALUE.
    this.#status = this.#options.mask(text).replaceAll(/\p{C}+/gu, ' ');
    this.#next();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  #feed(): void {
    const amiss = this.#options.amiss();
    this.#amissTimes = amiss === undefined ? 0 : this.#amissTimes + 1;
    // A single look may have fallen into a change of phase.
    if (this.#amissTimes >= 2) {
      if (this.#amissTimes === 2)
        this.#log.error({}, `Something is stuck (${amiss}): the watchdog is left to restart Parley.`);
      return;
    }
    this.#signOfLife = true;
    this.#next();
  }

  /** Whatever waits is sent, one message at a time; nothing before READY. */
  #next(): void {
    if (this.#sending !== undefined || this.#stopped !== undefined) return;
    const message = this.#take();
    if (message === undefined) return;
    // Twice: a signal to the whole service may hit the messenger.
    this.#sending = this.#try(() => message().catch(message)).then(() => {
      this.#sending = undefined;
      this.#next();
    });
  }

  #take(): (() => Promise<unknown>) | undefined {
    const status = this.#status === undefined ? {} : { status: this.#status };
    if (this.#ready === 'not yet') return undefined;
    if (this.#ready === 'wanted') {
      this.#ready = 'told';
      this.#status = undefined;
      return () => notifyBare(this.#socket, { ready: true, ...status });
    }
    if (this.#signOfLife) {
      this.#signOfLife = false;
      return () => send(this.#socket, 'WATCHDOG=1');
    }
    if (this.#status === undefined) return undefined;
    this.#status = undefined;
    return () => notifyBare(this.#socket, status);
  }

  async #try(message: () => Promise<unknown>): Promise<void> {
    try {
      await message();
    } catch (error) {
      if (this.#complained) return;
      this.#complained = true;
      const words = errorMessage(error);
      this.#log.warn({}, `systemd cannot be told how Parley is (${words}); is systemd-notify installed?`);
    }
  }

  async #end(): Promise<void> {
    clearInterval(this.#timer);
    const underWay = this.#sending;
    if (underWay !== undefined) await this.#atMost(underWay);
    await this.#try(() => send(this.#socket, 'STOPPING=1'));
  }

  #atMost(sending: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const limit = setTimeout(resolve, STOP_LIMIT_MS);
      void sending.then(() => {
        clearTimeout(limit);
        resolve();
      });
    });
  }
}

const trusting: NotifierOptions = { mask: (text) => text, amiss: () => undefined };

/** A notifier for the manager that `environment` names, usually `process.env`. */
export const createNotifier = (
  environment: Environment,
  log: Log,
  options: Partial<NotifierOptions> = {},
): Notifier => {
  const socket = environment['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return silent;
  return new SystemdNotifier(socket, environment, log, { ...trusting, ...options });
};
