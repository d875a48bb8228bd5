// The key, in each place where it may lie, and with every fault that it may have there.

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
  // Whatever was found, no word of it is the key.
  expect(JSON.stringify(finding)).not.toContain('planted');
  return { ...found, finding };
};

describe('where it is', () => {
  test('what the service manager gives to the unit', async () => {
    mkdirSync(join(folder, 'credentials'));
    write('credentials/openai-api-key', key);
    const { finding, ...found } = await look({
      environment: { CREDENTIALS_DIRECTORY: join(folder, 'credentials') },
    });
    expect(found).toMatchObject({ key, secrets: [key] });
    expect(finding).toMatchObject({ verdict: 'pass', detail: 'from the credential openai-api-key' });
  });

  test('what the service manager would give to the unit', async () => {
    write('credstore', `${key}\n`);
    const { finding, key: found } = await look();
    expect(found).toBe(key);
    expect(finding).toMatchObject({ verdict: 'pass', detail: expect.stringContaining('by root alone') });
  });

  test('the file of the configuration', async () => {
    const file = write('key', key);
    const { finding, key: found } = await look({ config: configured(`[realtime]\nkey_file = "${file}"`) });
    expect([found, finding.verdict, finding.detail]).toEqual([key, 'pass', `from ${file}`]);
  });

  test('the variable, which is gone afterwards', async () => {
    const environment = { OPENAI_API_KEY: key, PATH: '/bin' };
    const { finding, key: found } = await look({ environment });
    expect([found, finding.verdict, finding.detail]).toEqual([key, 'pass', 'from OPENAI_API_KEY']);
    expect(environment).toEqual({ PATH: '/bin' });
  });

  test('the variable alone is too little for a service', async () => {
    write('unit', '');
    const { finding, key: found } = await look({ environment: { OPENAI_API_KEY: key } });
    expect(found).toBe(key);
    expect(finding).toMatchObject({ verdict: 'warn', remedy: expect.stringContaining('does not see') });
  });

  test('nowhere', async () => {
    const { finding, key: found } = await look();
    expect(found).toBeUndefined();
    expect(finding).toMatchObject({ verdict: 'fail', remedy: expect.stringContaining('setup.sh') });
  });

  test('nowhere, and none is wanted', async () => {
    const { finding, isWanted } = await look({ config: configured('[realtime.headers]\n') });
    expect([isWanted, finding]).toEqual([false, { verdict: 'pass', detail: 'the service wants none' }]);
  });

  test('what the service would take comes first, and every one of them is a secret', async () => {
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

describe('what is wrong with it', () => {
  test.each([
    [0o640, 'sudo chmod 600'],
    [0o604, 'sudo chmod 600'],
    [0o622, 'sudo chmod 600'],
  ])('others may have it: %o', async (mode, remedy) => {
    const file = write('credstore', key, mode);
    const { finding, key: found, secrets } = await look();
    expect(finding).toEqual({
      verdict: 'fail',
      detail: `${file} may be read by others`,
      remedy: `${remedy} ${file}`,
    });
    expect(found).toBeUndefined();
    expect(secrets).toContain(key);
  });

  test.runIf(asRoot)('it belongs to somebody else', async () => {
    chownSync(write('credstore', key), 1000, 1000);
    const { finding } = await look();
    expect(finding).toMatchObject({ verdict: 'fail', remedy: expect.stringContaining('chown root') });
  });

  test.each([
    ['', 'is empty'],
    [`${key}\n${key}\n`, 'has several lines'],
    [`${key} x`, 'holds spaces'],
  ])('%j', async (text, words) => {
    write('credstore', text);
    const { finding, key: found, secrets } = await look();
    expect(finding).toMatchObject({ verdict: 'fail', detail: expect.stringContaining(words) });
    expect(finding.remedy).toMatch(/^[A-Z]/);
    expect(found).toBeUndefined();
    expect(secrets).toEqual(text === '' ? [] : [text.trim()]);
  });

  test('a key file that others may read, or that is not there', async () => {
    const file = write('key', key, 0o644);
    const lax = await look({ config: configured(`[realtime]\nkey_file = "${file}"`) });
    expect(lax.finding).toMatchObject({ verdict: 'fail', remedy: `chmod 600 ${file}` });
    expect(lax.secrets).toContain(key);
    const gone = await look({ config: configured(`[realtime]\nkey_file = "${folder}/none"`) });
    expect(gone.finding).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining('does not exist'),
    });
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

  test('is told to ask as root', () => {
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

  test('is told the same of a key file', () => {
    const { finding } = lookUnprivileged(`[realtime]\nkey_file = "${write('key', key)}"`);
    expect(finding).toMatchObject(remedy);
  });
});
