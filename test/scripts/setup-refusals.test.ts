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
    ['ID=fedora\nVERSION_ID=43\n', /fedora 43\b/],
    ['ID=debian\nVERSION_ID="11"\n', /debian 11\b/],
    ['', /unknown system/],
  ])('an unknown system: %j', (text, sentence) => {
    machine.put('os-release', text);
    refused(['--yes'], sentence);
  });

  test('a processor that Parley does not run on', () => {
    machine.put('architecture', 'riscv64\n');
    refused(['--yes'], /riscv64/);
  });

  test('too little memory, too little room', () => {
    machine.put('meminfo', 'MemTotal:         240000 kB\n');
    refused(['--yes'], /234 MB .* 350\b/);
    machine.put('meminfo', 'MemTotal:         900000 kB\n');
    machine.put('small-disk');
    refused(['--yes'], /\d+ MB .*\/opt\/parley, 1400\b/);
  });

  test('Debian 12 on armhf, for which there is no Node', () => {
    machine.put('os-release', 'ID=raspbian\nVERSION_ID="12"\n');
    machine.put('architecture', 'armhf\n');
    machine.put('bin/node', '#!/bin/sh\necho 18.19.0\n', 0o755);
    refused(['--yes'], /armhf: .*64-bit/);
  });

  test.each([
    [['--yes', '--button-gpio', '99'], /--button-gpio 99 .*from 2 to 27/],
    [['--yes', '--button-gpio', '27'], /share GPIO 27/],
    [['--yes', '--url', 'https://example.org'], /wss:\/\//],
    [['--yes', '--microphone', 'a\tb'], /ALSA device/],
    [['--yes', '--loudspeaker', '-hw'], /ALSA device/],
    [['--yes', '--loudspeaker', ' hw:1'], /ALSA device/],
    [['--yes', '--api-key-file', '/nowhere'], /\/nowhere: .*--api-key-file/],
    [[], /terminal .*--yes/],
  ])('%j', (words, sentence) => refused(words, sentence));

  test.each([
    [['--loud'], /--loud;/],
    [['--yes', '--url'], /--url .*value;/],
    [['--purge'], /--purge .*--uninstall;/],
    [['--gpio-backend', 'pigpio'], /--gpio-backend .*pigpio;/],
  ])('a wrong command line: %j', (words, sentence) => refused(words, sentence, 64));

  test.each([
    ['sk-key\n', 0o644, /chmod 600 /],
    ['', 0o600, /my-key is empty/],
    ['sk one\n', 0o600, /my-key does not hold a key/],
    ['sk-one\nsk-two\n', 0o600, /my-key does not hold a key/],
  ])('a key file with %j and mode %i, without showing it', (text, mode, sentence) => {
    const file = machine.put('my-key', text, mode);
    refused(['--yes', '--api-key-file', file], sentence);
  });

  test('a line that another program holds', () => {
    machine.put('holder-27', 'gpiochip0 27\t"GPIO27"\toutput consumer="fan-control"\n');
    refused(['--yes'], /GPIO 27, .* by fan-control: .*--light-gpio/);
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
    refused(['--yes'], /GPIO 27, .* by fan control: .*--light-gpio/);
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
    refused(['--yes'], /GPIO 17, .* by fan control: .*--button-gpio/);
  });

  test('a line that was taken the older way, unless Parley is here, which takes it so itself', () => {
    machine.put('holder-17', 'gpiochip0 17\t"GPIO17"\tinput consumer="sysfs"\n');
    refused(['--yes'], /GPIO 17, .* by sysfs: /);
    machine.take('holder-17');
    machine.startInstalled();
    machine.put('holder-17', 'gpiochip0 17\t"GPIO17"\tinput consumer="sysfs"\n');
    expect(machine.setup('--yes')).toMatchObject({ code: 0, stderr: '' });
  });

  test('a user who is not root', () => {
    const script = `${machine.checkout}/scripts/setup.sh`;
    const ended = machine.run('setpriv', '--reuid=65534', '--clear-groups', script, '--yes');
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^parley: .*sudo .*\n$/);
  });

  test('a second setup while the first runs', () => {
    const script = `flock /run/parley-setup.lock ${machine.checkout}/scripts/setup.sh --yes`;
    const ended = machine.run('sh', '-c', script);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^parley: another setup .*\n$/);
    expect(machine.changes()).toEqual([]);
  });

  test('no network, where something must be fetched', () => {
    machine.put('no-route');
    refused(['--yes'], /no network/);
  });

  test('a GPIO backend that this system does not have', () => {
    machine.put('os-release', 'ID=debian\nVERSION_ID="12"\n');
    machine.put('gpiod-version', 'gpiodetect (libgpiod) v1.6.3\n');
    refused(['--yes', '--gpio-backend', 'gpiod'], /--gpio-backend gpiod .*libgpiod 2/);
  });

  test.each(['/etc/systemd/system/parley.service', '/usr/local/bin/parley'])(
    '%s that setup did not make, and leaves it',
    (place) => {
      machine.run('sh', '-c', `echo theirs >${place}`);
      const before = machine.changes();
      const ended = machine.setup('--yes');
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/^parley: .*\n$/);
      expect(ended.stderr).toContain(place);
      expect(machine.changes()).toEqual(before);
    },
  );
});
