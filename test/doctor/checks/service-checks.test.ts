// The target of the checks, and a real name lookup; findings.test.ts tests the findings over real sockets.

import { expect, test } from 'vitest';
import { dnsCheck, targetOf } from '../../../src/doctor/checks/service-checks.ts';

test.each([
  ['wss://api.openai.com/v1/realtime', { host: 'api.openai.com', port: 443, secure: true }],
  ['ws://server.lan/v1', { host: 'server.lan', port: 80, secure: false }],
  ['ws://[::1]:8000/v1', { host: '::1', port: 8000, secure: false }],
  ['wss://10.0.0.7:8443/', { host: '10.0.0.7', port: 8443, secure: true }],
])('%s', (url, target) => {
  expect(targetOf(url)).toEqual(target);
});

test('a name that does not exist', async () => {
  // Without a network the answer is EAI_AGAIN.
  expect(await dnsCheck({ host: 'parley.invalid', port: 443, secure: true }).run()).toMatchObject({
    code: 'dns-failed',
    detail: expect.stringMatching(/^parley\.invalid port 443: (ENOTFOUND|EAI_AGAIN)$/),
  });
});
