// Findings on the connection to the service, over real sockets.

import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { parseConfig } from '../../../src/config/config.ts';
import { connector, noOffer } from '../../../src/daemon/create-io.ts';
import type { Finding } from '../../../src/doctor/check.ts';
import { clockCheck } from '../../../src/doctor/checks/clock-check.ts';
import {
  dnsCheck,
  judgeCertificate,
  sessionCheck,
  type Target,
  tcpCheck,
  tlsCheck,
} from '../../../src/doctor/checks/service-checks.ts';
import { createFakeClock, type FakeClock } from '../../fakes/fake-clock.ts';
import { type Script, startScriptedService } from '../../rigs/scripted-service.ts';
import { until } from '../../rigs/until.ts';
import { createCertificate } from '../certificates.ts';
import { findingOn, type Parts } from '../fake-machine.ts';
import type { Case } from './case.ts';

const target = (port: number, host = '127.0.0.1', secure = true): Target => ({ host, port, secure });
const CLOSED_PORT = 9;

/** What is found of a server on this machine, which ends with its connections. */
const at = (create: () => Server, find: (port: number) => Promise<Finding>) => async (): Promise<Finding> => {
  const server = create();
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await find((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
};

/** What is found when the time runs out after this server was asked. */
const late = (
  create: (asked: () => void) => Server,
  limitMs: number,
  find: (port: number, clock: FakeClock) => Promise<Finding>,
) => {
  let asked = false;
  const server = () =>
    create(() => {
      asked = true;
    });
  return at(server, async (port) => {
    const clock = createFakeClock();
    const finding = find(port, clock);
    await until(() => asked, 'the request');
    clock.advance(limitMs);
    return finding;
  });
};

const dns = (host: string) => () => dnsCheck(target(1, host)).run();
const lookup = (result: () => Promise<{ address: string }[]>) => () =>
  dnsCheck(target(443, 'service.example'), result as unknown as Parameters<typeof dnsCheck>[1]).run();
const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });

const tls = (server: () => Server) => at(server, (port) => tlsCheck(target(port)).run());
const answering = (answer: (socket: Socket) => unknown) => () =>
  createServer((socket) => void socket.once('data', () => answer(socket)));
const selfSigned = () =>
  createTlsServer(createCertificate('IP:127.0.0.1', 90)).on('tlsClientError', () => undefined);

const HOUR_MS = 3_600_000;
const certificate = (hours: number) => () =>
  judgeCertificate(new Date(Date.now() + hours * HOUR_MS), 'TLSv1.3', 'handshake 12 ms');

/** A session with a service that follows this script. @param lateAfter where the time runs out after it */
const session = (script: Script, lateAfter?: 'request' | 'open') => async (): Promise<Finding> => {
  const service = await startScriptedService(script);
  const clock = createFakeClock();
  const config = parseConfig(`[realtime]\nurl = "${service.url}"`, 'parley.toml');
  let isOpen = false;
  const connect = (onOpen: () => void) =>
    connector(config, 'sk-1', noOffer, () => {
      onOpen();
      isOpen = true;
    });
  const finding = sessionCheck(connect, 20_000, clock).run();
  if (lateAfter !== undefined) {
    await until(() => (lateAfter === 'open' ? isOpen : service.requests.length > 0), 'the service');
    clock.advance(20_000);
  }
  await finding;
  await until(() => service.sockets().length === 0, 'the end of the connection');
  await service.close();
  return finding;
};
const unknownModel = JSON.stringify({
  type: 'error',
  error: { type: 'invalid_request_error', code: 'model_not_found', message: 'No such model.' },
});

const synchronised: Parts = { programs: { timedatectl: 'yes\n' } };
const notSynchronised: Parts = { programs: { timedatectl: 'no\n' } };
const clockAt = (port: number, parts: Parts, clock?: FakeClock) => {
  const url = `ws://127.0.0.1:${port}/v1/realtime?model=m`;
  return findingOn(parts, (machine) => clockCheck(machine, url, clock));
};

/** A service whose clock is ahead of ours; undefined: its answer has no date. */
const clock = (aheadMs: number | undefined, parts: Parts) => {
  const server = () =>
    createHttpServer((request, response) => {
      response.sendDate = false;
      // A request for the date must carry no key.
      if (request.headers.authorization === undefined && aheadMs !== undefined)
        response.setHeader('Date', new Date(Date.now() + aheadMs).toUTCString());
      response.end();
    });
  return at(server, (port) => clockAt(port, parts));
};

export const cases: Case[] = [
  ['skip', 'dns-not-needed', 'IPv4', dns('127.0.0.1')],
  ['skip', 'dns-not-needed', 'IPv6', dns('::1')],
  ['skip', 'dns-not-needed', 'localhost', dns('localhost')],
  ['skip', 'dns-not-needed', 'a name below localhost', dns('parrot.localhost')],
  ['pass', 'dns-resolved', '', lookup(async () => [{ address: '192.0.2.1' }, { address: '192.0.2.2' }])],
  ['fail', 'dns-failed', '', lookup(() => Promise.reject(notFound))],
  ['pass', 'tcp-connected', '', at(createServer, (port) => tcpCheck(target(port)).run())],
  ['fail', 'tcp-failed', '', () => tcpCheck(target(CLOSED_PORT)).run()],
  ['skip', 'tls-not-used', '', () => tlsCheck(target(1, '127.0.0.1', false)).run()],
  ['fail', 'tls-failed', 'a closed port', () => tlsCheck(target(CLOSED_PORT)).run()],
  ['fail', 'tls-failed', 'a self-signed certificate', tls(selfSigned)],
  ['fail', 'tls-failed', 'a closed connection', tls(answering((socket) => socket.destroy()))],
  ['fail', 'tls-not-spoken', 'another protocol', tls(answering((socket) => socket.end('220 ESMTP\r\n')))],
  [
    'fail',
    'tls-not-spoken',
    'no answer',
    late(
      (asked) => answering(asked)(),
      5000,
      (port, fakeClock) => tlsCheck(target(port), fakeClock).run(),
    ),
  ],
  ['pass', 'tls-working', '', certificate(24 * 90)],
  ['warn', 'certificate-expiring', '', certificate(24 * 3 + 1)],
  ['pass', 'session-ready', '', session({})],
  ['fail', 'session-failed', '', session({ received: (socket) => socket.send(unknownModel) })],
  ['fail', 'session-timeout', 'not open', session({ refuse: () => undefined }, 'request')],
  ['fail', 'session-timeout', 'open', session({ connected: () => undefined }, 'open')],
  ['pass', 'clock-synchronised', 'and equal', clock(0, synchronised)],
  ['warn', 'clock-not-synchronised', 'and equal', clock(0, notSynchronised)],
  ['pass', 'clock-agrees', '', clock(0, {})],
  ['warn', 'clock-inexact', 'behind', clock(HOUR_MS / 12, synchronised)],
  ['warn', 'clock-inexact', 'ahead', clock(-HOUR_MS / 12, {})],
  ['fail', 'clock-wrong', 'hours', clock(3 * HOUR_MS, synchronised)],
  ['fail', 'clock-wrong', 'days', clock(900 * 24 * HOUR_MS, notSynchronised)],
  ['pass', 'clock-synchronised', 'no date', clock(undefined, synchronised)],
  [
    'pass',
    'clock-synchronised',
    'no answer',
    late(createHttpServer, 4000, (port, fakeClock) => clockAt(port, synchronised, fakeClock)),
  ],
  ['pass', 'clock-synchronised', 'closed', () => clockAt(CLOSED_PORT, synchronised)],
];
