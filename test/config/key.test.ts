import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config.ts';
import { readKey } from '../../src/config/secrets.ts';
import { errorOf } from './problems.ts';

const directory = mkdtempSync(join(tmpdir(), 'parley-key-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = (content: string | Buffer, mode = 0o600): string => {
  const path = join(mkdtempSync(join(directory, 'place-')), 'openai-api-key');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};
const credentials = (content: string, mode?: number): string => join(file(content, mode), '..');
const environment = (key?: string): NodeJS.ProcessEnv => ({
  PATH: '/bin',
  ...(key === undefined ? {} : { OPENAI_API_KEY: key }),
});

describe('readKey', () => {
  it('prefers the credential to the key file, and that to the environment', () => {
    const credentialsDirectory = credentials('from-credential\n');
    const keyFile = file('from-file\n');
    expect(readKey({ credentialsDirectory, keyFile, environment: environment('from-env') })).toBe(
      'from-credential',
    );
    expect(readKey({ keyFile, environment: environment('from-env') })).toBe('from-file');
    expect(readKey({ keyFile: '', environment: environment('from-env') })).toBe('from-env');
    expect(readKey({ environment: environment() })).toBeUndefined();
  });

  it('goes on where the credentials are about something else', () => {
    const keyFile = file('from-file');
    expect(readKey({ credentialsDirectory: directory, keyFile, environment: environment() })).toBe(
      'from-file',
    );
  });

  it('takes the variable out of the environment, also where it is not needed or the key is refused', () => {
    const places = [
      { credentialsDirectory: credentials('key') },
      { keyFile: file('key') },
      { keyFile: file('') },
      { keyFile: '/missing/key' },
      {},
    ];
    for (const place of places) {
      const env = environment('s3cret');
      try {
        readKey({ ...place, environment: env });
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
      expect(env).toStrictEqual({ PATH: '/bin' });
    }
  });

  it.each([
    ['abc\n', 'abc'],
    ['abc\r\n', 'abc'],
    ['abc', 'abc'],
    [`${'k'.repeat(4095)}\n`, 'k'.repeat(4095)],
    ['!"#$%&\'()*+,-./\\~', '!"#$%&\'()*+,-./\\~'],
    ['  abc  \n\n', 'abc'],
    ['\uFEFFabc\r\n', 'abc'],
    ['\n\n\tabc', 'abc'],
    ['"abc"', 'abc'],
    ["'abc' \n", 'abc'],
    ['OPENAI_API_KEY=abc', 'abc'],
    ['export OPENAI_API_KEY = "abc"\n', 'abc'],
    ['HA_TOKEN=abc==', 'abc=='],
    // A key, and no name of one.
    ['abc=def', 'abc=def'],
    ['QUJDREVG==', 'QUJDREVG=='],
    ['APIKEY=', 'APIKEY='],
    ['"abc', '"abc'],
  ])('takes it as people write and copy it: %j', (content, key) => {
    expect(readKey({ keyFile: file(content), environment: environment() })).toBe(key);
  });

  it.each([
    ['nothing', '', 'secret-empty'],
    ['an empty line', '\n', 'secret-empty'],
    ['two lines', 's3cret\ns3cret\n', 'secret-of-several-lines'],
    ['two keys with names', 'A_KEY=s3cret\nB_KEY=s3cret\n', 'secret-of-several-lines'],
    ['quotes with nothing in them', '""', 'secret-empty'],
    ['a space', 's3cret s3cret', 'secret-with-odd-characters'],
    ['a NUL', 's3cret\0', 'secret-with-odd-characters'],
    ['an umlaut', 's3crät', 'secret-with-odd-characters'],
  ])('refuses %s from every place, and names the place without showing it', (_, content, code) => {
    const keyFile = file(content);
    const credentialsDirectory = credentials(content);
    const cases = [
      [{ keyFile, environment: environment() }, `The key file ${keyFile} `],
      [
        { credentialsDirectory, environment: environment() },
        `The credential ${credentialsDirectory}/openai-api-key `,
      ],
      [{ environment: environment(content) }, 'OPENAI_API_KEY '],
    ] as const;
    for (const [places, start] of cases) {
      const error = errorOf(() => readKey(places));
      expect(error.code).toBe(code);
      expect(error.message.startsWith(start)).toBe(true);
      expect(error.message).not.toContain('s3cr');
    }
  });

  it('refuses more than 4 KB', () => {
    const long = 'k'.repeat(4097);
    const keyFile = file(long);
    expect(errorOf(() => readKey({ keyFile, environment: environment() })).code).toBe('file-too-large');
    expect(errorOf(() => readKey({ environment: environment(long) })).code).toBe('secret-too-long');
  });

  it.each([0o640, 0o604, 0o620, 0o602, 0o644])('refuses a key file of mode %o', (mode) => {
    const keyFile = file('s3cret', mode);
    expect(errorOf(() => readKey({ keyFile, environment: environment() }))).toMatchObject({
      code: 'secret-not-private',
      message: expect.stringContaining(`chmod 600 ${keyFile}`),
    });
  });

  it('leaves the permissions of credentials to the service manager', () => {
    const credentialsDirectory = credentials('key', 0o440);
    expect(readKey({ credentialsDirectory, environment: environment() })).toBe('key');
  });

  it('refuses a key file that is missing, a directory, or not text', () => {
    const missing = join(directory, 'missing');
    const folder = join(directory, 'folder');
    mkdirSync(folder);
    const bytes = file(Buffer.from([0xff, 0xfe]));
    const cases = [
      [missing, 'secret-file-missing'],
      [folder, 'file-is-directory'],
      [bytes, 'file-not-utf8'],
    ] as const;
    for (const [keyFile, code] of cases)
      expect(errorOf(() => readKey({ keyFile, environment: environment('s3cret') }))).toMatchObject({
        code,
        message: expect.stringContaining(`The key file ${keyFile} `),
      });
  });
});
