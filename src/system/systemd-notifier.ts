// Reports to systemd: READY=1 first, then each status and, for the watchdog, WATCHDOG=1 in the order in which
// they are due, STOPPING=1 last. The watchdog is fed only while Parley works: otherwise a restart helps.
// One message is sent at a time, and of several statuses that wait only the newest is sent.
// Node cannot send Unix datagrams: the package and the program `systemd-notify` do. Without NOTIFY_SOCKET there
// is no service manager, and nothing is sent.

import { setTimeout as sleep } from 'node:timers/promises';
import notify from 'systemd-notify';
import { errorMessage } from '../core/errors.ts';
import type { Log, Notifier } from '../core/ports.ts';
import { childEnvironment, runCommand } from './child-process.ts';

/** systemd-notify gives up after five seconds; Parley's end does not wait for that. */
const SEND_TIMEOUT_MS = 1000;
/** A single failed check may be due to a change of phase. */
const BAD_CHECKS_BEFORE_RESTART = 2;

type Environment = Readonly<Record<string, string | undefined>>;

const silent: Notifier = {
  ready: () => undefined,
  status: () => undefined,
  stop: () => Promise.resolve(),
};

/** A third of what the manager allows between two WATCHDOG=1; undefined where it expects none. */
const watchdogIntervalMs = (environment: Environment): number | undefined => {
  const pid = environment['WATCHDOG_PID'];
  if (pid !== undefined && Number(pid) !== process.pid) return undefined;
  const timeoutUs = Number(environment['WATCHDOG_USEC']);
  return timeoutUs > 0 ? Math.max(1, timeoutUs / 3000) : undefined;
};

type Notification = Parameters<typeof notify>[0];

/** The package passes `process.env` to its child: while it spawns, that is without secrets. */
const notifyWithoutSecrets = (socket: string, notification: Notification): Promise<unknown> => {
  const whole = process.env;
  process.env = { ...childEnvironment(), NOTIFY_SOCKET: socket };
  try {
    return notify(notification);
  } finally {
    process.env = whole;
  }
};

/** For the messages that the package does not have. */
const send = async (socket: string, message: string): Promise<void> => {
  const options = { env: { NOTIFY_SOCKET: socket }, timeoutMs: SEND_TIMEOUT_MS };
  const { code, stderr } = await runCommand('systemd-notify', [message], options);
  if (code !== 0) throw new Error(stderr === '' ? `exit code ${code ?? 'none'}` : stderr);
};

export interface NotifierOptions {
  /** Removes secrets from a status, which becomes an argument of a program: every user can read those. */
  readonly mask: (text: string) => string;
  /** What does not work, in a few words; undefined where all works. Called before each WATCHDOG=1. */
  readonly problem: () => string | undefined;
}

export const watchdogNotFed = (problem = ''): string =>
  `Parley hangs (${problem}): the watchdog of systemd will restart it.`;

export const systemdNotNotified = (why: string): string =>
  `systemd cannot be notified (${why}): check that systemd-notify is installed.`;

type Message = 'ready' | 'status' | 'watchdog';

class SystemdNotifier implements Notifier {
  readonly #socket: string;
  readonly #log: Log;
  readonly #options: NotifierOptions;
  readonly #intervalMs: number | undefined;
  /** What is to be sent, in order. */
  readonly #queue = new Set<Message>();
  #badChecks = 0;
  #isReady = false;
  #status = '';
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;
  #warned = false;

  constructor(socket: string, environment: Environment, log: Log, options: NotifierOptions) {
    this.#socket = socket;
    this.#intervalMs = watchdogIntervalMs(environment);
    this.#log = log;
    this.#options = options;
  }

  ready(): void {
    if (this.#isReady || this.#stopped !== undefined) return;
    this.#isReady = true;
    if (this.#intervalMs !== undefined)
      this.#timer = setInterval(() => this.#feedWatchdog(), this.#intervalMs);
    this.#sendSoon('ready');
  }

  status(text: string): void {
    // A message is lines of NAME=VALUE.
    this.#status = this.#options.mask(text).replaceAll(/\p{C}+/gu, ' ');
    this.#sendSoon('status');
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  #feedWatchdog(): void {
    const problem = this.#options.problem();
    this.#badChecks = problem === undefined ? 0 : this.#badChecks + 1;
    if (this.#badChecks < BAD_CHECKS_BEFORE_RESTART) this.#sendSoon('watchdog');
    else if (this.#badChecks === BAD_CHECKS_BEFORE_RESTART)
      this.#log.error({ code: 'watchdog-not-fed' }, watchdogNotFed(problem));
  }

  #sendSoon(message: Message): void {
    this.#queue.add(message);
    this.#sendNext();
  }

  /** Sends one message at a time, and nothing before READY. */
  #sendNext(): void {
    if (this.#sending !== undefined || this.#stopped !== undefined || !this.#isReady) return;
    const [next] = this.#queue.has('ready') ? ['ready' as const] : this.#queue;
    if (next === undefined) return;
    const message = this.#take(next);
    // Twice: a signal to the whole service may have hit systemd-notify.
    this.#sending = this.#try(() => message().catch(message)).then(() => {
      this.#sending = undefined;
      this.#sendNext();
    });
  }

  #take(next: Message): () => Promise<unknown> {
    this.#queue.delete(next);
    if (next === 'watchdog') return () => send(this.#socket, 'WATCHDOG=1');
    const notification = {
      ...(next === 'ready' ? { ready: true } : {}),
      ...(next === 'status' || this.#queue.delete('status') ? { status: this.#status } : {}),
    };
    return () => notifyWithoutSecrets(this.#socket, notification);
  }

  async #try(message: () => Promise<unknown>): Promise<void> {
    try {
      await message();
    } catch (error) {
      if (this.#warned) return;
      this.#warned = true;
      this.#log.warn({ code: 'systemd-not-notified' }, systemdNotNotified(errorMessage(error)));
    }
  }

  async #end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.race([this.#sending, sleep(SEND_TIMEOUT_MS, undefined, { ref: false })]);
    await this.#try(() => send(this.#socket, 'STOPPING=1'));
  }
}

/**
 * A notifier for the service manager that `environment` names, usually `process.env`.
 * It logs the codes watchdog-not-fed and systemd-not-notified.
 */
export const createNotifier = (environment: Environment, log: Log, options: NotifierOptions): Notifier => {
  const socket = environment['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return silent;
  return new SystemdNotifier(socket, environment, log, options);
};
