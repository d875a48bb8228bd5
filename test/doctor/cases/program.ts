// Findings on the program: Node, the release, the configuration, the key, and the checks of no result.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../src/config/config.ts';
import { type Check, createCheck, type Finding, fail } from '../../../src/doctor/check.ts';
import { readConfiguration } from '../../../src/doctor/checks/config-check.ts';
import { findKey, judgePermissions, needsRoot } from '../../../src/doctor/checks/key-check.ts';
import { nodeCheck, releaseCheck } from '../../../src/doctor/checks/program-checks.ts';
import { chained, runChecks } from '../../../src/doctor/run.ts';
import type { Case } from './case.ts';

/** What is found in a folder that exists meanwhile. */
const inFolder = (find: (folder: string) => Promise<Finding>) => async (): Promise<Finding> => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-case-'));
  try {
    return await find(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const node = (version: string) => () => nodeCheck(version, '/usr/bin/node').run();

/** Two releases are installed, the second is the current one. */
const release = (root: string, nodeAbi = '115') =>
  inFolder((installed) => {
    for (const path of ['releases/0.1.0-aaaaaaaa-node115', 'releases/0.2.0-bbbbbbbb-node115', 'checkout'])
      mkdirSync(join(installed, path), { recursive: true });
    symlinkSync('releases/0.2.0-bbbbbbbb-node115', join(installed, 'current'));
    return releaseCheck({ version: '0.2.0', root: join(installed, root), nodeAbi, installed }).run();
  });

const missingConfig = inFolder((folder) => readConfiguration(undefined, `${folder}/parley.toml`).check.run());
const config = (toml?: string) =>
  inFolder((folder) => {
    if (toml !== undefined) writeFileSync(`${folder}/parley.toml`, toml);
    return readConfiguration(`${folder}/parley.toml`).check.run();
  });

/** @param prepare puts the key into the file `credstore` or `key`, or returns its variable */
const key = (prepare: (folder: string) => unknown, toml = (_folder: string) => '') =>
  inFolder((folder) => {
    const variable = prepare(folder);
    const environment = typeof variable === 'string' ? { OPENAI_API_KEY: variable } : {};
    const places = { environment, credstoreFile: `${folder}/credstore`, unitFile: `${folder}/unit` };
    return findKey(parseConfig(toml(folder), 'parley.toml'), places).check.run();
  });
const write =
  (name: string, text: string, mode = 0o600) =>
  (folder: string) => {
    writeFileSync(`${folder}/${name}`, text);
    chmodSync(`${folder}/${name}`, mode);
  };
const stored = (text: string, mode?: number) => key(write('credstore', text, mode));
const withoutKey = (): undefined => undefined;
const keyFile = (folder: string): string => `[realtime]\nkey_file = "${folder}/key"`;
const noRow = fail('', '', '');
const rowOf = async (checks: readonly Check[], at = 0): Promise<Finding> => {
  const rows: Finding[] = [];
  for await (const row of runChecks([checks])) rows.push(row);
  return rows[at] ?? noRow;
};
const broken = createCheck('disk', () => Promise.reject(new Error('out of range')));
const endless = createCheck('disk', () => new Promise(() => undefined), { limitMs: 10 });

export const cases: Case[] = [
  ['pass', 'node-supported', 'v20.19.0', node('v20.19.0')],
  ['pass', 'node-supported', 'v24.0.0', node('v24.0.0')],
  ['fail', 'node-too-old', 'v20.18.9', node('v20.18.9')],
  ['fail', 'node-too-old', 'v18.20.4', node('v18.20.4')],
  ['pass', 'release-current', 'by its link', release('current')],
  ['pass', 'release-current', 'by its name', release('releases/0.2.0-bbbbbbbb-node115')],
  ['warn', 'release-not-current', '', release('releases/0.1.0-aaaaaaaa-node115')],
  ['warn', 'release-for-other-node', '', release('current', '127')],
  ['pass', 'release-not-installed', '', release('checkout')],
  ['pass', 'config-missing', '', missingConfig],
  ['pass', 'config-valid', '', config('[button]\ngpio = 5\n')],
  ['fail', 'config-invalid', 'two faults', config('[button]\ngpoi = 5\ndebounce_ms = "long"\n')],
  ['fail', 'config-invalid', 'no such file', config()],
  ['pass', 'key-found', 'in the credential store', stored('sk-1\n')],
  ['pass', 'key-found', 'in the key file', key(write('key', 'sk-1'), keyFile)],
  ['pass', 'key-found', 'in the environment', key(() => 'sk-1')],
  [
    'warn',
    'key-only-in-environment',
    '',
    key((folder) => {
      writeFileSync(`${folder}/unit`, '');
      return 'sk-1';
    }),
  ],
  ['fail', 'key-not-found', '', key(withoutKey)],
  ['pass', 'key-not-needed', '', key(withoutKey, () => '[realtime.headers]\n')],
  ['fail', 'key-readable-by-others', '640', stored('sk-1', 0o640)],
  ['fail', 'key-readable-by-others', '604', stored('sk-1', 0o604)],
  ['fail', 'key-readable-by-others', '622', stored('sk-1', 0o622)],
  ['fail', 'key-wrong-owner', '', () => judgePermissions('/key', { mode: 0o600, uid: 1000 }, true) ?? noRow],
  ['fail', 'key-invalid', 'an empty file', stored('')],
  ['fail', 'key-invalid', 'several lines', stored('sk-1\nsk-2\n')],
  ['fail', 'key-invalid', 'a space', stored('sk-1 x')],
  ['fail', 'key-invalid', 'a key file that others may read', key(write('key', 'sk-1', 0o644), keyFile)],
  ['fail', 'key-invalid', 'a key file that is missing', key(withoutKey, keyFile)],
  ['fail', 'key-unreadable', 'a broken link', key((folder) => symlinkSync('none', `${folder}/credstore`))],
  ['skip', 'key-needs-root', '', () => needsRoot('/etc/credstore/key')],
  ['fail', 'check-failed', '', () => rowOf([broken])],
  ['fail', 'check-timeout', '', () => rowOf([endless])],
  ['skip', 'skipped-step-failed', '', () => rowOf(chained([broken, endless]), 1)],
];
