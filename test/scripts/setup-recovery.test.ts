// setup.sh where something fails: the old release keeps running, or comes back. The test decides what the doctor
// reports, and where the power is cut.

import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { forEachTest, type Machine, whyNoMachine } from './machine.ts';

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
  forEachTest((fresh) => {
    machine = fresh;
    machine.put('systemd-runs');
  });

  const inReleases = (): string[] => readdirSync(machine.path('opt/parley/releases')).sort();
  const restarts = (): number => machine.calls().filter((call) => call.includes('restart parley')).length;

  test('a release that does not start: the old one comes back, with the reason', () => {
    machine.startInstalled();
    const old = machine.current();
    machine.version('2.0.0-broken');
    machine.calls();
    const ended = machine.install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('(Failed: This release is broken.)');
    expect(ended.stderr).toContain(`release ${old} runs again`);
    expect([machine.current(), inReleases()]).toEqual([old, [old]]);
    expect(restarts()).toBe(2);
  });

  test('a release that starts again and again', () => {
    machine.startInstalled();
    const old = machine.current();
    machine.version('2.0.0');
    machine.put('restarts', '0\n');
    const ended = machine.install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('the service does not stay up');
    expect([machine.current(), inReleases()]).toEqual([old, [old]]);
  });

  test('a release with which checks fail that did not fail before: each is named, with its remedy', () => {
    machine.startInstalled();
    const old = machine.current();
    machine.put('doctor-1.0.0', report('network'));
    machine.version('2.0.0');
    machine.put('doctor-2.0.0', report('network', 'button', 'light'));
    const ended = machine.install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      'parley doctor finds: The button: does not answer. Mend the button. The light: does not answer. Mend the light.',
    );
    expect(ended.stderr).not.toContain('The network');
    expect(machine.current()).toBe(old);
  });

  test('checks that failed before the upgrade do not count against the new release', () => {
    machine.startInstalled();
    machine.put('doctor-1.0.0', report('network', 'microphone'));
    machine.version('2.0.0');
    machine.put('doctor-2.0.0', report('microphone'));
    expect(machine.install()).toMatchObject({ code: 0, stderr: '' });
    expect(machine.current()).toContain('2.0.0');
  });

  test('where the doctor failed before the upgrade, the new release is not judged by it', () => {
    machine.startInstalled();
    machine.put('doctor-1.0.0', 'Segmentation fault');
    machine.version('2.0.0');
    machine.put('doctor-2.0.0', report('network'));
    expect(machine.install()).toMatchObject({ code: 0, stderr: '' });
    expect(machine.current()).toContain('2.0.0');
  });

  test('a release whose doctor fails is not healthy', () => {
    machine.startInstalled();
    machine.version('2.0.0');
    machine.put('doctor-2.0.0', 'Segmentation fault');
    expect(machine.install().stderr).toContain('parley doctor printed no report');
    expect(machine.current()).toContain('1.0.0');
  });

  test('a first installation that does not start stays, with the reason', () => {
    machine.version('1.0.0-broken');
    const ended = machine.install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/\(Failed: This release is broken\.\).*sudo systemctl restart parley/);
    expect(machine.current()).toContain('broken');
  });

  test('a configuration that the new release does not understand: the old one stays, and the key too', () => {
    machine.startBuilt();
    machine.install('--api-key-file', machine.put('key', 'sk-old\n', 0o600));
    const old = machine.current();
    machine.run('sh', '-c', 'echo "[nonsense]" >>/etc/parley/parley.toml');
    machine.version('1.1.0');
    const ended = machine.install('--api-key-file', machine.put('key', 'sk-new\n', 0o600));
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/nonsense: unknown table.*\n.*\/etc\/parley\/parley\.toml/);
    expect([machine.current(), inReleases()]).toEqual([old, [old]]);
    expect(machine.read('etc/credstore/parley-openai-api-key')).toBe('sk-old\n');
  });

  test('the power fails while a release is put together: the old one runs, and the next time it is whole', () => {
    machine.startInstalled();
    const old = machine.current();
    machine.run('rm', '/opt/parley/current/modules.sha256');
    machine.version('2.0.0');
    machine.put('cut', 'npm\n');
    expect(machine.install().code).toBeNull();
    expect(machine.current()).toBe(old);
    expect(inReleases()[0]).toMatch(/^\.staging-/);
    expect(machine.install().code).toBe(0);
    expect(machine.current()).toContain('2.0.0');
    expect(inReleases()).toEqual([old, machine.current()]);
  });

  test('the power fails after the switch, and the new one is not healthy: the next time the old one comes back', () => {
    machine.startInstalled();
    const old = machine.current();
    machine.version('2.0.0-broken');
    machine.put('cut', 'restart\n');
    expect(machine.install().code).toBeNull();
    expect(machine.current()).toContain('2.0.0-broken');
    const ended = machine.install();
    expect(ended.stderr).toContain(`release ${old} runs again`);
    expect([machine.current(), inReleases()]).toEqual([old, [old]]);
  });

  test('Ctrl-C while packages are fetched: nothing is changed', async () => {
    machine.put('slow');
    const typing = machine.setupInTerminal('--yes');
    await typing.answer('waits', '\x03');
    expect(await typing.ended).toBe(130);
    expect(typing.output()).toContain('the running release was not changed');
    expect(machine.changes()).toEqual([]);
  });

  test('without a network: an error, and nothing is changed', () => {
    machine.put('no-network');
    const ended = machine.install();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('npm could not fetch the packages');
    expect(ended.stderr).toContain('the running release was not changed');
    expect(machine.changes()).toEqual([]);
  });

  test.each(['speaker', 'epoll'])(
    'a machine on which %s cannot be built: installed without it, with a warning',
    (name) => {
      machine.put('unbuildable', name);
      machine.put('gpiod-version', 'gpiodetect (libgpiod) v1.6.3\n');
      const ended = machine.install();
      expect(ended.code).toBe(0);
      const backend = { speaker: 'loudspeaker backend "speaker"', epoll: 'GPIO backend "onoff"' }[name];
      expect(ended.stderr).toContain(
        `${backend} is not available here: the package ${name} could not be built`,
      );
      expect(existsSync(machine.path(`opt/parley/releases/${machine.current()}/modules.sha256`))).toBe(false);
    },
  );
});
