// The support file: who owns it, what is in it, and that no secret of the machine is.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Unavailable } from '../../../src/core/errors.ts';
import { createSecretFilter } from '../../../src/doctor/redact/private-data.ts';
import type { Report } from '../../../src/doctor/report/report.ts';
import { reserveSupportFile } from '../../../src/doctor/report/support-file.ts';
import { createFakeMachine, type FakeMachine, type Parts } from '../fake-machine.ts';

const key = 'planted-0123456789';
let folder = '';
let machine: FakeMachine | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-support-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  machine?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const report: Report = {
  version: '1.2.3',
  verdict: 'fail',
  checks: [{ id: 'tcp', title: 'TCP', verdict: 'fail', code: 'x', detail: 'no way', remedy: 'Try.', ms: 3 }],
};

const written = async (parts: Parts): Promise<string> => {
  machine = createFakeMachine(parts);
  const file = join(folder, 'support.txt');
  const support = reserveSupportFile(file);
  const filter = createSecretFilter([key]);
  await support.write({ report, machine, filter, configPath: '/etc/parley/parley.toml' });
  support.close();
  return readFileSync(file, 'utf8');
};

describe('the file', () => {
  test('only its owner can read it', async () => {
    await written({});
    expect(statSync(join(folder, 'support.txt')).mode & 0o777).toBe(0o600);
  });

  test.runIf(process.getuid?.() === 0)('belongs to the user who called sudo', async () => {
    vi.stubEnv('SUDO_UID', '1234');
    vi.stubEnv('SUDO_GID', '2345');
    await written({});
    expect(statSync(join(folder, 'support.txt'))).toMatchObject({ uid: 1234, gid: 2345 });
  });

  test('never replaces another file, nor follows a link', () => {
    const there = join(folder, 'there.txt');
    writeFileSync(there, 'precious');
    symlinkSync(join(folder, 'target'), join(folder, 'link'));
    for (const path of [there, join(folder, 'link')])
      expect(() => reserveSupportFile(path)).toThrow(Unavailable);
    expect(readFileSync(there, 'utf8')).toBe('precious');
    expect(() => statSync(join(folder, 'target'))).toThrow('ENOENT');
  });

  test('a path that cannot be written', () => {
    mkdirSync(join(folder, 'folder'));
    for (const path of [join(folder, 'none/support.txt'), join(folder, 'folder'), ''])
      expect(() => reserveSupportFile(path)).toThrow(Unavailable);
  });

  test('an empty file is removed', () => {
    const path = join(folder, 'support.txt');
    const support = reserveSupportFile(path);
    support.close();
    support.close();
    expect(() => statSync(path)).toThrow('ENOENT');
    reserveSupportFile(path).close();
  });
});

describe('what is in it', () => {
  test('the report, and a section for every source, missing ones included', async () => {
    const text = await written({
      files: {
        '/etc/os-release': 'NAME="Debian"',
        '/proc/device-tree/model': 'Raspberry Pi 5\0',
        '/etc/parley/parley.toml': '# mine\n[button]\ngpio = 5\n',
      },
      programs: {
        uname: 'Linux 6.12\n',
        'aplay -l': { code: 1, stdout: '', stderr: 'no soundcards found' },
        gpioinfo: { code: null, stdout: 'half a li', stderr: '' },
        journalctl: { code: 0, stdout: '', stderr: '' },
      },
    });
    for (const part of [
      /^Parley 1\.2\.3, support file of \d{4}-\d\d-\d\dT/,
      /===== doctor\nFAIL {2}TCP {2}no way\n +-> Try\.\n\nParley 1\.2\.3: 0 passed, 1 failed/,
      /===== \/etc\/os-release\nNAME="Debian"\n/,
      /===== \/proc\/device-tree\/model\nRaspberry Pi 5\n/,
      /===== \/etc\/parley\/parley\.toml, without its comments\n {3}2 {2}\[button\]\n {3}3 {2}gpio = 5\n/,
      /===== \/proc\/asound\/cards\n\(missing\)\n/,
      /===== uname -srmo\nLinux 6\.12\n/,
      /===== aplay -l\n\(no soundcards found \(exit code 1\)\)\n/,
      /===== gpioinfo\nhalf a li\(no answer \(exit code none\)\)\n/,
      /===== arecord -L\n\(not installed\)\n/,
      /===== journalctl .*\n\(empty\)\n/,
    ])
      expect(text).toMatch(part);
    expect(text).not.toContain('mine');
  });

  test('the state of the service without its environment', async () => {
    await written({});
    const commands = machine?.commands.filter((command) => command.startsWith('systemctl')) ?? [];
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(command).not.toMatch(/Environment|--all/);
    expect(machine?.commands.find((command) => command.startsWith('journalctl'))).toContain('--lines=500');
  });

  test('secrets and personal data of every source are removed', async () => {
    const said = 'what-she-said';
    const line = JSON.stringify({ level: 'info', who: 'person', text: `${said} ${key}`, msg: 'Heard' });
    const noise = `${key} sk-another-1 Bearer 0123456789abcdef 93.184.216.34 dc:a6:32:01:ab:cd /home/zoe/x\n`;
    const programs = ['uname', 'systemctl', 'arecord', 'aplay', 'amixer', 'lsusb', 'gpiodetect', 'gpioinfo'];
    const text = await written({
      files: {
        '/etc/os-release': noise,
        '/boot/firmware/config.txt': noise,
        '/proc/asound/cards': noise,
        '/etc/parley/parley.toml': `# ${key}\n[realtime.headers]\nX = "sesame-open"\n[realtime]\nkey = "${key}"\n`,
      },
      programs: {
        ...Object.fromEntries(programs.map((program) => [program, noise])),
        journalctl: `${line}\n2026-11-26 parley[7]: ${line}\n`,
        'iw dev': '\t\tssid Zoes Netz\n',
        ip: 'wlan0 UP 192.168.1.7/24 fe80::1234:5678:9abc:def0/64\n',
        df: { code: 1, stdout: '', stderr: noise },
      },
    });
    for (const word of [key, 'sk-another', '0123456789abcdef', '93.184', 'dc:a6', 'zoe', 'Zoe', said])
      expect(text).not.toContain(word);
    for (const word of ['sesame', '192.168', 'fe80']) expect(text).not.toContain(word);
    expect(text).toContain('"msg":"Heard"');
  });
});
