// setup.sh where something goes wrong: the release that ran runs on, or comes back, whatever happens and whenever
// the power fails. What the doctor reports, and where the power is cut, the test decides.

import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Machine, whyNoMachine } from './machine.ts';

const why = whyNoMachine();

const report = (...failing: string[]): string =>
  JSON.stringify({
    checks: [
      { id: 'node', title: 'Node', verdict: 'pass', detail: 'v24' },
      ...failing.map((id) => ({
        id,
        title: `The ${id}`,
        verdict: 'fail',
        detail: 'does not answer',
        remedy: `Mend the ${id}.`,
      })),
    ],
  });

describe.skipIf(why !== undefined)(`setup.sh recovers ${why ?? ''}`, () => {
  let machine: Machine;
  beforeEach(() => {
    machine = new Machine();
    machine.put('systemd-runs');
  });
  afterEach(() => machine.remove());

  const install = (...words: string[]) => machine.setup('--yes', ...words);
  const current = (): string => readlinkSync(machine.path('opt/parley/current')).replace('releases/', '');
  const inReleases = (): string[] => readdirSync(machine.path('opt/parley/releases')).sort();
  const restarts = (): number => machine.calls().filter((call) => call.includes('restart parley')).length;

  test('a release that does not start: the old one comes back, and it is said why', () => {
    install();
    const old = current();
    machine.version('2.0.0-broken');
    machine.calls();
    const ended = install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /is not well: the service does not start \(Failed: This release is broken\.\)/,
    );
    expect(ended.stderr).toContain(`back to release ${old}; the new one was removed`);
    expect([current(), inReleases()]).toEqual([old, [old]]);
    expect(restarts()).toBe(2);
  });

  test('a release that starts again and again', () => {
    install();
    const old = current();
    machine.version('2.0.0');
    machine.put('restarts', '0\n');
    const ended = install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('the service does not stay up');
    expect([current(), inReleases()]).toEqual([old, [old]]);
  });

  test('a release with which checks fail that did not fail before: each is named, with its remedy', () => {
    install();
    const old = current();
    machine.put('doctor-1.0.0', report('network'));
    machine.version('2.0.0');
    machine.put('doctor-2.0.0', report('network', 'button', 'light'));
    const ended = install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      'parley doctor finds: The button: does not answer. Mend the button. The light: does not answer. Mend the light.',
    );
    expect(ended.stderr).not.toContain('The network');
    expect(current()).toBe(old);
  });

  test('what was wrong before is not the fault of the new one', () => {
    machine.put('doctor-1.0.0', report('network', 'microphone'));
    expect(install().code).toBe(0);
    machine.version('2.0.0');
    machine.put('doctor-2.0.0', report('microphone'));
    expect(install()).toMatchObject({ code: 0, stderr: '' });
    expect(current()).toContain('2.0.0');
  });

  test('a doctor that gave no answer before tells nothing of the new one', () => {
    machine.put('doctor-1.0.0', 'Segmentation fault');
    install();
    machine.version('2.0.0');
    machine.put('doctor-2.0.0', report('network'));
    expect(install()).toMatchObject({ code: 0, stderr: '' });
    expect(current()).toContain('2.0.0');
  });

  test('a doctor that gives no answer is not well', () => {
    install();
    machine.version('2.0.0');
    machine.put('doctor-2.0.0', 'Segmentation fault');
    expect(install().stderr).toContain('parley doctor gives no answer');
    expect(current()).toContain('1.0.0');
  });

  test('a first installation that does not start stays, and says what is wrong', () => {
    machine.version('1.0.0-broken');
    const ended = install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /installed and not well: the service does not start .*sudo systemctl restart parley/,
    );
    expect(current()).toContain('broken');
  });

  test('a configuration that the new release does not understand: the old one stays, and the key too', () => {
    install('--api-key-file', machine.put('key', 'sk-old\n', 0o600));
    const old = current();
    machine.run('sh', '-c', 'echo "[nonsense]" >>/etc/parley/parley.toml');
    machine.version('1.1.0');
    const ended = install('--api-key-file', machine.put('key', 'sk-new\n', 0o600));
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /nonsense: unknown table.*\n.*does not understand .*: mend what is said above/,
    );
    expect([current(), inReleases()]).toEqual([old, [old]]);
    expect(machine.read('etc/credstore/parley-openai-api-key')).toBe('sk-old\n');
  });

  test('the power fails while a release is put together: the old one runs, and the next time it is whole', () => {
    install();
    const old = current();
    machine.run('rm', '/opt/parley/current/modules.sha256');
    machine.version('2.0.0');
    machine.put('cut', 'npm\n');
    expect(install().code).toBeNull();
    expect(current()).toBe(old);
    expect(inReleases()[0]).toMatch(/^\.staging-/);
    expect(install().code).toBe(0);
    expect(current()).toContain('2.0.0');
    expect(inReleases()).toEqual([old, current()]);
  });

  test('the power fails after the switch, and the new one is not well: the next time the old one comes back', () => {
    install();
    const old = current();
    machine.version('2.0.0-broken');
    machine.put('cut', 'restart\n');
    expect(install().code).toBeNull();
    expect(current()).toContain('2.0.0-broken');
    const ended = install();
    expect(ended.stderr).toContain(`back to release ${old}`);
    expect([current(), inReleases()]).toEqual([old, [old]]);
  });

  test('Ctrl-C while packages are fetched: nothing is left of it', async () => {
    machine.put('slow');
    const typing = machine.setupInTerminal('--yes');
    await typing.answer('waits', '\x03');
    expect(await typing.ended).toBe(130);
    expect(typing.output()).toContain('nothing that runs was changed');
    expect(machine.changes()).toEqual([]);
  });

  test('without a network: told, and nothing is left of it', () => {
    machine.put('no-network');
    const ended = install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('npm could not fetch the packages');
    expect(ended.stderr).toContain('nothing that runs was changed');
    expect(machine.changes()).toEqual([]);
  });

  test.each(['speaker', 'epoll'])(
    'a machine on which %s cannot be built: it goes without, and says so',
    (name) => {
      machine.put('unbuildable', name);
      machine.put('gpiod-version', 'gpiodetect (libgpiod) v1.6.3\n');
      const ended = install();
      expect(ended.code).toBe(0);
      const backend = { speaker: 'loudspeaker backend "speaker"', epoll: 'GPIO backend "onoff"' }[name];
      expect(ended.stderr).toContain(`${backend} cannot be had here: the package ${name} could not be built`);
      expect(existsSync(machine.path(`opt/parley/releases/${current()}/modules.sha256`))).toBe(false);
    },
  );
});
