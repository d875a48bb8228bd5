// What counts as missing decides whether the scripts need a network, and whether a developer keeps node_modules.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkout } from './checkout.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout.remove());

const otherCpu = process.arch === 'x64' ? 'arm64' : 'x64';
const lock = {
  '': { name: 'parley' },
  'node_modules/plain': { version: '1.0.0' },
  'node_modules/plain/node_modules/nested': { version: '2.0.0' },
  'node_modules/for-tests': { version: '1.0.0', dev: true },
  'node_modules/for-either': { version: '1.0.0', devOptional: true },
  'node_modules/may-not-build': { version: '1.0.0', optional: true, hasInstallScript: true },
  'node_modules/program-here': { version: '1.0.0', optional: true, cpu: [process.arch] },
  'node_modules/program-elsewhere': { version: '1.0.0', optional: true, cpu: [otherCpu] },
  'node_modules/other-system': { version: '1.0.0', optional: true, os: ['plan9'], cpu: [process.arch] },
};

const install = (packages: Readonly<Record<string, object>>): void => {
  checkout.write('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: lock }));
  checkout.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
  for (const path of Object.keys(packages)) if (path !== '') checkout.write(`${path}/package.json`, '{}');
};

const missing = async (...args: string[]): Promise<string[]> => {
  const { code, stdout, stderr } = await checkout.run('node', ['scripts/missing.js', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
};

test('without node_modules, all that this machine needs', async () => {
  install({});
  expect(await missing()).toEqual(['plain', 'nested', 'program-here']);
  expect(await missing('--dev')).toEqual(['plain', 'nested', 'for-tests', 'for-either', 'program-here']);
});

test('nothing where all is there, though an optional package would not build', async () => {
  const { 'node_modules/may-not-build': _, ...rest } = lock;
  install(rest);
  expect(await missing()).toEqual([]);
  expect(await missing('--dev')).toEqual([]);
});

test('a package of another version, and one whose folder is gone', async () => {
  install({ ...lock, 'node_modules/plain': { version: '0.9.0' } });
  expect(await missing()).toEqual(['plain']);
  install(lock);
  expect(await missing()).toEqual([]);
  await checkout.run('rm', ['-r', checkout.path('node_modules/plain/node_modules')]);
  expect(await missing()).toEqual(['nested']);
});
