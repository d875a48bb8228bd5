import { describe, expect, it } from 'vitest';
import { cardOf } from '../../src/audio/cards.ts';
import { Child } from '../../src/system/child-process.ts';

/** The card that libasound looks for, from its own message that it finds none. */
const askAlsa = (device: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    new Child('aplay', ['-q', '-t', 'raw', '-D', device, '/dev/null'], {
      env: { ALSA_CONFIG_PATH: '/usr/share/alsa/alsa.conf' },
      onExit: (_code, _signal, stderr) =>
        resolve(/(?:Cannot get card index for |cannot find card ')([^'\n]+)/.exec(stderr)?.[1]),
    });
  });

describe('the card that a device name means', () => {
  // No machine has a card of this id.
  it.each([
    'hw:NoBox',
    'hw:NoBox,0',
    'hw: NoBox',
    'hw:CARD=NoBox',
    'hw:CARD= NoBox',
    'hw:  CARD=NoBox',
    'hw:DEV=0,CARD=NoBox',
    'hw:0,CARD=NoBox',
    'hw:CARD=NoOther,CARD=NoBox',
    'hw:CARD="NoBox",DEV=0',
    "hw:CARD='NoBox'",
    'hw:"NoBox",0',
    String.raw`hw:"No\102ox"`,
    String.raw`hw:'No\Box'`,
    'hw:{CARD NoBox DEV 0}',
    "hw:{ CARD 'NoBox'; DEV 0; }",
    'plughw:CARD=NoBox,DEV=0',
    'pcm.hw:NoBox',
    'sysdefault:NoBox',
    'sysdefault:CARD="NoBox"',
    'sysdefault:{CARD="NoBox"}',
    'default:NoBox',
    'default:CARD=NoBox',
    'dmix:NoBox',
    'dmix:"NoBox",0',
    'dsnoop:NoBox,0',
    'usbstream:NoBox',
    'plug:hw:NoBox',
    "plug:'hw:NoBox,0'",
    'plug:SLAVE="hw:CARD=NoBox,DEV=0"',
    "plug:{SLAVE 'hw:NoBox'}",
    'plug:"dmix:NoBox"',
    'plug:plug:hw:NoBox',
    "tee:'hw:NoBox',/dev/null,raw",
  ])('%s: NoBox, as libasound says too', async (device) => {
    expect(await askAlsa(device)).toBe('NoBox');
    expect(cardOf(device)?.card).toBe('NoBox');
  });

  // libasound knows these only on a machine that has the card.
  it.each(['front:Box,0', 'front:CARD="Box",DEV=0', 'surround51:Box', 'hdmi:CARD=Box,DEV=1', 'iec958:Box'])(
    '%s: Box',
    (device) => {
      expect(cardOf(device)?.card).toBe('Box');
    },
  );

  it.each(['hw:CARD="Box",DEV=2', 'plughw:Box,2', "plug:'dmix:Box,2'", 'dsnoop:DEV=2,CARD=Box'])(
    '%s: Box, its PCM device 2',
    (device) => {
      expect(cardOf(device)).toEqual({ card: 'Box', pcm: 2 });
    },
  );

  it.each([
    ['hw:Box', 0],
    // A function of the card, which may be any of its devices.
    ['sysdefault:CARD=Box', undefined],
    ['hdmi:CARD=Box,DEV=1', undefined],
    ['front:Box,0', undefined],
  ])('%s: its PCM device %s', (device, pcm) => {
    expect(cardOf(device)).toEqual({ card: 'Box', pcm });
  });

  it.each(['hw:1', 'hw:01,0', 'plughw:CARD="1"'])('%s: number 1', (device) => {
    expect(cardOf(device)?.card).toBe('1');
  });

  it.each([
    ...['', 'default', 'sysdefault', 'pulse', 'hw', 'hw:', 'plughw:,0', 'hw:CARD=', 'hw:DEV=0', 'plug:pulse'],
    ...['hw:/dev/snd/controlC1', 'mymic:Box', 'shm:Box,hw', 'file:Box,raw', 'jack:Box', 'hw:"Box', 'plug:'],
  ])('%s: not said', (device) => {
    expect(cardOf(device)).toBeUndefined();
  });

  it('is found by its key where only asound.conf knows the PCM', () => {
    expect(cardOf('mymic:CARD=Box')?.card).toBe('Box');
  });
});
