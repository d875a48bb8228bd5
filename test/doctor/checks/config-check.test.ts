// The configuration, as the doctor reads it.

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

test('a right one', async () => {
  const path = file('[button]\ngpio = 5\n');
  const { config, isRight, check } = readConfiguration(path);
  expect([config.button.gpio, isRight]).toEqual([5, true]);
  expect(await check.run()).toEqual({ verdict: 'pass', detail: path });
});

test('a faulty one: every fault, each with its line, and the defaults to go on with', async () => {
  const path = file('[button]\ngpoi = 5\ndebounce_ms = "long"\n');
  const { config, isRight, check } = readConfiguration(path);
  expect([config, isRight]).toEqual([defaults, false]);
  const { verdict, detail, remedy } = await check.run();
  expect([verdict, remedy]).toEqual(['fail', `Mend this, then: parley config check ${path}`]);
  expect(detail.split('\n')).toEqual([
    expect.stringContaining(`${path}:2: button.gpoi`),
    expect.stringContaining(`${path}:3: button.debounce_ms`),
  ]);
});

test('one that is not there', async () => {
  const { isRight, check } = readConfiguration(join(folder, 'none.toml'));
  expect(isRight).toBe(false);
  expect(await check.run()).toMatchObject({
    verdict: 'fail',
    detail: expect.stringContaining('does not exist'),
  });
});
