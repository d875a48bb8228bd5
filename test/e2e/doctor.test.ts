// `parley doctor` as people and scripts run it, with a parrot and the sound rig.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../src/doctor/report/report.ts';
import { Parrots } from '../parrot/parrots.ts';
import { type Environment, startProgram } from '../rigs/daemon.ts';
import { type SoundRig, startSoundRig } from '../rigs/sound-rig.ts';

const secret = 'sk-planted-0123456789';
const parrots = new Parrots();
let rig: SoundRig;
let folder = '';
beforeEach(async () => {
  rig = await startSoundRig();
  folder = mkdtempSync(join(tmpdir(), 'parley-doctor-'));
});
afterEach(async () => {
  await parrots.close();
  await rig.stop();
  rmSync(folder, { recursive: true, force: true });
});

const configured = (toml: string): string[] => {
  const file = join(folder, 'parley.toml');
  writeFileSync(file, `[button]\nbackend = "none"\n[light]\nbackend = "none"\n${toml}`);
  return ['--config', file];
};

const doctor = async (words: readonly string[], env: Environment = {}) => {
  const program = startProgram(['doctor', ...words], { ...rig.env, ...env });
  program.process.stdin?.end();
  const { code } = await program.ended;
  return { code, output: program.output(), errors: program.errors() };
};

const reportOf = (output: string): Report => JSON.parse(output) as Report;
const rowOf = (report: Report, id: string) => report.checks.find((row) => row.id === id);

describe('parley doctor', () => {
  test('everything works: the session is opened with the key, the cards are used', async () => {
    const parrot = await parrots.start({ key: secret });
    const words = configured(`[realtime]\nurl = "${parrot.url}"\n`);
    const { code, output, errors } = await doctor(['--json', ...words], { OPENAI_API_KEY: secret });
    const report = reportOf(output);
    expect(rowOf(report, 'session')).toMatchObject({
      code: 'session-ready',
      detail: expect.stringMatching(/^open after \d+ ms, session.updated after \d+ ms/),
    });
    expect(rowOf(report, 'tcp')).toMatchObject({ code: 'tcp-connected' });
    expect(rowOf(report, 'loudspeaker-tone')).toMatchObject({ code: 'tone-played' });
    expect(report.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['node', 'config', 'key', 'clock', 'disk']),
    );
    // A null sink without sound delivers exact zeros, as a muted microphone does.
    expect(report.checks.filter(({ verdict }) => verdict === 'fail').map(({ code }) => code)).toEqual([
      'microphone-silent',
    ]);
    expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'fail' });
    expect(`${output}${errors}`).not.toContain(secret);
  });

  test('a table, with the remedy under what failed', async () => {
    const words = configured('[realtime]\nurl = "ws://127.0.0.1:9/"\n[realtime.headers]\n');
    const { code, output } = await doctor(['--silent', ...words]);
    expect(code).toBe(1);
    expect(output).toMatch(/^FAIL {2}TCP +127\.0\.0\.1 port 9: ECONNREFUSED\n +-> /m);
    expect(output).toMatch(/^- {5}Session +not tried: TCP failed$/m);
    expect(output).toMatch(/^Parley \S+: \d+ passed, .*\d+ failed, \d+ not tried\.$/m);
    expect(output).not.toContain('\x1b[');
  });

  test('--offline does not use the network', async () => {
    const parrot = await parrots.start();
    const words = configured(`[realtime]\nurl = "${parrot.url}"\n[realtime.headers]\n`);
    const report = reportOf((await doctor(['--json', '--offline', '--silent', ...words])).output);
    for (const id of ['dns', 'tcp', 'tls', 'session'])
      expect(rowOf(report, id)).toMatchObject({ code: 'skipped-offline' });
  });

  test('an invalid configuration is a failed check, and the other checks run', async () => {
    const { code, output } = await doctor([
      '--json',
      '--offline',
      '--silent',
      ...configured('[realtime]\nvioce = 1\n'),
    ]);
    expect(code).toBe(1);
    expect(rowOf(reportOf(output), 'config')).toMatchObject({
      code: 'config-invalid',
      detail: expect.stringContaining('did you mean "voice"?'),
    });
  });

  test('--bundle: a file that only its owner can read, never replaced, without secrets', async () => {
    const file = join(folder, 'support.txt');
    const header = 'X-Token = "hush-hush-0987654321"\nAuthorization = "Bearer {key}"\n';
    const words = configured(`[realtime.headers]\n${header}`);
    const { errors } = await doctor(['--offline', '--silent', '--bundle', file, ...words], {
      OPENAI_API_KEY: secret,
    });
    expect(errors).toContain(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    for (const part of ['===== doctor', '===== /etc/os-release', 'backend = "none"'])
      expect(text).toContain(part);
    for (const hidden of [secret, 'hush-hush-0987654321']) expect(text).not.toContain(hidden);
    const again = await doctor(['--offline', '--silent', '--bundle', file, ...words]);
    expect(again).toMatchObject({ code: 69, errors: expect.stringContaining(file) });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
