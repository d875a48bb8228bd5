// What is removed, and what must stay for the file to be useful.

import { describe, expect, test } from 'vitest';
import { createPrivacyFilter, withoutSpeech } from '../../../src/doctor/redact/private-data.ts';

const filter = createPrivacyFilter('annas-pi.fritz.box', 'anna');

describe('removed', () => {
  test.each([
    ['link/ether dc:a6:32:01:AB:cd up', 'link/ether [MAC address] up'],
    ['inet 192.168.178.23/24', 'inet [address]/24'],
    ['it is 93.184.216.34.', 'it is [address].'],
    ['it is 93.184.216.34, port 1', 'it is [address], port 1'],
    ['inet6 2a02:8108:1:2:dea6:32ff:fe01:abcd/64', 'inet6 [address]/64'],
    ['inet6 fe80::dea6:32ff:fe01:abcd', 'inet6 [address]'],
    ['ws://[fd00::17]:8000/v1', 'ws://[[address]]:8000/v1'],
    ['annas-pi.fritz.box and Annas-Pi and annas-pi.local', '[host] and [host] and [host].local'],
    ['/home/anna/parley/dist', '/home/[user]/parley/dist'],
    ['/home/bert: not found', '/home/[user]: not found'],
    ['by anna, not by joanna', 'by [user], not by joanna'],
    ['session sess_dc6a460e0329498d927a1c2f3b4', 'session [random]'],
    ['id 3f2a9c1d4e5b6a7f8091a2b3c4d5e6f7', 'id [random]'],
  ])('%s', (text, left) => {
    expect(filter(text)).toBe(left);
  });

  test('the name of a network, everywhere', () => {
    const text = 'Interface wlan0\n\t\tssid Anna + Bert (5 GHz)\n\nconnected to Anna + Bert (5 GHz), well';
    expect(filter(text)).toBe('Interface wlan0\n\t\tssid [network]\n\nconnected to [network], well');
  });
});

test.each([
  '127.0.0.1 port 8765, and ::1',
  'Linux 6.12.34+rpt-rpi-2712 aarch64 GNU/Linux',
  '0.1.0-3f2a9c1d-node115',
  '2026-11-26T10:59:26.496Z and 12:00:00',
  'plughw:CARD=Device,DEV=0',
  'alsa_output.usb-GeneralPlus_USB_Audio_Device-00.analog-stereo',
  'usb-0000:01:00.0-1.3, full speed',
  'Failed to connect to bus: Host is down',
])('left as it is: %s', (text) => {
  expect(filter(text)).toBe(text);
});

test.each(['parley', 'raspberrypi', 'pi', ''])('a machine named %j identifies no person', (name) => {
  const text = 'parley.service on raspberrypi, of pi';
  expect(createPrivacyFilter(name, name)(text)).toBe(text);
});

test('a name with the characters of a pattern', () => {
  expect(createPrivacyFilter('a.+(b')('on a.+(b, not aab')).toBe('on [host], not aab');
});

test.each([
  [
    '{"who":"person","text":"my \\"secret\\" plan","msg":"Heard"}',
    '{"who":"person","text":"[what was said]","msg":"Heard"}',
  ],
  ['parley[7]: {"text": "cut off in the mid', 'parley[7]: {"text": "[what was said]"'],
  ['{"text":"a","x":1}\n{"text":"b"}', '{"text":"[what was said]","x":1}\n{"text":"[what was said]"}'],
  ['{"transcript":"hello\\\\"}', '{"transcript":"[what was said]"}'],
  [
    'Dec 01 pi parley[7]:   Heard: my secret: plan\nDec 01 pi parley[7]:   Said: "yes"\nDec 01 pi parley[7]: Ready',
    'Dec 01 pi parley[7]:   Heard: [what was said]\nDec 01 pi parley[7]:   Said: [what was said]\nDec 01 pi parley[7]: Ready',
  ],
  ['{"phase":"idle","msg":"Ready"}', '{"phase":"idle","msg":"Ready"}'],
])('speech is removed: %s', (text, left) => {
  expect(withoutSpeech(text)).toBe(left);
});
