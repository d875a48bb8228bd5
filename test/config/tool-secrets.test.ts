import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { readCredentials, readSecret } from '../../src/config/secrets.ts';
import { errorOf } from './problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-credential-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

const codeOf = (credential: string, directory?: string): string =>
  errorOf(() => readSecret(credential, 'The tool "t"', directory)).code;

it('a credential of the service manager, by its name', () => {
  write('home', 'token-of-home\n');
  expect(readSecret('home', 'The tool "t"', folder)).toBe('token-of-home');
});

it('a private file, by its path', () => {
  expect(readSecret(write('private', 'token-of-home\n'), 'The tool "t"', undefined)).toBe('token-of-home');
});

it.each([folder, undefined])('one that is missing: what needs it, and the remedy (%s)', (directory) => {
  const error = errorOf(() => readSecret('elsewhere', 'The tool "t"', directory));
  expect(error.code).toBe('credential-missing');
  expect(error.message).toMatch(/^The tool "t" needs the credential elsewhere, .*LoadCredential=elsewhere/);
});

it('a file that others may read, that is missing, or that holds no secret', () => {
  expect(codeOf(write('open', 'token', 0o644))).toBe('secret-not-private');
  expect(codeOf(join(folder, 'none'))).toBe('secret-file-missing');
  expect(codeOf(write('empty', ''))).toBe('secret-empty');
});

it('no message shows any of it', () => {
  const path = write('lines', 'first-secret\nsecond-secret\n');
  expect(errorOf(() => readSecret(path, 'The tool "t"', undefined)).message).not.toMatch(/-secret/);
});

it('one that cannot be read costs what needs it, and nothing else', () => {
  const tool = (name: string, credential: string): string =>
    `[[tool]]\nname = "${name}"\ndescription = "d"\nurl = "http://host/"\nheaders = { X = "{key}" }\ncredential = "${credential}"\n`;
  write('home', 'token-of-home\n');
  const { secrets, faults } = readCredentials(
    parseConfig(tool('a', 'home') + tool('b', 'none'), 'f'),
    folder,
  );
  expect([...secrets]).toEqual([['home', 'token-of-home']]);
  expect([...faults.keys()]).toEqual(['none']);
  expect(faults.get('none')).toMatchObject({
    code: 'credential-missing',
    sentence: expect.stringContaining('The tool "b"'),
  });
});
