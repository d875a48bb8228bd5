// A session with the service, opened as the assistant opens it.

import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/config.ts';
import { connector, noOffer } from '../../../src/daemon/create-io.ts';
import type { Finding } from '../../../src/doctor/check.ts';
import { sessionCheck } from '../../../src/doctor/checks/session-check.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { Parrots } from '../../parrot/parrots.ts';
import { startScriptedService } from '../../rigs/scripted-service.ts';
import { until } from '../../rigs/until.ts';

const key = 'sk-planted-0123456789';
const parrots = new Parrots();
afterEach(() => parrots.close());

const LIMIT_MS = 30_000;
/** The finding, and the clock of its limit. */
const openSession = (url: string) => {
  const config = parseConfig(`[realtime]\nurl = "${url}"`, 'parley.toml');
  const clock = createFakeClock();
  let opened = false;
  const connect = (onOpen: () => void) =>
    connector(config, key, noOffer, () => {
      opened = true;
      onOpen();
    });
  const finding: Promise<Finding> = sessionCheck({ connector: connect, limitMs: LIMIT_MS, clock }).run();
  return { clock, finding, isOpen: () => opened };
};

test('the session is ready, with both times, and no audio was sent', async () => {
  const seen: string[] = [];
  const parrot = await parrots.start({ key, onEvent: ({ type }) => seen.push(type) });
  const { code, detail } = await openSession(parrot.url).finding;
  expect(code).toBe('session-ready');
  const [, open, ready] =
    /^open after (\d+) ms, session\.updated after (\d+) ms, dialect ga$/.exec(detail) ?? [];
  expect(Number(open)).toBeLessThanOrEqual(Number(ready));
  expect(seen.filter((type) => type.startsWith('input_audio'))).toEqual([]);
});

test('a beta service', async () => {
  const parrot = await parrots.start({ dialect: 'beta' });
  expect((await openSession(parrot.url).finding).detail).toMatch(/, dialect beta$/);
});

test('a key that is refused is not shown', async () => {
  const parrot = await parrots.start({ key: 'sk-another' });
  const finding = await openSession(parrot.url).finding;
  expect(finding).toMatchObject({ verdict: 'fail', remedy: expect.stringContaining('key') });
  expect(JSON.stringify(finding)).not.toContain(key);
});

test('a service that opens and never creates a session', async () => {
  const service = await startScriptedService({ connected: () => undefined });
  const { clock, finding, isOpen } = openSession(service.url);
  await until(isOpen, 'the open socket');
  clock.advance(LIMIT_MS);
  const { code, detail } = await finding;
  await service.close();
  expect(code).toBe('session-timeout');
  expect(detail).toMatch(
    /^open after \d+ ms, no session after \d+ ms: waited for session\.created from 127\.0\.0\.1:\d+$/,
  );
});

test('a server that accepts the connection and does not answer', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { clock, finding } = openSession(`ws://127.0.0.1:${port}/`);
  await until(() => sockets.length === 1, 'the connection');
  clock.advance(LIMIT_MS);
  const { code, detail } = await finding;
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  expect(code).toBe('session-timeout');
  expect(detail).toMatch(/^not open, ended after \d+ ms: waited for 127\.0\.0\.1:\d+ to answer$/);
});
