// What the doctor sees of a machine: real files and real programs.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMachine } from '../../../src/doctor/checks/machine.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-machine-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const machine = createMachine();

test('a program: exit code, stdout, stderr', async () => {
  expect(await machine.run('sh', ['-c', 'echo one; echo two >&2; exit 3'])).toMatchObject({
    code: 3,
    stdout: 'one\n',
    stderr: 'two',
  });
});

test('a missing program', async () => {
  expect(await machine.run('no-such-program', [])).toMatchObject({ code: 127, stdout: '' });
});

test('a program that does not end is killed', async () => {
  expect(await machine.run('sleep', ['600'], 50)).toMatchObject({ code: null });
});

test('at most a megabyte of output is kept', async () => {
  const { code, stdout } = await machine.run('head', ['-c', '3000000', '/dev/zero']);
  expect([code, stdout.length]).toEqual([0, 1024 * 1024]);
});

test('programs in /usr/sbin are found where it is not in the PATH', async () => {
  vi.stubEnv('PATH', folder);
  // Of the package passwd, which every Debian has.
  expect((await machine.run('useradd', ['--help'])).code).not.toBe(127);
});

test('a program gets no secret', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-planted-0123456789');
  expect((await machine.run('env', [])).stdout).not.toContain('sk-planted');
});

test('files and folders, and missing ones', async () => {
  mkdirSync(join(folder, 'sys'));
  writeFileSync(join(folder, 'sys/model'), 'Raspberry Pi 5\0\n');
  writeFileSync(join(folder, 'sys/label'), '');
  const small = createMachine(folder);
  expect(await small.text('/sys/model')).toBe('Raspberry Pi 5');
  expect(await small.text('/sys/none')).toBeUndefined();
  expect(await small.text('/sys')).toBeUndefined();
  expect(await small.names('/sys')).toEqual(['label', 'model']);
  expect(await small.names('/none')).toEqual([]);
  expect(await small.names('/sys/model')).toEqual([]);
});
