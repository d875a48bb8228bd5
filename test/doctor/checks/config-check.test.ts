// The configuration as the doctor reads it; findings.test.ts tests its findings.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaults } from '../../../src/config/config.ts';
import { readConfiguration } from '../../../src/doctor/checks/config-check.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (text: string): string => {
  writeFileSync(join(folder, 'parley.toml'), text);
  return join(folder, 'parley.toml');
};

test('a valid file', () => {
  const { config, isValid } = readConfiguration(file('[button]\ngpio = 5\n'));
  expect([config.button.gpio, isValid]).toEqual([5, true]);
});

test('an invalid file: every fault with its line, and the defaults to continue with', async () => {
  const path = file('[button]\ngpoi = 5\ndebounce_ms = "long"\n');
  const { config, isValid, check } = readConfiguration(path);
  expect([config, isValid]).toEqual([defaults, false]);
  expect((await check.run()).detail.split('\n')).toEqual([
    expect.stringContaining(`${path}:2: button.gpoi`),
    expect.stringContaining(`${path}:3: button.debounce_ms`),
  ]);
});

test('a missing file', () => {
  expect(readConfiguration(join(folder, 'none.toml')).isValid).toBe(false);
});
