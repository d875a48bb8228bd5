// setup.sh --uninstall: what it removes, and what it leaves because setup did not make it.

import { existsSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { forEachTest, type Machine, whyNoMachine } from './machine.ts';

const why = whyNoMachine();

describe.skipIf(why !== undefined)(`setup.sh --uninstall ${why ?? ''}`, () => {
  let machine: Machine;
  forEachTest((fresh) => {
    machine = fresh;
    machine.put('systemd-runs');
  });

  /** groupadd and groupdel leave copies of what they change, and locks. */
  const changes = (): string[] =>
    machine.changes().filter((path) => !/^etc\/(g?shadow|group)-?$|\.lock$/.test(path));
  const key = (): string => machine.put('key', 'sk-one\n', 0o600);

  test('leaves the configuration and the key; --purge nothing; both work twice', () => {
    // Where the package systemd is there, that folder is its own, and stays.
    const ofSystemd = existsSync('/usr/lib/tmpfiles.d/credstore.conf') ? '/etc/credstore\n' : '';
    machine.install('--api-key-file', key());
    for (let times = 0; times < 2; times += 1) {
      expect(machine.setup('--uninstall')).toMatchObject({ code: 0, stderr: '' });
      expect(changes()).toEqual(['etc/credstore/parley-openai-api-key', 'etc/parley/parley.toml']);
    }
    expect(machine.run('getent', 'group', 'gpio').code).not.toBe(0);
    for (let times = 0; times < 2; times += 1) {
      expect(machine.setup('--uninstall', '--purge')).toMatchObject({ code: 0, stderr: '' });
      const places = ['/opt/parley', '/etc/parley', '/usr/local/bin/parley', '/etc/credstore'];
      expect(machine.run('find', ...places).stdout).toBe(ofSystemd);
    }
    expect(changes()).toEqual([]);
  });

  describe('what the service keeps', () => {
    const volume = 'var/lib/private/parley/volume.json';
    /** As systemd does for StateDirectory= and DynamicUser=. */
    const remember = (): void => {
      const folder = '/var/lib/private/parley';
      const script = `mkdir -p -m 700 ${folder}; echo 40 >/${volume}; ln -sfn private/parley /var/lib/parley`;
      expect(machine.run('sh', '-c', script).code).toBe(0);
    };
    const left = (): string[] => changes().filter((path) => path.startsWith('var/'));

    test('survives an upgrade and --uninstall, and is removed with --purge', () => {
      machine.startInstalled();
      remember();
      machine.version('2.0.0');
      expect(machine.install()).toMatchObject({ code: 0 });
      expect(machine.read(volume)).toBe('40\n');
      expect(machine.setup('--uninstall').stdout).toContain('(/var/lib/parley) stay');
      expect(left()).toEqual(['var/lib/parley', volume]);
      for (let times = 0; times < 2; times += 1) {
        expect(machine.setup('--uninstall', '--purge')).toMatchObject({ code: 0, stderr: '' });
        expect(machine.run('find', '/var/lib/parley', '/var/lib/private/parley').stdout).toBe('');
      }
      expect(left()).toEqual([]);
      expect(machine.run('test', '-d', '/var/lib/private').code).toBe(0);
    });

    test.each([
      ['a folder', 'rm /var/lib/parley; mkdir /var/lib/parley; echo theirs >/var/lib/parley/file'],
      [
        'a link to elsewhere',
        'mkdir /opt/theirs; ln -sfn /opt/theirs /var/lib/parley; echo theirs >/opt/theirs/file',
      ],
    ])('is removed, and %s of that name that setup did not make stays', (_what, script) => {
      machine.startInstalled();
      remember();
      machine.run('sh', '-c', script);
      machine.setup('--uninstall', '--purge');
      expect(machine.run('cat', '/var/lib/parley/file').stdout).toBe('theirs\n');
      expect(machine.run('find', '/var/lib/private/parley').stdout).toBe('');
    });
  });

  test('stops the service first', () => {
    machine.startInstalled();
    machine.calls();
    machine.setup('--uninstall');
    expect(machine.calls()[0]).toBe('systemctl stop parley.service');
  });

  test('removes half an installation, after a power cut', () => {
    machine.put('cut', 'npm\n');
    expect(machine.install().code).toBeNull();
    expect(machine.setup('--uninstall', '--purge')).toMatchObject({ code: 0, stderr: '' });
    expect(changes()).toEqual([]);
  });

  test('leaves a unit and a command of that name that setup did not make', () => {
    machine.run(
      'sh',
      '-c',
      'echo theirs >/etc/systemd/system/parley.service; echo theirs >/usr/local/bin/parley',
    );
    machine.setup('--uninstall', '--purge');
    expect(machine.read('etc/systemd/system/parley.service')).toBe('theirs\n');
    expect(machine.read('usr/local/bin/parley')).toBe('theirs\n');
    expect(machine.calls().filter((call) => call.includes('stop'))).toEqual([]);
  });

  test('leaves a group that existed before, or that has a member', () => {
    machine.startBuilt();
    machine.run('groupadd', '--system', 'gpio');
    machine.install();
    machine.setup('--uninstall');
    expect(machine.run('getent', 'group', 'gpio').code).toBe(0);
    machine.run('groupdel', 'gpio');
    machine.install();
    machine.run('usermod', '-aG', 'gpio', 'nobody');
    machine.setup('--uninstall');
    expect(machine.run('getent', 'group', 'gpio').code).toBe(0);
  });

  describe('the pull-up in config.txt', () => {
    const bootConfig = '/boot/firmware/config.txt';
    const theirs = '# Theirs\ndtparam=audio=on\n[cm4]\notg_mode=1\n';
    beforeEach(() => {
      machine.startBuilt();
      machine.run(
        'sh',
        '-c',
        `mkdir -p ${bootConfig.replace('/config.txt', '')}; printf '${theirs}' >${bootConfig}`,
      );
      machine.put('gpiod-version', 'gpiodetect (libgpiod) v1.6.3\n');
    });
    const text = (): string => machine.read(bootConfig.slice(1));

    test('is written for onoff, once, follows the line of the button, and is removed', () => {
      const block = (line: number) => `${theirs}# Parley: begin\n[all]\ngpio=${line}=ip,pu\n# Parley: end\n`;
      expect(machine.install('--button-gpio', '5').code).toBe(0);
      expect(text()).toBe(block(5));
      machine.run('sed', '-i', 's/^gpio = 5$/gpio = 6/', '/etc/parley/parley.toml');
      expect(machine.install().code).toBe(0);
      expect(text()).toBe(block(6));
      machine.setup('--uninstall');
      expect(text()).toBe(theirs);
    });

    test('is removed where gpiod takes the place of onoff', () => {
      machine.install('--button-gpio', '5');
      expect(text()).toContain('gpio=5=ip,pu');
      machine.put('gpiod-version', 'gpiodetect (libgpiod) v2.2.1\n');
      machine.install();
      expect(text()).toBe(theirs);
    });
  });

  describe('the packages of Debian', () => {
    const marks = (): string[] => machine.calls().filter((call) => call.startsWith('apt'));
    beforeEach(() => {
      machine.put('no-headers');
      expect(machine.install()).toMatchObject({ code: 0 });
      expect(machine.noted('debian')).toBe('libasound2-dev\n');
      machine.calls();
    });

    test('that setup installed are removed', () => {
      expect(machine.setup('--uninstall').stdout).toContain('Removing the 1 packages');
      expect(machine.noted('debian')).toBe('');
      expect(marks()).toContain('apt-mark auto libasound2-dev');
    });

    test('that setup installed and that another package needs stay, and are named', () => {
      machine.put('needed');
      expect(machine.setup('--uninstall').stdout).toMatch(/stay, .*: libasound2-dev\n/);
      expect(machine.noted('debian')).toBe('libasound2-dev\n');
      expect(marks().filter((call) => call.includes('purge'))).toEqual([]);
    });
  });
});
