// The way to the service, a step at a time, so that the first one that fails tells what is wrong: its name,
// the way there, the encryption. What is spoken over it is the business of session-check.ts. The addresses
// are those that the service itself would be reached by.

import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { errorCode, errorMessage } from '../../core/errors.ts';
import { networkFailure } from '../../system/network-error.ts';
import { type Check, type Finding, fail, pass, skip, warn } from '../check.ts';

export interface Target {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

const stepLimitMs = 5000;
const shortNoticeDays = 7;
const dayMs = 86_400_000;

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

const noTls = (target: Target, what: string): Finding =>
  fail(
    `${nameOf(target)} ${what}`,
    'Does it speak TLS there, or should url under [realtime] begin with ws://?',
  );

const failed = (target: Target, error: unknown): Finding => {
  const known = error instanceof Error ? error : new Error(String(error));
  if (errorCode(known)?.startsWith('ERR_SSL')) return noTls(target, 'answers with something else than TLS');
  return fail(
    `${nameOf(target)}: ${errorCode(known) ?? errorMessage(known)}`,
    networkFailure(known, target.host, 'url under [realtime]').sentence,
  );
};

/** An error as the system would have it. */
const tooLate = (): Error => Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });

const within = async <Thing>(work: Promise<Thing>): Promise<Thing> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), stepLimitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const sinceMs = (began: number): string => `${Math.round(performance.now() - began)} ms`;

export const dnsCheck = (target: Target): Check => ({
  id: 'dns',
  title: 'DNS',
  run: async () => {
    const { host } = target;
    if (isIP(host) !== 0) return skip(`${host} is an address and needs none`);
    if (/(^|\.)localhost$/.test(host)) return skip(`${host} needs none`);
    const began = performance.now();
    try {
      const found = await within(lookup(host, { all: true }));
      const [first] = found;
      const more = found.length > 1 ? ` and ${found.length - 1} more` : '';
      return pass(`${host} is ${first?.address ?? 'unknown'}${more}, ${sinceMs(began)}`);
    } catch (error) {
      return failed(target, error);
    }
  },
});

/** @throws what the system says, ETIMEDOUT after five seconds */
const settled = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  within(
    new Promise<void>((resolve, reject) => {
      socket.once(event, resolve);
      // Also after that: an error without a listener would end the program.
      socket.on('error', reject);
      socket.once('close', () => reject(Object.assign(new Error('hung up'), { code: 'ECONNRESET' })));
    }),
  );

export const tcpCheck = (target: Target): Check => ({
  id: 'tcp',
  title: 'TCP',
  run: async () => {
    const { host, port } = target;
    const began = performance.now();
    const socket = connect({ host, port });
    try {
      await settled(socket, 'connect');
      return pass(`${socket.remoteAddress ?? host} port ${port}, ${sinceMs(began)}`);
    } catch (error) {
      return failed(target, error);
    } finally {
      socket.destroy();
    }
  },
});

const judgeCertificate = (socket: TLSSocket, handshake: string): Finding => {
  const until = new Date(socket.getPeerCertificate().valid_to);
  const days = Math.floor((until.getTime() - Date.now()) / dayMs);
  const detail =
    `${socket.getProtocol() ?? 'TLS'}, certificate valid until ` +
    `${until.toISOString().slice(0, 10)}, ${handshake}`;
  return days < shortNoticeDays
    ? warn(detail, `Its certificate runs out in ${days} days: renew it on the service.`)
    : pass(detail);
};

export const tlsCheck = (target: Target): Check => ({
  id: 'tls',
  title: 'TLS',
  run: async () => {
    if (!target.secure) return skip('not encrypted: the url begins with ws://');
    const { host, port } = target;
    const plain = connect({ host, port });
    try {
      await settled(plain, 'connect');
      const began = performance.now();
      const socket = connectTls({ socket: plain, ...(isIP(host) === 0 ? { servername: host } : { host }) });
      await settled(socket, 'secureConnect');
      return judgeCertificate(socket, `handshake ${sinceMs(began)}`);
    } catch (error) {
      return errorCode(error) === 'ETIMEDOUT'
        ? noTls(target, 'takes the connection and says nothing')
        : failed(target, error);
    } finally {
      plain.destroy();
    }
  },
});
