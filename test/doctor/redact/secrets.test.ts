// Secrets, known and unknown, are removed from what the doctor prints.

import { expect, test } from 'vitest';
import { createSecretFilter, environmentSecrets } from '../../../src/doctor/redact/private-data.ts';

const filter = createSecretFilter(['hush-hush', 'a"b\\c', '']);

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
  expect(filter(text)).toBe(clean);
});

test.each([
  'a bearer of good news',
  'Authorization = "Bearer {key}"',
  'task-42, desk-lamp, risk-free',
  'wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1',
])('left as it is: %s', (text) => {
  expect(filter(text)).toBe(text);
});

test('the variables whose names say that they are secret', () => {
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
