// Findings on the way to the service, over real sockets.

import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { parseConfig } from '../../../src/config/config.ts';
import { connector, noOffer } from '../../../src/daemon/create-io.ts';
import type { Check, Finding, Verdict } from '../../../src/doctor/check.ts';
import { clockCheck } from '../../../src/doctor/checks/clock-check.ts';
import {
  dnsCheck,
  judgeCertificate,
  type Target,
  tcpCheck,
  tlsCheck,
} from '../../../src/doctor/checks/service-checks.ts';
import { sessionCheck } from '../../../src/doctor/checks/session-check.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { type Script, startScriptedService } from '../../rigs/scripted-service.ts';
import { until } from '../../rigs/until.ts';
import { createCertificate } from '../certificates.ts';
import { findingOn, type Parts } from '../fake-machine.ts';
import type { Case } from './case.ts';

const target = (port: number, host = '127.0.0.1', secure = true): Target => ({ host, port, secure });

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** What is found of a server on this machine, which ends with its connections. */
const findAt = async (server: Server, find: (port: number) => Promise<Finding>): Promise<Finding> => {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
  const port = await listen(server);
  try {
    return await find(port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
};

const at = (
  verdict: Verdict,
  code: string,
  name: string,
  create: (target: Target) => Check,
  server: () => Server,
): Case => ({
  verdict,
  code,
  name,
  find: () => findAt(server(), (port) => create(target(port)).run()),
});

/** A port on which no program listens. */
const closedPort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};
const closed = (code: string, create: (target: Target) => Check): Case => ({
  verdict: 'fail',
  code,
  name: 'a closed port',
  find: async () => create(target(await closedPort())).run(),
});
const without = (code: string, name: string, check: Check): Case => ({
  verdict: 'skip',
  code,
  name,
  find: () => check.run(),
});
const answering = (answer: (socket: Socket) => unknown) => () =>
  createServer((socket) => void socket.once('data', () => answer(socket)));

/** A server that accepts the connection and the greeting of TLS, and does not answer. */
const silentServer: Case = {
  verdict: 'fail',
  code: 'tls-not-spoken',
  name: 'no answer',
  find: () => {
    const clock = createFakeClock();
    let greeted = false;
    const server = answering(() => (greeted = true))();
    return findAt(server, async (port) => {
      const finding = tlsCheck(target(port), clock).run();
      await until(() => greeted, 'the greeting');
      clock.advance(5000);
      return finding;
    });
  },
};

const lookup = (result: Promise<{ address: string }[]>) =>
  dnsCheck(target(443, 'service.example'), (() => result) as unknown as Parameters<typeof dnsCheck>[1]);
const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
const name = (verdict: Verdict, code: string, result: () => Promise<{ address: string }[]>): Case => ({
  verdict,
  code,
  name: '',
  find: () => lookup(result()).run(),
});

const hourMs = 3_600_000;
const certificate = (verdict: Verdict, code: string, hours: number): Case => ({
  verdict,
  code,
  name: '',
  find: () => judgeCertificate(new Date(Date.now() + hours * hourMs), 'TLSv1.3', 'handshake 12 ms'),
});

/** A session with a service that follows this script. */
const session = (verdict: Verdict, code: string, name: string, script: Script, isLate = false): Case => ({
  verdict,
  code,
  name,
  find: async () => {
    const service = await startScriptedService(script);
    const clock = createFakeClock();
    const config = parseConfig(`[realtime]\nurl = "${service.url}"`, 'parley.toml');
    const connect = (onOpen: () => void) => connector(config, 'sk-1', noOffer, onOpen);
    const finding = sessionCheck({ connector: connect, limitMs: 20_000, clock }).run();
    if (isLate) {
      await until(() => service.requests.length === 1, 'the request');
      clock.advance(20_000);
    }
    const result = await finding;
    await until(() => service.sockets().length === 0, 'the end of the connection');
    await service.close();
    return result;
  },
});
const unknownModel = JSON.stringify({
  type: 'error',
  error: { type: 'invalid_request_error', code: 'model_not_found', message: 'No such model.' },
});

const synchronised: Parts = { programs: { timedatectl: 'yes\n' } };
const notSynchronised: Parts = { programs: { timedatectl: 'no\n' } };

/** A service whose clock is ahead of ours; undefined: its answer has no date. */
const serviceWithClock = (aheadMs: number | undefined): Server =>
  createHttpServer((request, response) => {
    response.sendDate = false;
    // A request for the date must carry no key.
    if (request.headers.authorization === undefined && aheadMs !== undefined)
      response.setHeader('Date', new Date(Date.now() + aheadMs).toUTCString());
    response.end();
  });
const clock = (
  verdict: Verdict,
  code: string,
  name: string,
  aheadMs: number | undefined,
  parts: Parts,
): Case => ({
  verdict,
  code,
  name,
  find: () =>
    findAt(serviceWithClock(aheadMs), (port) =>
      findingOn(parts, (machine) =>
        clockCheck({ machine, url: `ws://127.0.0.1:${port}/v1/realtime?model=m` }),
      ),
    ),
});
/** A service that accepts the request and does not answer. */
const silentClock: Case = {
  verdict: 'pass',
  code: 'clock-synchronised',
  name: 'a service that does not answer',
  find: () => {
    const fakeClock = createFakeClock();
    let asked = false;
    const server = createHttpServer(() => (asked = true));
    return findAt(server, async (port) => {
      const url = `ws://127.0.0.1:${port}/`;
      const finding = findingOn(synchronised, (machine) => clockCheck({ machine, url, clock: fakeClock }));
      await until(() => asked, 'the request');
      fakeClock.advance(4000);
      return finding;
    });
  },
};

export const cases: Case[] = [
  without('dns-not-needed', '127.0.0.1', dnsCheck(target(1))),
  without('dns-not-needed', '::1', dnsCheck(target(1, '::1'))),
  without('dns-not-needed', 'localhost', dnsCheck(target(1, 'localhost'))),
  without('dns-not-needed', 'parrot.localhost', dnsCheck(target(1, 'parrot.localhost'))),
  name('pass', 'dns-resolved', async () => [{ address: '192.0.2.1' }, { address: '192.0.2.2' }]),
  name('fail', 'dns-failed', () => Promise.reject(notFound)),
  at('pass', 'tcp-connected', '', tcpCheck, () => createServer()),
  closed('tcp-failed', tcpCheck),
  without('tls-not-used', '', tlsCheck(target(1, '127.0.0.1', false))),
  at('fail', 'tls-failed', 'a self-signed certificate', tlsCheck, () =>
    createTlsServer(createCertificate('IP:127.0.0.1', 90)).on('tlsClientError', () => undefined),
  ),
  at(
    'fail',
    'tls-not-spoken',
    'another protocol',
    tlsCheck,
    answering((socket) => socket.end('220 ESMTP\r\n')),
  ),
  at(
    'fail',
    'tls-failed',
    'a closed connection',
    tlsCheck,
    answering((socket) => socket.destroy()),
  ),
  silentServer,
  closed('tls-failed', tlsCheck),
  certificate('pass', 'tls-working', 24 * 90),
  certificate('warn', 'certificate-expiring', 24 * 3 + 1),
  session('pass', 'session-ready', '', {}),
  session('fail', 'session-failed', '', { received: (socket) => socket.send(unknownModel) }),
  session('fail', 'session-timeout', 'no upgrade', { refuse: () => undefined }, true),
  clock('pass', 'clock-synchronised', 'and equal', 0, synchronised),
  clock('warn', 'clock-not-synchronised', 'and equal', 0, notSynchronised),
  clock('pass', 'clock-agrees', '', 0, {}),
  clock('warn', 'clock-inexact', 'behind', hourMs / 12, synchronised),
  clock('warn', 'clock-inexact', 'ahead', -hourMs / 12, {}),
  clock('fail', 'clock-wrong', 'hours', 3 * hourMs, synchronised),
  clock('fail', 'clock-wrong', 'days', 900 * 24 * hourMs, notSynchronised),
  clock('pass', 'clock-synchronised', 'a service without a date', undefined, synchronised),
  silentClock,
  {
    verdict: 'pass',
    code: 'clock-synchronised',
    name: 'a service that is closed',
    find: () => findingOn(synchronised, (machine) => clockCheck({ machine, url: 'ws://127.0.0.1:9/' })),
  },
];
