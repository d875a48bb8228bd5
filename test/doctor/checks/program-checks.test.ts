// Which Node, which release.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leastNode, nodeCheck, releaseCheck } from '../../../src/doctor/checks/program-checks.ts';

describe('Node', () => {
  test.each([
    ['v20.19.0', 'pass'],
    ['v20.20.2', 'pass'],
    ['v24.0.0', 'pass'],
    ['v20.18.9', 'fail'],
    ['v18.20.4', 'fail'],
  ])('%s', async (version, verdict) => {
    expect(await nodeCheck({ version, path: '/usr/bin/node' }).run()).toMatchObject({
      verdict,
      detail: `${version.slice(1)}, /usr/bin/node`,
    });
  });

  test('what is needed is what the package says', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${leastNode.join('.')}`);
  });
});

describe('the release', () => {
  let installed = '';
  beforeEach(() => {
    installed = mkdtempSync(join(tmpdir(), 'parley-opt-'));
    for (const name of ['0.1.0-aaaaaaaa-node115', '0.2.0-bbbbbbbb-node115'])
      mkdirSync(join(installed, 'releases', name), { recursive: true });
    symlinkSync('releases/0.2.0-bbbbbbbb-node115', join(installed, 'current'));
  });
  afterEach(() => rmSync(installed, { recursive: true, force: true }));

  const look = (root: string, nodeAbi = '115') =>
    releaseCheck({ version: '0.2.0', root: join(installed, root), nodeAbi, installed }).run();

  test('the one that the service runs, by either name', async () => {
    const found = { verdict: 'pass', detail: '0.2.0-bbbbbbbb-node115 (1 more kept)' };
    expect(await look('current')).toEqual(found);
    expect(await look('releases/0.2.0-bbbbbbbb-node115')).toEqual(found);
  });

  test('another one', async () => {
    expect(await look('releases/0.1.0-aaaaaaaa-node115')).toMatchObject({
      verdict: 'warn',
      detail: '0.1.0-aaaaaaaa-node115, and the service runs 0.2.0-bbbbbbbb-node115',
    });
  });

  test('one for another Node', async () => {
    expect(await look('current', '127')).toMatchObject({
      verdict: 'warn',
      remedy: expect.stringContaining('setup.sh'),
    });
  });

  test('a checkout', async () => {
    const root = join(installed, 'checkout');
    mkdirSync(root);
    expect(await look('checkout')).toEqual({ verdict: 'pass', detail: `0.2.0, from ${root}` });
    const nowhere = { version: '0.2.0', root, nodeAbi: '115', installed: join(installed, 'none') };
    expect(await releaseCheck(nowhere).run()).toMatchObject({ verdict: 'pass' });
  });
});
