// A session with the service, opened as the service itself opens it.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/config.ts';
import { connector, noOffer } from '../../../src/daemon/create-io.ts';
import type { Finding } from '../../../src/doctor/check.ts';
import { sessionCheck } from '../../../src/doctor/checks/session-check.ts';
import { Parrots } from '../../parrot/parrots.ts';
import { type Script, type ScriptedService, startScriptedService } from '../../rigs/scripted-service.ts';
import { until } from '../../rigs/until.ts';

const key = 'sk-planted-0123456789';
const parrots = new Parrots();
let scripted: ScriptedService | undefined;
afterEach(async () => {
  await parrots.close();
  await scripted?.close();
  scripted = undefined;
});

const sessionWith = (url: string, options: { key?: string; limitMs?: number } = {}): Promise<Finding> => {
  const config = parseConfig(`[realtime]\nurl = "${url}"`, 'parley.toml');
  const { limitMs = 30_000 } = options;
  return sessionCheck({
    connector: (onOpen) => connector(config, options.key ?? key, noOffer, onOpen),
    limitMs,
  }).run();
};

const script = async (what: Script): Promise<string> => {
  scripted = await startScriptedService(what);
  return scripted.url;
};

test('the session is ready, with the two times, and not a sound was sent', async () => {
  const seen: string[] = [];
  const parrot = await parrots.start({
    key,
    onEvent: ({ type }) => seen.push(type),
  });
  const finding = await sessionWith(parrot.url);
  expect(finding.verdict).toBe('pass');
  const [, open, ready] =
    /^open after (\d+) ms, session\.updated after (\d+) ms, dialect ga$/.exec(finding.detail) ?? [];
  expect(Number(open)).toBeLessThanOrEqual(Number(ready));
  expect(seen.filter((type) => type.startsWith('input_audio'))).toEqual([]);
});

test('a beta service', async () => {
  const parrot = await parrots.start({ dialect: 'beta' });
  expect((await sessionWith(parrot.url)).detail).toMatch(/, dialect beta$/);
});

test('the socket is closed when the check has ended', async () => {
  const url = await script({});
  await sessionWith(url);
  await until(() => scripted?.sockets().length === 0, 'the end of the socket');
});

test('a key that is refused: the words of the service, and not the key', async () => {
  const parrot = await parrots.start({ key: 'sk-another' });
  const finding = await sessionWith(parrot.url);
  expect(finding).toMatchObject({ verdict: 'fail', remedy: expect.stringContaining('key') });
  expect(JSON.stringify(finding)).not.toContain(key);
});

test('a service that opens and never creates a session', async () => {
  const url = await script({ connected: () => undefined });
  const finding = await sessionWith(url, { limitMs: 3000 });
  expect(finding.verdict).toBe('fail');
  expect(finding.detail).toMatch(
    /^open after \d+ ms, no session after \d+ ms: waited for session\.created from 127\.0\.0\.1:\d+$/,
  );
});

test('a service that does not like what we ask', async () => {
  const error = { type: 'invalid_request_error', code: 'model_not_found', message: 'No such model.' };
  const url = await script({
    received: (socket) => socket.send(JSON.stringify({ type: 'error', error })),
  });
  expect(await sessionWith(url)).toMatchObject({
    verdict: 'fail',
    detail: expect.stringMatching(/^open after \d+ ms, no session after \d+ ms$/),
    remedy: 'The service does not know this model: set another model under [realtime].',
  });
});

test('something that takes the connection and says nothing', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const finding = await sessionWith(`ws://127.0.0.1:${port}/`, { limitMs: 300 });
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  expect(finding).toMatchObject({
    verdict: 'fail',
    detail: expect.stringMatching(/^not open, given up after \d+ ms: waited for 127\.0\.0\.1:\d+ to answer$/),
  });
});
