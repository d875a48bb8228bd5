// A session with the parrot, opened as the assistant opens it; findings.test.ts has the failures.

import { afterEach, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/config.ts';
import { connector, noOffer } from '../../../src/daemon/create-io.ts';
import type { Finding } from '../../../src/doctor/check.ts';
import { sessionCheck } from '../../../src/doctor/checks/service-checks.ts';
import { Parrots } from '../../parrot/parrots.ts';

const key = 'sk-planted-0123456789';
const parrots = new Parrots();
afterEach(() => parrots.close());

const openSession = (url: string): Promise<Finding> => {
  const config = parseConfig(`[realtime]\nurl = "${url}"`, 'parley.toml');
  const connect = (onOpen: () => void) => connector(config, key, noOffer, onOpen);
  return sessionCheck(connect, 30_000).run();
};

test('the session is ready, with both times, and no audio was sent', async () => {
  const seen: string[] = [];
  const parrot = await parrots.start({ key, onEvent: ({ type }) => seen.push(type) });
  const { code, detail } = await openSession(parrot.url);
  expect(code).toBe('session-ready');
  const [, open, ready] =
    /^open after (\d+) ms, session\.updated after (\d+) ms, dialect ga$/.exec(detail) ?? [];
  expect(Number(open)).toBeLessThanOrEqual(Number(ready));
  expect(seen.filter((type) => type.startsWith('input_audio'))).toEqual([]);
});

test('a beta service', async () => {
  const parrot = await parrots.start({ dialect: 'beta' });
  expect((await openSession(parrot.url)).detail).toMatch(/, dialect beta$/);
});

test('a key that is refused is not shown', async () => {
  const parrot = await parrots.start({ key: 'sk-another' });
  const finding = await openSession(parrot.url);
  expect(finding).toMatchObject({ verdict: 'fail', remedy: expect.stringContaining('key') });
  expect(JSON.stringify(finding)).not.toContain(key);
});
