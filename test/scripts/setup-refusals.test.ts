// What setup.sh refuses: in one sentence, with the remedy, and before anything is changed.

import { describe, expect, test } from 'vitest';
import { forEachTest, type Machine, whyNoMachine } from './machine.ts';

const why = whyNoMachine();

describe.skipIf(why !== undefined)(`setup.sh refuses ${why ?? ''}`, () => {
  let machine: Machine;
  forEachTest((fresh) => {
    machine = fresh;
  });

  const refused = (words: string[], sentence: RegExp, code = 1): void => {
    const ended = machine.setup(...words);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(/^parley: .*\n$/);
    expect(ended.stderr).toMatch(sentence);
    expect(machine.changes()).toEqual([]);
    expect(machine.calls()).toEqual([]);
  };

  test.each([
    ['ID=fedora\nVERSION_ID=43\n', /this is fedora 43: .*put one of them on the card/],
    ['ID=debian\nVERSION_ID="11"\n', /this is debian 11:/],
    ['', /this is an unknown system/],
  ])('an unknown system: %j', (text, sentence) => {
    machine.put('os-release', text);
    refused(['--yes'], sentence);
  });

  test('a processor that Parley does not run on', () => {
    machine.put('architecture', 'riscv64\n');
    refused(['--yes'], /not on riscv64: use a Raspberry Pi/);
  });

  test('too little memory, too little room', () => {
    machine.put('meminfo', 'MemTotal:         240000 kB\n');
    refused(['--yes'], /234 MB of memory, Parley needs 350: use a Pi/);
    machine.put('meminfo', 'MemTotal:         900000 kB\n');
    machine.put('small-disk');
    refused(['--yes'], /\d+ MB are free for \/opt\/parley, 1400 are needed: make room/);
  });

  test('Debian 12 on armhf, for which there is no Node', () => {
    machine.put('os-release', 'ID=raspbian\nVERSION_ID="12"\n');
    machine.put('architecture', 'armhf\n');
    machine.put('bin/node', '#!/bin/sh\necho 18.19.0\n', 0o755);
    refused(['--yes'], /there is none for armhf: use the 64-bit system, or version 13/);
  });

  test.each([
    [
      ['--yes', '--button-gpio', '99'],
      /--button-gpio 99 is no line of the header: name a GPIO number from 2 to 27/,
    ],
    [['--yes', '--button-gpio', '27'], /the button and the light cannot share GPIO 27/],
    [['--yes', '--url', 'https://example.org'], /begins with wss:\/\//],
    [['--yes', '--microphone', 'a\tb'], /is no name of an ALSA device/],
    [['--yes', '--loudspeaker', '-hw'], /is no name of an ALSA device/],
    [['--yes', '--loudspeaker', ' hw:1'], /is no name of an ALSA device/],
    [['--yes', '--api-key-file', '/nowhere'], /there is no file \/nowhere: write the key into it/],
    [[], /no terminal to ask in: run this in one, or with --yes/],
  ])('%j', (words, sentence) => refused(words, sentence));

  test.each([
    [['--loud'], /there is no option --loud/],
    [['--yes', '--url'], /--url wants a value/],
    [['--purge'], /--purge belongs to --uninstall/],
    [['--gpio-backend', 'pigpio'], /--gpio-backend is auto, gpiod, onoff or none, not pigpio/],
  ])('a wrong command line: %j', (words, sentence) => refused(words, sentence, 64));

  test.each([
    ['sk-key\n', 0o644, /others may read the key in .*: chmod 600 .*, and run this again/],
    ['', 0o600, /is empty: put the key there/],
    ['sk one\n', 0o600, /does not hold a key .*: copy the key again/],
    ['sk-one\nsk-two\n', 0o600, /does not hold a key/],
  ])('a key file with %j and mode %i, without showing it', (text, mode, sentence) => {
    const file = machine.put('my-key', text, mode);
    refused(['--yes', '--api-key-file', file], sentence);
  });

  test('a line that another program holds', () => {
    machine.put('holder-27', 'gpiochip0 27\t"GPIO27"\toutput consumer="fan-control"\n');
    refused(
      ['--yes'],
      /GPIO 27, wanted for the light, is in use by fan-control: end that, or name another with --light-gpio/,
    );
  });

  test('such a line, as the older tools show it', () => {
    machine.put('gpiod-version', 'gpiodetect (libgpiod) v1.6.3\n');
    machine.put(
      'gpioinfo-1',
      [
        'gpiochip0 - 58 lines:',
        '\tline   7:     "GPIO7"   "spi0 CS1"  output   active-low [used]',
        '\tline  17:    "GPIO17"       unused   input  active-high',
        '\tline  27:    "GPIO27" "fan control"  output  active-high [used]\n',
      ].join('\n'),
    );
    refused(['--yes'], /GPIO 27, wanted for the light, is in use by fan control:/);
  });

  test.each([
    [
      'of a kernel since 6.6',
      'gpiochip0: GPIOs 512-569, parent: platform/fe200000.gpio, pinctrl-bcm2711:\n',
      ' gpio-529 (GPIO17              |fan control         ) in  hi IRQ\n',
    ],
    [
      'of an older kernel',
      'gpiochip0: GPIOs 0-57, parent: platform/fe200000.gpio, pinctrl-bcm2711:\n',
      ' gpio-17  (GPIO17              |fan control         ) in  hi\n',
    ],
  ])('such a line, without the tools, from the list %s', (_, chip, line) => {
    machine.put('chips', '');
    const other =
      'gpiochip1: GPIOs 570-577, parent: platform/x, raspberrypi-exp-gpio, can sleep:\n gpio-587 (17 |x ) out lo\n';
    machine.put('kernel-list', chip + line + other);
    refused(['--yes'], /GPIO 17, wanted for the button, is in use by fan control:/);
  });

  test('a line that was taken the older way, unless Parley is here, which takes it so itself', () => {
    machine.put('holder-17', 'gpiochip0 17\t"GPIO17"\tinput consumer="sysfs"\n');
    refused(['--yes'], /GPIO 17, wanted for the button, is in use by sysfs:/);
    machine.take('holder-17');
    machine.startInstalled();
    machine.put('holder-17', 'gpiochip0 17\t"GPIO17"\tinput consumer="sysfs"\n');
    expect(machine.setup('--yes')).toMatchObject({ code: 0, stderr: '' });
  });

  test('a user who is not root', () => {
    const script = `${machine.checkout}/scripts/setup.sh`;
    const ended = machine.run('setpriv', '--reuid=65534', '--clear-groups', script, '--yes');
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^parley: .*run it as root, with sudo .*\n$/);
  });

  test('a second setup while the first runs', () => {
    const script = `flock /run/parley-setup.lock ${machine.checkout}/scripts/setup.sh --yes`;
    const ended = machine.run('sh', '-c', script);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toBe('parley: another setup of Parley is running: let it end, and run this again\n');
    expect(machine.changes()).toEqual([]);
  });

  test('no network, where something must be fetched', () => {
    machine.put('no-route');
    refused(['--yes'], /packages must be fetched, and there is no network: connect the machine to it/);
  });

  test('a GPIO backend that this system does not have', () => {
    machine.put('os-release', 'ID=debian\nVERSION_ID="12"\n');
    machine.put('gpiod-version', 'gpiodetect (libgpiod) v1.6.3\n');
    refused(['--yes', '--gpio-backend', 'gpiod'], /wants the tools of libgpiod 2, .*: leave it out/);
  });

  test.each(['/etc/systemd/system/parley.service', '/usr/local/bin/parley'])(
    '%s that setup did not make, and leaves it',
    (place) => {
      machine.run('sh', '-c', `echo theirs >${place}`);
      const before = machine.changes();
      const ended = machine.setup('--yes');
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toBe(
        `parley: ${place} is there and not of this setup: move it away, and run this again\n`,
      );
      expect(machine.changes()).toEqual(before);
    },
  );
});
