// Which cards and which network are there, in a folder that looks like the kernel's.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { NetworkInterfaceInfo } from 'node:os';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cardOf, createHardwarePresence } from '../../src/system/hardware-presence.ts';

let cards = '';
beforeEach(() => {
  cards = mkdtempSync(join(tmpdir(), 'parley-cards-'));
});
afterEach(() => rmSync(cards, { recursive: true }));

const plugIn = (number: number, id: string): void => {
  mkdirSync(join(cards, `card${number}`), { recursive: true });
  writeFileSync(join(cards, `card${number}/id`), `${id}\n`);
};

const address = (text: string, internal = false): NetworkInterfaceInfo => ({
  address: text,
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '00:00:00:00:00:00',
  internal,
  cidr: null,
});

describe('cards', () => {
  test.each([
    ['plughw:CARD=Mic,DEV=0', 'Mic'],
    ['plughw:DEV=0,CARD=Mic', 'Mic'],
    ['sysdefault:CARD=Mic', 'Mic'],
    ['plughw:Mic,0', 'Mic'],
    ['hw:1,0', '1'],
    ['default', undefined],
    ['pulse', undefined],
    ['dmix:Mic', undefined],
    ['', undefined],
  ])('%s names the card %s', (device, card) => {
    expect(cardOf(device)).toBe(card);
  });

  const look = (microphone: string, loudspeaker: string): string | undefined =>
    createHardwarePresence({ microphone, loudspeaker, url: 'ws://127.0.0.1/', cards }).missing();

  test('that are there, by name or number, are not missed', () => {
    plugIn(0, 'vc4hdmi');
    plugIn(3, 'Mic');
    writeFileSync(join(cards, 'timer'), '');
    expect(look('plughw:CARD=Mic,DEV=0', 'hw:0,0')).toBeUndefined();
    expect(look('default', 'default')).toBeUndefined();
  });

  test('that are not there are named, one after the other, and found again', () => {
    const both = createHardwarePresence({
      microphone: 'plughw:CARD=Mic,DEV=0',
      loudspeaker: 'plughw:CARD=Box,DEV=0',
      url: 'ws://localhost/',
      cards,
    });
    expect(both.missing()).toBe('There is no microphone "plughw:CARD=Mic,DEV=0": plug it in.');
    plugIn(1, 'Mic');
    expect(both.missing()).toBe('There is no loudspeaker "plughw:CARD=Box,DEV=0": plug it in.');
    plugIn(2, 'Box');
    expect(both.missing()).toBeUndefined();
    rmSync(cards, { recursive: true });
    expect(both.missing()).toContain('There is no microphone');
    mkdirSync(cards);
  });
});

describe('the network', () => {
  const look = (url: string, ...addresses: NetworkInterfaceInfo[]): string | undefined =>
    createHardwarePresence({
      microphone: 'default',
      loudspeaker: 'default',
      url,
      cards,
      interfaces: () => ({ lo: [address('127.0.0.1', true)], wlan0: addresses, down: undefined }),
    }).missing();

  test('is missed where only the machine itself can be reached', () => {
    const sentence = 'There is no network: check the cable, or the Wi-Fi ("nmcli device").';
    expect(look('wss://api.openai.com/v1/realtime')).toBe(sentence);
    expect(look('wss://api.openai.com/v1/realtime', address('169.254.3.4'), address('fe80::1'))).toBe(
      sentence,
    );
    expect(look('wss://api.openai.com/v1/realtime', address('192.168.1.7'))).toBeUndefined();
  });

  test.each(['ws://127.0.0.1:8765/v1', 'ws://localhost/', 'ws://[::1]:1/'])('is not needed for %s', (url) => {
    expect(look(url)).toBeUndefined();
  });
});
