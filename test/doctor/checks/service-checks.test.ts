// The way to the service, over real sockets.

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/doctor/check.ts';
import {
  dnsCheck,
  type Target,
  targetOf,
  tcpCheck,
  tlsCheck,
} from '../../../src/doctor/checks/service-checks.ts';
import { createCertificate } from './certificates.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

const listen = async (server: Server): Promise<number> => {
  server.on('connection', (socket: Socket) => {
    // Whoever rings off does so as they like.
    sockets.push(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return (server.address() as AddressInfo).port;
};

const secure = (names: string, days: number): Promise<number> =>
  listen(createTlsServer(createCertificate(names, days)).on('tlsClientError', () => undefined));

const here = (port: number, more: Partial<Target> = {}): Target => ({
  host: '127.0.0.1',
  port,
  secure: true,
  ...more,
});

const withTrust = (words: string): object => ({ verdict: 'fail', remedy: expect.stringContaining(words) });

describe('the target', () => {
  test.each([
    ['wss://api.openai.com/v1/realtime', { host: 'api.openai.com', port: 443, secure: true }],
    ['ws://server.lan/v1', { host: 'server.lan', port: 80, secure: false }],
    ['ws://[::1]:8000/v1', { host: '::1', port: 8000, secure: false }],
    ['wss://10.0.0.7:8443/', { host: '10.0.0.7', port: 8443, secure: true }],
  ])('%s', (url, target) => {
    expect(targetOf(url)).toEqual(target);
  });
});

describe('DNS', () => {
  test.each(['127.0.0.1', '::1', '10.0.0.7', 'localhost', 'parrot.localhost'])(
    '%s needs none',
    async (host) => {
      expect(await dnsCheck(here(1, { host })).run()).toMatchObject({ verdict: 'skip' });
    },
  );

  test('a name that nobody knows', async () => {
    // A name that never exists; without a network it cannot even be looked up.
    const finding = await dnsCheck(here(443, { host: 'parley.invalid' })).run();
    expect(finding).toMatchObject({
      verdict: 'fail',
      detail: expect.stringMatching(/^parley\.invalid port 443: (ENOTFOUND|EAI_AGAIN)$/),
      remedy: expect.stringContaining('check the network'),
    });
  });
});

describe('TCP', () => {
  test('somebody listens, and the time it took', async () => {
    const port = await listen(createServer());
    const finding = await tcpCheck(here(port)).run();
    expect(finding.verdict).toBe('pass');
    expect(finding.detail).toMatch(new RegExp(`^127\\.0\\.0\\.1 port ${port}, \\d+ ms$`));
  });

  test('nobody listens', async () => {
    const port = await listen(createServer());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await tcpCheck(here(port)).run()).toMatchObject({
      verdict: 'fail',
      detail: `127.0.0.1 port ${port}: ECONNREFUSED`,
      remedy: expect.stringContaining('Nothing listens'),
    });
  });
});

describe('TLS', () => {
  test('a service that is not encrypted needs none', async () => {
    expect(await tlsCheck(here(1, { secure: false })).run()).toMatchObject({ verdict: 'skip' });
  });

  test('a certificate that nobody vouches for', async () => {
    const port = await secure('IP:127.0.0.1', 90);
    expect(await tlsCheck(here(port)).run()).toMatchObject({
      ...withTrust('NODE_EXTRA_CA_CERTS'),
      detail: `127.0.0.1 port ${port}: DEPTH_ZERO_SELF_SIGNED_CERT`,
    });
  });

  test.each([
    ['somebody who speaks something else', (socket: Socket) => socket.end('220 mail.example ESMTP\r\n')],
    ['somebody who hangs up', (socket: Socket) => socket.destroy()],
  ])('%s', async (_who, answer) => {
    const port = await listen(createServer((socket) => void socket.once('data', () => answer(socket))));
    const finding: Finding = await tlsCheck(here(port)).run();
    expect(finding.verdict).toBe('fail');
    expect(finding.remedy).toMatch(/does it speak TLS there|broke off the connection/i);
  });

  test('somebody who takes the connection and says nothing', async () => {
    const port = await listen(createServer());
    expect(await tlsCheck(here(port)).run()).toEqual({
      verdict: 'fail',
      detail: `127.0.0.1 port ${port} takes the connection and says nothing`,
      remedy: expect.stringContaining('ws://'),
    });
  });

  test('nobody', async () => {
    const port = await listen(createServer());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await tlsCheck(here(port)).run()).toMatchObject(withTrust('Nothing listens'));
  });
});
