// Whether cards and a network are present, in a folder with the layout of the kernel's.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { NetworkInterfaceInfo } from 'node:os';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cardOf } from '../../src/audio/cards.ts';
import { createHardwarePresence } from '../../src/system/hardware-presence.ts';

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

const soundDevice = (device: string) => ({ device, card: cardOf(device)?.card });

describe('a sound card', () => {
  const presence = (microphone: string, loudspeaker: string) =>
    createHardwarePresence({
      microphone: soundDevice(microphone),
      loudspeaker: soundDevice(loudspeaker),
      url: 'ws://127.0.0.1/',
      cards,
    });

  test.each([
    ['plughw:CARD=Mic,DEV=0', 'hw:0,0'],
    ['hw:CARD="Mic",DEV=0', "sysdefault:CARD='vc4hdmi'"],
    ['sysdefault:Mic', 'plug:"dmix:vc4hdmi"'],
    ['hw:03', 'front:vc4hdmi'],
    ['default', 'default'],
  ])('is present by id or number, or not named: %s, %s', (microphone, loudspeaker) => {
    plugIn(0, 'vc4hdmi');
    plugIn(3, 'Mic');
    writeFileSync(join(cards, 'timer'), '');
    expect(presence(microphone, loudspeaker).missing()).toBeUndefined();
  });

  test.each(['plughw:CARD=Box,DEV=0', 'hw:CARD="Box",DEV=0', 'sysdefault:Box', 'dmix:Box', 'hw:2'])(
    'is missing until it is plugged in: %s',
    (loudspeaker) => {
      const both = presence('plughw:CARD=Mic,DEV=0', loudspeaker);
      expect(both.missing()).toEqual({
        what: 'microphone',
        code: 'microphone-missing',
        severity: 'temporary',
        sentence: expect.stringContaining('"plughw:CARD=Mic,DEV=0"'),
      });
      plugIn(1, 'Mic');
      expect(both.missing()).toMatchObject({
        what: 'loudspeaker',
        code: 'loudspeaker-missing',
        sentence: expect.stringContaining(loudspeaker),
      });
      plugIn(2, 'Box');
      expect(both.missing()).toBeUndefined();
      rmSync(cards, { recursive: true });
      expect(both.missing()?.what).toBe('microphone');
      mkdirSync(cards);
    },
  );
});

describe('the network', () => {
  const look = (url: string, ...addresses: NetworkInterfaceInfo[]) =>
    createHardwarePresence({
      url,
      cards,
      interfaces: () => ({ lo: [address('127.0.0.1', true)], wlan0: addresses, down: undefined }),
    }).missing()?.what;

  test('is missing where only the machine itself can be reached', () => {
    const url = 'wss://api.openai.com/v1/realtime';
    expect(look(url)).toBe('network');
    expect(look(url, address('169.254.3.4'), address('fe80::1'))).toBe('network');
    expect(look(url, address('192.168.1.7'))).toBeUndefined();
  });

  test.each(['ws://127.0.0.1:8765/v1', 'ws://localhost/', 'ws://[::1]:1/'])('is not needed for %s', (url) => {
    expect(look(url)).toBeUndefined();
  });
});
