// The unit as systemd's own tools see it, without a systemd that runs.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { exitCodes } from '../../src/core/exit-codes.ts';

const file = fileURLToPath(new URL('../../systemd/parley.service', import.meta.url));
const text = readFileSync(file, 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'parley-unit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every value of a key, in order. */
const values = (key: string): string[] =>
  [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value ?? '');

const analyze = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['--no-pager', ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, complaints: stderr.split('\n').filter((line) => line !== '') };
};

/** The unit with `from` replaced, to see what the tools report of it. */
const changed = (from: string | RegExp, to: string): string => {
  const copy = join(folder, 'parley.service');
  writeFileSync(copy, text.replaceAll(from, to));
  return copy;
};

it('is understood by systemd, but for what 252 does not know yet', () => {
  const { status, complaints } = analyze('verify', changed('/opt/parley/current/bin/node', process.execPath));
  const unknown = /Unknown key.* '(RestartSteps|RestartMaxDelaySec)' in section/;
  expect(complaints.filter((line) => !unknown.test(line))).toEqual([]);
  expect(status).toBe(0);
});

it('would not be, with a word that systemd does not know', () => {
  const nonsense = changed('Restart=on-failure', 'Restart=on-Sundays');
  expect(analyze('verify', nonsense).complaints.join()).toContain('on-Sundays');
});

it('is exposed by 1.6 at most', () => {
  const tenths = '16';
  expect(analyze('security', '--offline=true', `--threshold=${tenths}`, file).status).toBe(0);
  const open = changed(/^(ProtectKernelTunables|PrivateUsers)=yes$/gm, '');
  expect(analyze('security', '--offline=true', `--threshold=${tenths}`, open).status).not.toBe(0);
});

it('takes the program, the configuration and the key from where setup lays them', () => {
  const run =
    '/opt/parley/current/bin/node /opt/parley/current/dist/parley.js run --config /etc/parley/parley.toml';
  expect(values('ExecStart')).toEqual([run]);
  expect(values('LoadCredential')).toEqual(['openai-api-key:parley-openai-api-key']);
});

it('has a folder that stays after it, and that no other user may read', () => {
  // systemd keeps those of a user that comes and goes below /var/lib/private.
  expect(values('DynamicUser')).toEqual(['yes']);
  expect(values('StateDirectory')).toEqual(['parley']);
  expect(values('StateDirectoryMode')).toEqual(['0700']);
});

it('is not started again after a configuration that is wrong', () => {
  expect(values('Restart')).toEqual(['on-failure']);
  expect(values('RestartPreventExitStatus')).toEqual([String(exitCodes.config)]);
  expect(values('StartLimitIntervalSec')).toEqual(['0']);
});

// The shell's part of the command; what it executes stands in for Parley.
it.each([
  { result: 'success', status: '0', words: '' },
  { result: 'exit-code', status: String(exitCodes.config), words: '' },
  { result: 'exit-code', status: '70', words: 'light off --config /etc/parley/parley.toml' },
  { result: 'watchdog', status: 'KILL', words: 'light off --config /etc/parley/parley.toml' },
  { result: 'signal', status: 'SEGV', words: 'light off --config /etc/parley/parley.toml' },
])('switches off what was left on: after $result, $status: "$words"', ({ result, status, words }) => {
  const [, command = ''] = /^-\/bin\/sh -c '(.*)'$/.exec(values('ExecStopPost')[0] ?? '') ?? [];
  const script = command
    .replaceAll('$$', '$')
    .replace('/opt/parley/current/bin/node /opt/parley/current/dist/parley.js', 'echo');
  const env = { ...process.env, SERVICE_RESULT: result, EXIT_STATUS: status };
  const said = spawnSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' });
  expect([said.status, said.stdout.trim()]).toEqual([0, words]);
});

it('goes on when the kernel has killed a tool for its memory', () => {
  expect(values('OOMPolicy')).toEqual(['continue']);
});
