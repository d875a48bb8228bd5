// The questions of setup.sh: what it proposes, what it accepts as an answer, and that the key stays secret.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaults } from '../../src/config/config.ts';
import { forEachTest, type Machine, whyNoMachine } from './machine.ts';

const why = whyNoMachine();

describe.skipIf(why !== undefined)(`setup.sh asks ${why ?? ''}`, () => {
  let machine: Machine;
  forEachTest((fresh) => {
    machine = fresh;
    machine.put('systemd-runs');
    machine.startBuilt();
  });

  const config = (): string => machine.read('etc/parley/parley.toml');
  const devices = (): (string | undefined)[] =>
    [...config().matchAll(/^device = "(.*)"$/gm)].map(([, device]) => device);

  /** The headphone socket, two screens, and these USB cards. */
  const plugIn = (...usb: [id: string, name: string][]): void => {
    const cards = [
      ['b1', 'bcm2835 HDMI 1', 'playback 8'],
      ['Headphones', 'bcm2835 Headphones', 'playback 8'],
      ['vc4hdmi0', 'vc4-hdmi-0', 'playback 1'],
      ...usb.map(([id, name]) => [id, name, 'playback 1 : capture 1']),
    ];
    for (const [number, [id = '']] of cards.entries()) {
      machine.put(`cards/card${number}/id`, `${id}\n`);
      if (number > 2) machine.put(`cards/card${number}/usbid`, '0d8c:0014\n');
    }
    const list = cards.map(([id, name], number) => ` ${number} [${id}]: driver - ${name}\n        ${name}\n`);
    machine.put('cards/cards', list.join(''));
    const pcm = cards.map(([, name, kinds], number) => `0${number}-00: ${name} : ${name} : ${kinds}\n`);
    machine.put('cards/pcm', pcm.join(''));
  };

  test('every question, with the devices it finds as the proposals, and the key hidden', async () => {
    plugIn(['Mic', 'USB Microphone'], ['Box', 'USB Box']);
    const { answer, ended, output } = machine.setupInTerminal();
    await answer('The key of the service', 'sk one\n');
    await answer('does not hold a key', '');
    await answer('The key of the service', 'sk-typed-by-hand\n');
    await answer('number of the microphone, or any ALSA device [plughw:CARD=Mic,DEV=0]', '\n');
    await answer('number of the loudspeaker, or any ALSA device [plughw:CARD=Mic,DEV=0]', '2\n');
    await answer(`GPIO line of the button [${defaults.button.gpio}]`, '99\n');
    await answer('GPIO 99 ', '');
    await answer('GPIO line of the button [17]', '22\n');
    await answer(`GPIO line of the light [${defaults.light.gpio}]`, '\n');
    expect(await ended).toBe(0);
    expect(output()).toMatch(/1 +plughw:CARD=Mic,DEV=0 +USB Microphone/);
    expect(output()).toMatch(/5 +plughw:CARD=vc4hdmi0,DEV=0 +vc4-hdmi-0/);
    expect(output()).not.toMatch(/sk one|sk-typed/);
    expect(devices()).toEqual(['plughw:CARD=Mic,DEV=0', 'plughw:CARD=Box,DEV=0']);
    expect(config()).toMatch(/^gpio = 22$/m);
    expect(config()).toMatch(/^gpio = 27$/m);
    expect(machine.read('etc/credstore/parley-openai-api-key')).toBe('sk-typed-by-hand\n');
  });

  test('no question that an option has answered, and none on an upgrade', async () => {
    const key = machine.put('key', 'sk-one\n', 0o600);
    const words = [
      '--microphone',
      'hw:1',
      '--loudspeaker',
      'hw:2',
      '--button-gpio',
      '5',
      '--light-gpio',
      '6',
    ];
    for (const options of [[...words, '--api-key-file', key], []]) {
      const { ended, output } = machine.setupInTerminal(...options);
      expect(await ended).toBe(0);
      expect(output()).not.toMatch(/[:\]] ?$/m);
    }
  });

  test('an end of the answers changes nothing', async () => {
    const before = machine.changes();
    const { answer, ended, output } = machine.setupInTerminal();
    await answer('The key of the service', '\x04');
    expect(await ended).toBe(1);
    expect(output()).toContain('nothing is changed');
    expect(machine.changes()).toEqual(before);
  });

  test('with --yes no question: USB before the headphone socket, and a screen last', () => {
    plugIn(['Mic', 'USB Microphone']);
    machine.setup('--yes');
    expect(devices()).toEqual(['plughw:CARD=Mic,DEV=0', 'plughw:CARD=Mic,DEV=0']);
    machine.run('rm', '/etc/parley/parley.toml');
    machine.take('cards');
    plugIn();
    machine.setup('--yes');
    expect(devices()).toEqual(['default', 'plughw:CARD=Headphones,DEV=0']);
  });

  test.each([
    ['hw:CARD="Box",DEV=0', 'sysdefault:{CARD Box}'],
    ['hw:CARD=0,DEV=0', 'plughw:{CARD=Box DEV=0}'],
    ['hw:Gone,0', 'hw: Box'],
  ])('%s and %s, as ALSA takes them, are not judged', (one, other) => {
    plugIn(['Box', 'USB Box']);
    const ended = machine.setup('--yes', '--microphone', one, '--loudspeaker', other);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const read = machine.run('parley', 'config', 'get', 'microphone.device,loudspeaker.device');
    expect(read.stdout).toBe(`${one}\n${other}\n`);
  });

  test('a card that is named in the usual form and missing is a warning', () => {
    plugIn(['Mic', 'USB Microphone']);
    const { code, stderr } = machine.setup(
      '--yes',
      ...['--microphone', 'plughw:CARD=Mic,DEV=0', '--loudspeaker', 'plughw:CARD=Gone,DEV=0'],
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/^parley: the loudspeaker plughw:CARD=Gone,DEV=0 .*\n$/);
    expect(devices()).toEqual(['plughw:CARD=Mic,DEV=0', 'plughw:CARD=Gone,DEV=0']);
  });

  test('the key is in no list of arguments, no environment, no output and no file but its own', () => {
    const key = 'sk-never-to-be-seen';
    machine.put('seen');
    const ended = machine.setup('--yes', '--api-key-file', machine.put('key', `${key}\n`, 0o600));
    expect(ended.code).toBe(0);
    const seen = machine.noted('seen');
    // The spy sees what there is to see.
    expect(seen).toContain('setup.sh\0--yes\0--api-key-file');
    expect(seen).not.toContain(key);
    expect(ended.stdout + ended.stderr).not.toContain(key);
    const holders = machine
      .changes()
      .filter((path) => !path.includes('node_modules'))
      .filter((path) => !path.endsWith('/bin/node') && !path.startsWith('etc/systemd'))
      .filter((path) => !/opt\/parley\/current$|bin\/parley$/.test(path))
      .filter((path) => readFileSync(machine.path(path)).includes(key));
    expect(holders).toEqual(['etc/credstore/parley-openai-api-key']);
  });

  test('--gpio-backend none: neither button nor light, no wiring', () => {
    machine.put('holder-17', 'gpiochip0 17\t"GPIO17"\tinput consumer="fan-control"\n');
    const { code, stdout } = machine.setup('--yes', '--gpio-backend', 'none');
    expect(code).toBe(0);
    expect(config().match(/^backend = "none"$/gm)).toHaveLength(2);
    expect(stdout).not.toContain('The wiring');
  });

  /** As if an older release had written it, or its owner had. */
  const configure = (toml: string): void => {
    machine.run('mkdir', '-p', '/etc/parley');
    machine.run('cp', machine.put('own.toml', toml), '/etc/parley/parley.toml');
  };

  // test/config/same-configuration.test.ts has all the forms, for the command that setup.sh asks.
  test('the lines of a configuration in any form of TOML: for the pull-up and the picture', () => {
    configure('\uFEFF[ "button" ]\r\ngpio=5 # not 17\r\n[light]\r\n\tgpio\t=\t6\r\n');
    machine.put('gpiod-version', 'gpiodetect (libgpiod) v1.6.3\n');
    machine.run('sh', '-c', 'mkdir -p /boot/firmware && echo "dtparam=audio=on" >/boot/firmware/config.txt');
    const { code, stdout } = machine.install();
    expect(code).toBe(0);
    expect(machine.read('boot/firmware/config.txt')).toContain('\ngpio=5=ip,pu\n');
    expect(stdout).toMatch(/GPIO 5 .*\[ button \]/);
    expect(stdout).toMatch(/GPIO 6 .*\[ 330 ohm \]/);
  });

  test('a line of the configuration that another program holds, before anything is switched', () => {
    configure('[button]\ngpio=5\n');
    const before = machine.changes();
    machine.put('holder-5', 'gpiochip0 5\t"GPIO5"\tinput consumer="fan-control"\n');
    const { code, stderr } = machine.install();
    expect(code).toBe(1);
    expect(stderr).toContain('by fan-control: ');
    expect(machine.changes()).toEqual(before);
  });

  test.each([
    ['[realtime]\nheaders={Authorization="Bearer {key}"}\n', true],
    ['realtime.instructions = """\nSay {key}.\n"""\nrealtime.headers = {}\n', false],
  ])('whether a key is needed, by %j', (toml, isNeeded) => {
    configure(toml);
    const { code, stdout } = machine.install();
    expect([code, stdout.includes('There is no key yet')]).toEqual([0, isNeeded]);
  });

  test('--no-start: everything is installed, and the service is not started', () => {
    const { code, stdout } = machine.setup('--yes', '--no-start');
    expect(code).toBe(0);
    expect(machine.calls().filter((call) => /systemctl (re)?start/.test(call))).toEqual([]);
    expect(stdout).toContain('Parley starts at the next boot');
  });
});
