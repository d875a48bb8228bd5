import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { readCredentials } from '../../src/config/tool-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-credential-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (credential: string, directory: string | undefined) => {
  const toml = `[[tool]]\nname = "t"\ndescription = "d"\nurl = "http://host/"\nheaders = { X = "{key}" }\ncredential = "${credential}"`;
  return readCredentials(parseConfig(toml, 'f'), directory);
};

const secretOf = (credential: string, directory: string | undefined): string | undefined =>
  read(credential, directory).secrets.get(credential);

const messageOf = (credential: string, directory: string | undefined): string =>
  read(credential, directory).faults.get(credential) ?? 'accepted';

const write = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

it('a credential of the service manager, by its name', () => {
  write('home', 'token-of-home\n');
  expect(secretOf('home', folder)).toBe('token-of-home');
});

it('a private file, by its path', () => {
  expect(secretOf(write('private', 'token-of-home\n'), undefined)).toBe('token-of-home');
});

it.each([folder, undefined])('one that is not there: what to do (%s)', (directory) => {
  const message = messageOf('elsewhere', directory);
  expect(message).toMatch(/^The tool "t" wants the credential elsewhere, and there is none: /);
  expect(message).toContain('LoadCredential=elsewhere');
});

it('a file that others may read, that is missing, or that holds no secret', () => {
  expect(messageOf(write('open', 'token', 0o644), undefined)).toMatch(/may be read or changed by others/);
  expect(messageOf(join(folder, 'none'), undefined)).toMatch(
    /^The tool "t" wants the credential file .*none/,
  );
  expect(messageOf(write('empty', ''), undefined)).toMatch(/is empty/);
});

it('no message shows any of it', () => {
  expect(messageOf(write('lines', 'first-secret\nsecond-secret\n'), undefined)).not.toContain('secret\n');
  expect(messageOf(join(folder, 'lines'), undefined)).not.toMatch(/first-secret|second-secret/);
});
