// The clock, by what systemd says and by what an HTTP server says.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { clockAhead, clockCheck } from '../../../src/doctor/checks/clock-check.ts';
import { type MachineOf, machineOf, type Parts } from './machine-of.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
let server: Server | undefined;
let machine: MachineOf | undefined;
afterEach(async () => {
  machine?.remove();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

/** A service whose clock is off by so much; undefined: it does not tell. */
const serviceAt = async (aheadMs: number | undefined): Promise<string> => {
  server = createServer((request, response) => {
    response.sendDate = false;
    // Whoever asks what time it is shows no key.
    if (request.headers.authorization !== undefined) response.statusCode = 500;
    else if (aheadMs !== undefined) response.setHeader('Date', new Date(Date.now() + aheadMs).toUTCString());
    response.end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/realtime?model=m`;
};

const clock = (parts: Parts, url?: string) => {
  machine = machineOf(parts);
  return clockCheck({ machine, url }).run();
};

const set: Parts = { programs: { timedatectl: 'yes\n' } };
const notSet: Parts = { programs: { timedatectl: 'no\n' } };

test.each([
  ['systemd has set it', set, { verdict: 'pass', detail: 'synchronised' }],
  [
    'its own daemon says so',
    { files: { '/run/systemd/timesync/synchronized': '' } },
    { verdict: 'pass', detail: 'synchronised' },
  ],
  [
    'nobody has set it yet',
    notSet,
    { verdict: 'warn', remedy: expect.stringContaining('timedatectl set-ntp true') },
  ],
  ['nobody knows', {}, { verdict: 'skip' }],
] as const)('%s', async (_what, parts, finding) => {
  expect(await clock(parts)).toMatchObject(finding);
});

test.each([
  [0, set, 'pass', /^synchronised, agrees with the service to \d+ s$/],
  [0, notSet, 'warn', /^not synchronised, agrees/],
  [0, {}, 'pass', /^agrees with the service/],
  [5 * minute, set, 'warn', /^5 minutes behind the service$/],
  [-5 * minute, {}, 'warn', /^5 minutes ahead of the service$/],
  [3 * hour, set, 'fail', /^3 hours behind the service$/],
  [900 * day, notSet, 'fail', /^900 days behind the service$/],
] as const)('a service whose clock is %d ms ahead of ours', async (aheadMs, parts, verdict, detail) => {
  const finding = await clock(parts, await serviceAt(aheadMs));
  expect(finding).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  if (verdict === 'fail') expect(finding.remedy).toContain('every certificate invalid');
});

test.each(['a service that does not tell', 'nobody'])('%s leaves it to systemd', async (who) => {
  const url = who === 'nobody' ? 'ws://127.0.0.1:9/' : await serviceAt(undefined);
  expect(await clock(set, url)).toEqual({ verdict: 'pass', detail: 'synchronised' });
});

test('a server that never answers is not waited for', async () => {
  server = createServer(() => undefined);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await clockAhead(`ws://127.0.0.1:${port}/`)).toBeUndefined();
});
