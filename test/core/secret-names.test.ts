import { expect, it } from 'vitest';
import { isSecretName } from '../../src/core/secret-names.ts';

it.each([
  ...['OPENAI_API_KEY', 'GitHub_Token', 'PGPASSWORD', 'DB_SECRET'],
  ...['Authorization', 'X-Api-Key', 'X-Auth', 'apikey'],
  ...['access_token', 'sig', 'X-Amz-Signature', 'accessKeyId', 'authToken'],
])('%s is the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

// PULSE_COOKIE is the path of a file, which the programs of the sound cards need.
it.each(['PATH', 'KEYBOARD', 'XAUTHORITY', 'PULSE_COOKIE', 'Accept', 'monkey', 'design', 'model'])(
  '%s is not',
  (name) => {
    expect(isSecretName(name)).toBe(false);
  },
);
