// Power, Wi-Fi, room: as machines of all kinds tell of them.

import { afterEach, describe, expect, test } from 'vitest';
import type { Check } from '../../../src/doctor/check.ts';
import type { Machine } from '../../../src/doctor/checks/machine.ts';
import { powerCheck } from '../../../src/doctor/checks/power-check.ts';
import { diskCheck, memoryCheck } from '../../../src/doctor/checks/space-checks.ts';
import { wifiPowerCheck, wifiSignalCheck } from '../../../src/doctor/checks/wifi-checks.ts';
import { type MachineOf, machineOf, type Parts } from './machine-of.ts';

let machine: MachineOf | undefined;
afterEach(() => machine?.remove());

const look = (check: (machine: Machine) => Check, parts: Parts) => {
  machine = machineOf(parts);
  return check(machine).run();
};

describe('power', () => {
  const pi = { '/proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0' };
  const told = (hex: string): Parts => ({ files: pi, programs: { vcgencmd: `throttled=0x${hex}\n` } });

  test.each([
    ['0', 'pass', 'no undervoltage'],
    ['1', 'fail', 'now: undervoltage'],
    ['50005', 'fail', 'now: undervoltage, throttled'],
    ['50000', 'warn', 'since the last boot: undervoltage, throttled'],
    ['80008', 'warn', 'now: too hot'],
    ['20000', 'warn', 'since the last boot: slowed down'],
    ['90008', 'warn', 'now: too hot; since the last boot: undervoltage'],
  ])('0x%s', async (hex, verdict, detail) => {
    const finding = await look(powerCheck, told(hex));
    expect([finding.verdict, finding.detail]).toEqual([verdict, expect.stringContaining(detail)]);
    expect(finding.remedy === undefined).toBe(verdict === 'pass');
  });

  test('the cable is named where the voltage is low, the air where it is hot', async () => {
    expect((await look(powerCheck, told('50000'))).remedy).toContain('power supply');
    expect((await look(powerCheck, told('8'))).remedy).toContain('air');
  });

  test('without its program the firmware is asked through the kernel', async () => {
    const files = {
      ...pi,
      '/sys/bus/platform/drivers/raspberrypi-firmware/soc:firmware/get_throttled': '50000',
    };
    expect(await look(powerCheck, { files })).toMatchObject({ verdict: 'warn' });
  });

  test('a Pi that does not tell, and what is no Pi', async () => {
    expect(await look(powerCheck, { files: pi })).toMatchObject({
      verdict: 'skip',
      detail: expect.stringContaining('sudo'),
    });
    const files = { '/proc/device-tree/model': 'Some other board' };
    expect(await look(powerCheck, { ...told('1'), files })).toMatchObject({ verdict: 'skip' });
    expect(await look(powerCheck, {})).toMatchObject({ verdict: 'skip' });
  });
});

describe('Wi-Fi', () => {
  const files = {
    '/sys/class/net/eth0/operstate': 'up',
    '/sys/class/net/wlan0/operstate': 'up\n',
    '/sys/class/net/wlan0/phy80211/name': 'phy0',
  };
  const saving = (state: string): Parts => ({
    files,
    programs: { 'iw dev wlan0 get power_save': `Power save: ${state}\n` },
  });

  test('power saving is on, and how to switch it off', async () => {
    const finding = await look(wifiPowerCheck, saving('on'));
    expect(finding).toMatchObject({ verdict: 'warn', detail: 'wlan0, on' });
    expect(finding.remedy).toContain('iw dev wlan0 set power_save off');
    expect(finding.remedy).toContain('802-11-wireless.powersave 2');
  });

  test('power saving is off', async () => {
    expect(await look(wifiPowerCheck, saving('off'))).toEqual({ verdict: 'pass', detail: 'wlan0, off' });
  });

  test.each([
    ['there is none', { '/sys/class/net/eth0/operstate': 'up' }, 'there is no Wi-Fi'],
    ['it is not in use', { ...files, '/sys/class/net/wlan0/operstate': 'down' }, 'wlan0 is not in use'],
    ['iw is missing', files, 'sudo apt install iw'],
  ])('%s', async (_what, some, detail) => {
    expect(await look(wifiPowerCheck, { files: some })).toEqual({
      verdict: 'skip',
      detail: expect.stringContaining(detail),
    });
  });

  const link = (dbm: number): Parts => ({
    files,
    programs: { 'iw dev wlan0 link': `Connected to 00:11:22:33:44:55\n\tSSID: home\n\tsignal: ${dbm} dBm\n` },
  });

  test('a signal that is strong, one that is weak, and nobody tells its name', async () => {
    expect(await look(wifiSignalCheck, link(-52))).toEqual({ verdict: 'pass', detail: 'wlan0, -52 dBm' });
    const weak = await look(wifiSignalCheck, link(-82));
    expect(weak).toMatchObject({ verdict: 'warn', detail: 'wlan0, -82 dBm, weak' });
    expect(JSON.stringify(weak)).not.toContain('home');
  });

  test('the signal without iw', async () => {
    const table = 'Inter-| sta-|\n face | tus |\n wlan0: 0000   54.  -56.  -256        0\n';
    expect(await look(wifiSignalCheck, { files: { ...files, '/proc/net/wireless': table } })).toMatchObject({
      verdict: 'pass',
      detail: 'wlan0, -56 dBm',
    });
    expect(await look(wifiSignalCheck, { files })).toMatchObject({ verdict: 'skip' });
  });
});

describe('room', () => {
  const memory = (availableKb: number): Parts => ({
    files: { '/proc/meminfo': `MemTotal:  948000 kB\nMemFree: 1 kB\nMemAvailable: ${availableKb} kB\n` },
  });

  test('memory', async () => {
    expect(await look(memoryCheck, memory(400_000))).toEqual({
      verdict: 'pass',
      detail: '410 MB available of 971 MB',
    });
    expect(await look(memoryCheck, memory(40_000))).toMatchObject({ verdict: 'warn' });
    expect(await look(memoryCheck, {})).toMatchObject({ verdict: 'skip' });
  });

  test('disks: each once, by its first folder', async () => {
    const { verdict, detail } = await diskCheck(['/', '/', '/no-such-folder']).run();
    expect(['pass', 'warn', 'fail']).toContain(verdict);
    expect(detail).toMatch(/^\/: [\d.]+ [MG]B free of [\d.]+ [MG]B$/);
  });

  test('a disk without any room', async () => {
    // A file system of the kernel's, of no size.
    expect(await diskCheck(['/proc']).run()).toMatchObject({
      verdict: 'fail',
      detail: '/proc: 0 MB free of 0 MB',
      remedy: expect.stringContaining('apt clean'),
    });
  });

  test('no disk that could be looked at', async () => {
    expect(await diskCheck(['/no-such-folder']).run()).toMatchObject({ verdict: 'skip' });
  });
});
