// The key, in each place where it may be stored. findings.test.ts tests the faults that it may have.

import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, parseConfig } from '../../../src/config/config.ts';
import type { Finding } from '../../../src/doctor/check.ts';
import { findKey } from '../../../src/doctor/checks/key-check.ts';
import { runUnprivileged } from '../../rigs/unprivileged.ts';

const key = 'sk-planted-0123456789';
const asRoot = process.getuid?.() === 0;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string, mode = 0o600): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};

const configured = (toml = ''): Config => parseConfig(toml, 'parley.toml');

const look = async (options: { config?: Config; environment?: NodeJS.ProcessEnv } = {}) => {
  const { config = configured(), environment = {} } = options;
  const found = findKey(config, {
    environment,
    credstoreFile: join(folder, 'credstore'),
    unitFile: join(folder, 'unit'),
  });
  const finding: Finding = await found.check.run();
  // No finding shows the key.
  expect(JSON.stringify(finding)).not.toContain('planted');
  return { ...found, finding };
};

describe('the places', () => {
  test('the credential that the service manager passes to the unit', async () => {
    mkdirSync(join(folder, 'credentials'));
    write('credentials/openai-api-key', key);
    const environment = { CREDENTIALS_DIRECTORY: join(folder, 'credentials') };
    const { finding, ...found } = await look({ environment });
    expect(found).toMatchObject({ key, secrets: [key] });
    expect(finding.code).toBe('key-found');
  });

  test('the credential store', async () => {
    write('credstore', `${key}\n`);
    expect((await look()).key).toBe(key);
  });

  test('the key file of the configuration', async () => {
    const file = write('key', key);
    expect((await look({ config: configured(`[realtime]\nkey_file = "${file}"`) })).key).toBe(key);
  });

  test('the variable, which is removed', async () => {
    const environment = { OPENAI_API_KEY: key, PATH: '/bin' };
    expect((await look({ environment })).key).toBe(key);
    expect(environment).toEqual({ PATH: '/bin' });
  });

  test('the variable alone, which the service does not see', async () => {
    write('unit', '');
    const { finding, key: found } = await look({ environment: { OPENAI_API_KEY: key } });
    expect([found, finding.code]).toEqual([key, 'key-only-in-environment']);
  });

  test('none', async () => {
    const { finding, isNeeded, key: found } = await look();
    expect([found, isNeeded, finding.code]).toEqual([undefined, true, 'key-not-found']);
  });

  test('none, and none is needed', async () => {
    const { finding, isNeeded } = await look({ config: configured('[realtime.headers]\n') });
    expect([isNeeded, finding.code]).toEqual([false, 'key-not-needed']);
  });

  test('several: in the order of the service, and every key is a secret', async () => {
    write('credstore', 'sk-first');
    const file = write('key', 'sk-second');
    const { key: found, secrets } = await look({
      config: configured(`[realtime]\nkey_file = "${file}"`),
      environment: { OPENAI_API_KEY: ' sk-third ' },
    });
    expect(found).toBe('sk-first');
    expect(secrets).toEqual(['sk-first', 'sk-second', ' sk-third ', 'sk-third']);
  });
});

describe('a key that cannot be used is a secret too', () => {
  test('in a file that others may read', async () => {
    write('credstore', key, 0o640);
    const { finding, key: found, secrets } = await look();
    expect([finding.code, found, secrets]).toEqual(['key-readable-by-others', undefined, [key]]);
  });

  test.runIf(asRoot)('in a file of another user', async () => {
    chownSync(write('credstore', key), 1000, 1000);
    const { finding, key: found, secrets } = await look();
    expect([finding.code, found, secrets]).toEqual(['key-wrong-owner', undefined, [key]]);
  });

  test.each(['', `${key}\n${key}\n`, `${key} x`])('%j', async (text) => {
    write('credstore', text);
    const { finding, key: found, secrets } = await look();
    expect([finding.code, found]).toEqual(['key-invalid', undefined]);
    expect(secrets).toEqual(text === '' ? [] : [text.trim()]);
  });

  test('in a key file that others may read', async () => {
    const file = write('key', key, 0o644);
    const {
      finding,
      key: found,
      secrets,
    } = await look({
      config: configured(`[realtime]\nkey_file = "${file}"`),
    });
    expect([finding.code, found, secrets]).toEqual(['key-invalid', undefined, [key]]);
    expect(finding.remedy).toContain(`chmod 600 ${file}`);
  });
});

describe('a user who is not root', () => {
  const source = `
    import { parseConfig } from './src/config/config.ts';
    import { findKey } from './src/doctor/checks/key-check.ts';
    const [, , folder, toml, environment] = process.argv;
    const { key, check } = findKey(parseConfig(toml, 'parley.toml'), {
      environment: JSON.parse(environment),
      credstoreFile: folder + '/credstore',
      unitFile: folder + '/unit',
    });
    console.log(JSON.stringify({ key, finding: await check.run() }));`;
  const lookUnprivileged = (toml = '', environment = {}): { key?: string; finding: Finding } => {
    chmodSync(folder, 0);
    const printed = runUnprivileged(source, folder, toml, JSON.stringify(environment));
    chmodSync(folder, 0o700);
    expect(printed).not.toContain('planted');
    return JSON.parse(printed);
  };
  const remedy = { verdict: 'skip', detail: expect.stringContaining('run this with sudo') };

  test('is asked to run it as root', () => {
    write('credstore', key);
    const { finding, key: found } = lookUnprivileged();
    expect(finding).toMatchObject(remedy);
    expect(found).toBeUndefined();
  });

  test('goes on with a key of their own', () => {
    write('credstore', key);
    const { finding, key: found } = lookUnprivileged('', { OPENAI_API_KEY: 'sk-mine' });
    expect([found, finding.verdict]).toEqual(['sk-mine', 'warn']);
  });

  test('gets the same for a key file', () => {
    const { finding } = lookUnprivileged(`[realtime]\nkey_file = "${write('key', key)}"`);
    expect(finding).toMatchObject(remedy);
  });
});
