// Findings on the machine: power, Wi-Fi, space, the systemd service, cards, the clock without a service.

import type { Verdict } from '../../../src/doctor/check.ts';
import { clockCheck } from '../../../src/doctor/checks/clock-check.ts';
import { powerCheck } from '../../../src/doctor/checks/power-check.ts';
import { cardCheck } from '../../../src/doctor/checks/sound-cards.ts';
import { diskCheck, judgeDisks, memoryCheck } from '../../../src/doctor/checks/space-checks.ts';
import { readUnit, unitCheck } from '../../../src/doctor/checks/unit-check.ts';
import { wifiPowerCheck, wifiSignalCheck } from '../../../src/doctor/checks/wifi-checks.ts';
import { findingOn, type Parts } from '../fake-machine.ts';
import { type Case, casesOn } from './case.ts';

const pi = { '/proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0' };
const throttled = (hex: string): Parts => ({ files: pi, programs: { vcgencmd: `throttled=0x${hex}\n` } });
const firmware = '/sys/bus/platform/drivers/raspberrypi-firmware/soc:firmware/get_throttled';

const power = casesOn(powerCheck, [
  ['pass', 'power-good', '', throttled('0')],
  ['fail', 'undervoltage', 'now', throttled('1')],
  ['fail', 'undervoltage', 'now, and throttled', throttled('50005')],
  ['warn', 'undervoltage', 'before, and throttled', throttled('50000')],
  ['warn', 'undervoltage', 'as the kernel tells', { files: { ...pi, [firmware]: '50000' } }],
  ['warn', 'too-hot', '', throttled('80008')],
  ['warn', 'too-hot', 'and undervoltage before', throttled('90008')],
  ['warn', 'frequency-capped', '', throttled('20000')],
  ['warn', 'throttled', '', throttled('40000')],
  ['skip', 'power-unknown', '', { files: pi }],
  [
    'skip',
    'not-a-raspberry-pi',
    'another board',
    { files: { '/proc/device-tree/model': 'Some other board' } },
  ],
  ['skip', 'not-a-raspberry-pi', 'a PC', {}],
]);

const wlan = {
  '/sys/class/net/eth0/operstate': 'up',
  '/sys/class/net/wlan0/operstate': 'up\n',
  '/sys/class/net/wlan0/phy80211/name': 'phy0',
};
const onWlan = (output: string): Parts => ({
  files: wlan,
  programs: { 'iw dev wlan0 get power_save': output, 'iw dev wlan0 link': output },
});
const link = (dbm: number): Parts =>
  onWlan(`Connected to 00:11:22:33:44:55\n\tSSID: Zoes Netz\n\tsignal: ${dbm} dBm\n`);
const wireless = 'Inter-| sta-|\n face | tus |\n wlan0: 0000   54.  -56.  -256        0\n';
const wifi = [
  ...casesOn(wifiPowerCheck, [
    ['warn', 'wifi-power-saving-on', '', onWlan('Power save: on\n')],
    ['pass', 'wifi-power-saving-off', '', onWlan('Power save: off\n')],
    ['skip', 'wifi-unknown', '', onWlan('')],
    ['skip', 'no-wifi', '', { files: { '/sys/class/net/eth0/operstate': 'up' } }],
    ['skip', 'wifi-not-in-use', '', { files: { ...wlan, '/sys/class/net/wlan0/operstate': 'down' } }],
    ['skip', 'iw-missing', '', { files: wlan }],
  ]),
  ...casesOn(wifiSignalCheck, [
    ['pass', 'wifi-signal-good', '', link(-52)],
    ['pass', 'wifi-signal-good', 'without iw', { files: { ...wlan, '/proc/net/wireless': wireless } }],
    ['warn', 'wifi-signal-weak', '', link(-82)],
    ['skip', 'wifi-unknown', 'without iw', { files: wlan }],
  ]),
];

const memoryOf = (availableKb: number): Parts => ({
  files: { '/proc/meminfo': `MemTotal:  948000 kB\nMemFree: 1 kB\nMemAvailable: ${availableKb} kB\n` },
});
const memory = casesOn(memoryCheck, [
  ['pass', 'memory-sufficient', '', memoryOf(400_000)],
  ['warn', 'memory-low', '', memoryOf(40_000)],
  ['skip', 'memory-unknown', '', {}],
]);

const disksOf = (freeMb: number) => () =>
  judgeDisks([
    { path: '/', free: 2_600_000_000, size: 4_100_000_000 },
    { path: '/var/log', free: freeMb * 1_000_000, size: 1_000_000_000 },
  ]);
const disk: Case[] = [
  ['pass', 'disk-sufficient', '', disksOf(300)],
  ['warn', 'disk-low', '', disksOf(299)],
  ['fail', 'disk-full', '', disksOf(49)],
  // A file system of the kernel's, of no size.
  ['fail', 'disk-full', 'a real one', () => diskCheck(['/proc']).run()],
  ['skip', 'disk-unknown', '', () => diskCheck(['/no-such-folder']).run()],
];

const unitOf = (facts: Readonly<Record<string, string>>): Parts => {
  const usual = { LoadState: 'loaded', ActiveState: 'active', UnitFileState: 'enabled', StatusText: 'Ready' };
  const output = Object.entries({ ...usual, NRestarts: '0', ...facts }).map(
    ([name, value]) => `${name}=${value}\n`,
  );
  return { programs: { 'systemctl show parley.service': output.join('') } };
};
const inactive = { ActiveState: 'inactive', SubState: 'dead', StatusText: '' };
const failing = { ActiveState: 'activating', SubState: 'auto-restart', ExecMainStatus: '69' };
const unit = casesOn(
  async (machine) => unitCheck(await readUnit(machine)),
  [
    ['pass', 'service-running', '', unitOf({})],
    ['pass', 'service-running', 'a status with an equals sign', unitOf({ StatusText: 'a=b' })],
    ['warn', 'service-not-enabled', '', unitOf({ UnitFileState: 'linked' })],
    ['warn', 'service-restarted', '', unitOf({ NRestarts: '3' })],
    ['warn', 'service-stopped', '', unitOf(inactive)],
    ['warn', 'service-disabled', '', unitOf({ ...inactive, UnitFileState: 'disabled' })],
    ['fail', 'service-config-invalid', '', unitOf({ ActiveState: 'failed', ExecMainStatus: '78' })],
    ['fail', 'service-failed', '', unitOf(failing)],
    ['skip', 'service-not-installed', '', unitOf({ LoadState: 'not-found', ActiveState: 'inactive' })],
    ['skip', 'service-not-installed', 'no systemd', {}],
  ],
);

export const cardListing = `**** List of CAPTURE Hardware Devices ****
card 0: vc4hdmi [vc4-hdmi], device 0: MAI PCM i2s-hifi-0 [MAI PCM i2s-hifi-0]
  Subdevices: 1/1
card 2: Mic [USB PnP Sound Device], device 0: USB Audio [USB Audio]
`;
const card = (
  verdict: Verdict,
  code: string,
  kind: 'microphone' | 'loudspeaker',
  device: string,
  listing = cardListing,
): Case => {
  const parts = { programs: { 'arecord -l': listing, 'aplay -l': listing } };
  return [verdict, code, device, () => findingOn(parts, (machine) => cardCheck(kind, device, machine))];
};
const cards = [
  card('pass', 'microphone-found', 'microphone', 'plughw:CARD=Mic,DEV=0'),
  card('pass', 'loudspeaker-found', 'loudspeaker', 'plughw:CARD=Mic,DEV=0'),
  card('warn', 'microphone-by-number', 'microphone', 'hw:2,0'),
  card('fail', 'microphone-missing', 'microphone', 'plughw:CARD=Mic,DEV=3'),
  card('fail', 'microphone-missing', 'microphone', 'plughw:CARD=Gone'),
  card('fail', 'loudspeaker-missing', 'loudspeaker', 'plughw:CARD=Gone', ''),
  card('pass', 'microphone-not-a-card', 'microphone', 'default'),
  ...casesOn(
    (machine) => cardCheck('microphone', 'default', machine),
    [['fail', 'alsa-utils-missing', '', {}]],
  ),
];

const clock = casesOn(
  (machine) => clockCheck(machine, undefined),
  [
    ['pass', 'clock-synchronised', 'by systemd', { programs: { timedatectl: 'yes\n' } }],
    ['pass', 'clock-synchronised', 'by timesyncd', { files: { '/run/systemd/timesync/synchronized': '' } }],
    ['warn', 'clock-not-synchronised', '', { programs: { timedatectl: 'no\n' } }],
    ['skip', 'clock-unknown', '', {}],
  ],
);

export const cases: Case[] = [...power, ...wifi, ...memory, ...disk, ...unit, ...cards, ...clock];
