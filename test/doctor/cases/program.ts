// Findings on the program: Node, the release, the configuration, the key, and the checks of no result.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../src/config/config.ts';
import { type Check, createCheck, type Finding, fail, type Verdict } from '../../../src/doctor/check.ts';
import { readConfiguration } from '../../../src/doctor/checks/config-check.ts';
import { findKey, judgePermissions, needsRoot } from '../../../src/doctor/checks/key-check.ts';
import { nodeCheck, releaseCheck } from '../../../src/doctor/checks/program-checks.ts';
import { chained, runChecks } from '../../../src/doctor/run.ts';
import type { Case } from './case.ts';

const inFolder = async (find: (folder: string) => Finding | Promise<Finding>): Promise<Finding> => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-case-'));
  try {
    return await find(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const write = (file: string, text: string, mode = 0o600): string => {
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};

const node = (verdict: Verdict, code: string, version: string): Case => ({
  verdict,
  code,
  name: version,
  find: () => nodeCheck({ version, path: '/usr/bin/node' }).run(),
});

/** Two releases are installed, the second is the current one. */
const release = (verdict: Verdict, code: string, name: string, root: string, nodeAbi = '115'): Case => ({
  verdict,
  code,
  name,
  find: () =>
    inFolder((installed) => {
      for (const path of ['releases/0.1.0-aaaaaaaa-node115', 'releases/0.2.0-bbbbbbbb-node115', 'checkout'])
        mkdirSync(join(installed, path), { recursive: true });
      symlinkSync('releases/0.2.0-bbbbbbbb-node115', join(installed, 'current'));
      return releaseCheck({ version: '0.2.0', root: join(installed, root), nodeAbi, installed }).run();
    }),
});

const missingConfig: Case = {
  verdict: 'pass',
  code: 'config-missing',
  name: '',
  find: () => inFolder((folder) => readConfiguration(undefined, `${folder}/parley.toml`).check.run()),
};
const config = (verdict: Verdict, code: string, name: string, toml?: string): Case => ({
  verdict,
  code,
  name,
  find: () =>
    inFolder((folder) => {
      const file = join(folder, 'parley.toml');
      if (toml !== undefined) writeFileSync(file, toml);
      return readConfiguration(file).check.run();
    }),
});

/** @param prepare puts the key into the folder `credstore` or `key`; the result is its variable */
const key = (
  verdict: Verdict,
  code: string,
  name: string,
  prepare: (folder: string) => unknown,
  toml = (_folder: string) => '',
): Case => ({
  verdict,
  code,
  name,
  find: () =>
    inFolder((folder) => {
      const variable = prepare(folder);
      const environment = typeof variable === 'string' ? { OPENAI_API_KEY: variable } : {};
      const places = { environment, credstoreFile: `${folder}/credstore`, unitFile: `${folder}/unit` };
      return findKey(parseConfig(toml(folder), 'parley.toml'), places).check.run();
    }),
});
const keyFile = (folder: string): string => `[realtime]\nkey_file = "${folder}/key"`;
const stored = (text: string, mode?: number) => (folder: string) =>
  void write(`${folder}/credstore`, text, mode);
const rowOf = async (checks: readonly Check[], at = 0): Promise<Finding> => {
  const { verdict, code, detail, remedy } =
    (await runChecks([checks], { onRow: () => undefined }))[at] ?? fail('', '', '');
  return { verdict, code, detail, ...(remedy === undefined ? {} : { remedy }) };
};
const broken = createCheck('disk', () => Promise.reject(new Error('out of range')));
const endless = createCheck('disk', () => new Promise(() => undefined), { limitMs: 10 });

export const cases: Case[] = [
  node('pass', 'node-supported', 'v20.19.0'),
  node('pass', 'node-supported', 'v24.0.0'),
  node('fail', 'node-too-old', 'v20.18.9'),
  node('fail', 'node-too-old', 'v18.20.4'),
  release('pass', 'release-current', 'by its link', 'current'),
  release('pass', 'release-current', 'by its name', 'releases/0.2.0-bbbbbbbb-node115'),
  release('warn', 'release-not-current', '', 'releases/0.1.0-aaaaaaaa-node115'),
  release('warn', 'release-for-other-node', '', 'current', '127'),
  release('pass', 'release-not-installed', '', 'checkout'),
  missingConfig,
  config('pass', 'config-valid', '', '[button]\ngpio = 5\n'),
  config('fail', 'config-invalid', 'two faults', '[button]\ngpoi = 5\ndebounce_ms = "long"\n'),
  config('fail', 'config-invalid', 'no such file'),
  key('pass', 'key-found', 'in the credential store', stored('sk-1\n')),
  key('pass', 'key-found', 'in the key file', (folder) => void write(`${folder}/key`, 'sk-1'), keyFile),
  key('pass', 'key-found', 'in the environment', () => 'sk-1'),
  key('warn', 'key-only-in-environment', '', (folder) => {
    write(`${folder}/unit`, '');
    return 'sk-1';
  }),
  key('fail', 'key-missing', '', () => undefined),
  key(
    'pass',
    'key-not-needed',
    '',
    () => undefined,
    () => '[realtime.headers]\n',
  ),
  key('fail', 'key-readable-by-others', '640', stored('sk-1', 0o640)),
  key('fail', 'key-readable-by-others', '604', stored('sk-1', 0o604)),
  key('fail', 'key-readable-by-others', '622', stored('sk-1', 0o622)),
  {
    verdict: 'fail',
    code: 'key-wrong-owner',
    name: '',
    find: () =>
      judgePermissions('/etc/credstore/key', { mode: 0o100600, uid: 1000 }, true) ?? fail('', '', ''),
  },
  key('fail', 'key-invalid', 'an empty file', stored('')),
  key('fail', 'key-invalid', 'several lines', stored('sk-1\nsk-2\n')),
  key('fail', 'key-invalid', 'a space', stored('sk-1 x')),
  key(
    'fail',
    'key-invalid',
    'a key file that others may read',
    (folder) => void write(`${folder}/key`, 'sk-1', 0o644),
    keyFile,
  ),
  key('fail', 'key-invalid', 'a key file that is missing', () => undefined, keyFile),
  key('fail', 'key-unreadable', 'a broken link', (folder) => symlinkSync('none', `${folder}/credstore`)),
  { verdict: 'skip', code: 'key-needs-root', name: '', find: () => needsRoot('/etc/credstore/key') },
  { verdict: 'fail', code: 'check-failed', name: '', find: () => rowOf([broken]) },
  { verdict: 'fail', code: 'check-timeout', name: '', find: () => rowOf([endless]) },
  {
    verdict: 'skip',
    code: 'skipped-step-failed',
    name: '',
    find: () => rowOf(chained([broken, endless]), 1),
  },
];
