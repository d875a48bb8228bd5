// Secrets, known and unknown, kept out of what the doctor says.

import { expect, test } from 'vitest';
import { createScrub, environmentSecrets } from '../../../src/doctor/redact/scrub.ts';

const scrub = createScrub(['hush-hush', 'a"b\\c', '']);

test.each([
  ['it says hush-hush twice: hush-hush', 'it says [secret] twice: [secret]'],
  ['as JSON {"x":"a\\"b\\\\c"}', 'as JSON {"x":"[secret]"}'],
  ['Incorrect API key provided: sk-abc***xyz.', 'Incorrect API key provided: [secret]'],
  ['sk-proj-Ab_12-cd', '[secret]'],
  ['Authorization: Bearer 0123456789abcdef', 'Authorization: Bearer [secret]'],
  ['basic dXNlcjpwYXNzd29yZA==', 'basic [secret]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '[secret]'],
  ['wss://anna:pw@server.lan/v1', 'wss://[secret]@server.lan/v1'],
])('%j', (text, clean) => {
  expect(scrub(text)).toBe(clean);
});

test.each([
  'a bearer of good news',
  'Authorization = "Bearer {key}"',
  'task-42, desk-lamp, risk-free',
  'wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1',
])('left as it is: %s', (text) => {
  expect(scrub(text)).toBe(text);
});

test('what the environment holds under a name of secrets', () => {
  expect(
    environmentSecrets({
      AZURE_API_KEY: 'aaaaaaaaaaaa',
      GitHub_Token: 'bbbbbbbbbbbb',
      DB_PASSWORD: 'cccccccccccc',
      SSH_KEY: 'short',
      PATH: '/usr/bin:/bin',
      KEYBOARD: 'qwertzuiopü',
    }),
  ).toEqual(['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc']);
});
