// The connection to the service, one step at a time, so that the first step that fails names the cause: name,
// connection, encryption, session. The last one tells whether the service accepts the key and the model, and how long
// it takes until it listens; it uses the code that the assistant uses, and sends no audio.

import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { errorCode, errorMessage } from '../../core/errors.ts';
import type { Clock, Connect } from '../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';
import { networkFailure } from '../../system/network-error.ts';
import { type Check, createCheck, type Finding, fail, findingFromError, pass, skip, warn } from '../check.ts';
import { withTimeLimit } from '../time-limit.ts';

export interface Target {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

const STEP_LIMIT_MS = 5000;
const MIN_CERTIFICATE_DAYS = 7;
const DAY_MS = 86_400_000;

export const targetOf = (url: string): Target => {
  const { hostname, port, protocol } = new URL(url);
  const secure = protocol === 'wss:';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    secure,
  };
};

const nameOf = ({ host, port }: Target): string => `${host} port ${port}`;

const noTls = (target: Target, symptom: string): Finding => {
  const remedy = 'Does it speak TLS there, or should url under [realtime] begin with ws://?';
  return fail('tls-not-spoken', `${nameOf(target)} ${symptom}`, remedy);
};

const failed = (code: string, target: Target, error: unknown): Finding => {
  const reason = errorCode(error) ?? errorMessage(error);
  if (reason.startsWith('ERR_SSL')) return noTls(target, 'answers with something else than TLS');
  const failure = networkFailure(error, target.host, 'url under [realtime]');
  return findingFromError(failure, code, `${nameOf(target)}: ${reason}`);
};

const withCode = (code: string): Error => Object.assign(new Error(code), { code });

/** @throws the code ETIMEDOUT after five seconds, as the system would */
const inTime = <Result>(work: Promise<Result>, clock?: Clock): Promise<Result> =>
  withTimeLimit(work, STEP_LIMIT_MS, () => Promise.reject(withCode('ETIMEDOUT')), clock);

const sinceMs = (startMs: number): string => `${Math.round(performance.now() - startMs)} ms`;

export const dnsCheck = (target: Target, resolve: typeof lookup = lookup): Check =>
  createCheck('dns', async () => {
    const { host } = target;
    if (isIP(host) !== 0) return skip('dns-not-needed', `${host} is an address and needs none`);
    if (/(^|\.)localhost$/.test(host)) return skip('dns-not-needed', `${host} needs none`);
    const startMs = performance.now();
    try {
      const addresses = await inTime(resolve(host, { all: true }));
      const [first] = addresses;
      const more = addresses.length > 1 ? ` and ${addresses.length - 1} more` : '';
      return pass('dns-resolved', `${host} is ${first?.address ?? 'unknown'}${more}, ${sinceMs(startMs)}`);
    } catch (error) {
      return failed('dns-failed', target, error);
    }
  });

/** @throws what the system reports, ETIMEDOUT after five seconds */
const untilEvent = (socket: Socket, event: 'connect' | 'secureConnect', clock?: Clock): Promise<void> =>
  inTime(
    new Promise<void>((resolve, reject) => {
      socket.once(event, resolve);
      // Stays: a later error without a listener would end the program.
      socket.on('error', reject);
      socket.once('close', () => reject(withCode('ECONNRESET')));
    }),
    clock,
  );

export const tcpCheck = (target: Target): Check =>
  createCheck('tcp', async () => {
    const { host, port } = target;
    const startMs = performance.now();
    const socket = connect({ host, port });
    try {
      await untilEvent(socket, 'connect');
      return pass('tcp-connected', `${socket.remoteAddress ?? host} port ${port}, ${sinceMs(startMs)}`);
    } catch (error) {
      return failed('tcp-failed', target, error);
    } finally {
      socket.destroy();
    }
  });

/** @param until the end of its validity */
export const judgeCertificate = (until: Date, protocol: string, handshake: string): Finding => {
  const days = Math.floor((until.getTime() - Date.now()) / DAY_MS);
  const detail = `${protocol}, certificate valid until ${until.toISOString().slice(0, 10)}, ${handshake}`;
  if (days >= MIN_CERTIFICATE_DAYS) return pass('tls-working', detail);
  const remedy = `Its certificate expires in ${days} days: renew it on the service.`;
  return warn('certificate-expiring', detail, remedy);
};

export const tlsCheck = (target: Target, clock?: Clock): Check =>
  createCheck('tls', async () => {
    if (!target.secure) return skip('tls-not-used', 'not encrypted: the url begins with ws://');
    const { host, port } = target;
    const plain = connect({ host, port });
    try {
      await untilEvent(plain, 'connect', clock);
      const startMs = performance.now();
      const socket = connectTls({ socket: plain, ...(isIP(host) === 0 ? { servername: host } : { host }) });
      await untilEvent(socket, 'secureConnect', clock);
      const until = new Date(socket.getPeerCertificate().valid_to);
      return judgeCertificate(until, socket.getProtocol() ?? 'TLS', `handshake ${sinceMs(startMs)}`);
    } catch (error) {
      return errorCode(error) === 'ETIMEDOUT'
        ? noTls(target, 'accepts the connection and does not answer')
        : failed('tls-failed', target, error);
    } finally {
      plain.destroy();
    }
  });

/** @throws ConfigError where a header needs a key and there is none */
type Connector = (onOpen: () => void) => Connect;

const CLOSING_LIMIT_MS = 5000;

const open = async (connector: Connector, limitMs: number, clock: Clock): Promise<Finding> => {
  const startMs = performance.now();
  let opened: string | undefined;
  const unfinished = (): string =>
    opened === undefined
      ? `not open, ended after ${sinceMs(startMs)}`
      : `open after ${opened}, no session after ${sinceMs(startMs)}`;
  const ready = (reason: string): Finding => {
    // Without the id of the session.
    const facts = reason.replace(/^session .*, /, '');
    return pass('session-ready', `open after ${opened}, session.updated after ${sinceMs(startMs)}, ${facts}`);
  };
  let finish: (finding: Finding) => void = () => undefined;
  const finished = new Promise<Finding>((resolve) => {
    finish = resolve;
  });
  const connection = connector(() => {
    opened = sinceMs(startMs);
  })({
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
  const late = (): Finding => {
    const remedy =
      'Is url under [realtime] that of a Realtime API? It may also be busy, or loading its model.';
    return fail('session-timeout', `${unfinished()}: waited for ${connection.waitingFor()}`, remedy);
  };
  return withTimeLimit(finished, limitMs, late, clock).finally(() => connection.close());
};

/** @param limitMs as long as the assistant waits after a press */
export const sessionCheck = (connector: Connector, limitMs: number, clock = systemClock): Check =>
  createCheck('session', () => open(connector, limitMs, clock), { limitMs: limitMs + CLOSING_LIMIT_MS });
