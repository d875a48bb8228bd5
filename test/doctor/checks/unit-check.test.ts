// The service as systemd tells of it, and what the doctor makes of that.

import { afterEach, describe, expect, test } from 'vitest';
import { readUnit, unitCheck } from '../../../src/doctor/checks/unit-check.ts';
import { type MachineOf, machineOf } from './machine-of.ts';

let machine: MachineOf | undefined;
afterEach(() => machine?.remove());

const usual = {
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'running',
  UnitFileState: 'enabled',
  StatusText: 'Ready',
  NRestarts: '0',
  ExecMainStatus: '0',
};

const look = async (facts: Readonly<Record<string, string>>) => {
  const output = Object.entries(facts)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
  machine = machineOf({ programs: { 'systemctl show parley.service': output } });
  const unit = await readUnit(machine);
  return { unit, finding: await unitCheck(unit).run() };
};

describe('what systemd tells', () => {
  test.each([
    ['it runs', {}, 'pass', 'active, "Ready", enabled, no restarts', ''],
    ['a status with an equals sign', { StatusText: 'a=b' }, 'pass', 'active, "a=b", enabled', ''],
    [
      'not after a boot',
      { UnitFileState: 'linked' },
      'warn',
      'not started at boot',
      'systemctl enable parley',
    ],
    ['it fell over', { NRestarts: '3' }, 'warn', 'was restarted 3 times', 'journalctl'],
    [
      'somebody stopped it',
      { ActiveState: 'inactive', SubState: 'dead', StatusText: '' },
      'warn',
      'stopped',
      'systemctl start parley',
    ],
    [
      'and it will not come back',
      { ActiveState: 'inactive', UnitFileState: 'disabled' },
      'warn',
      'not started at boot',
      'enable --now',
    ],
    [
      'a wrong configuration',
      { ActiveState: 'failed', ExecMainStatus: '78' },
      'fail',
      'its configuration or key is wrong',
      'systemctl restart parley',
    ],
    [
      'a missing line',
      { ActiveState: 'activating', SubState: 'auto-restart', ExecMainStatus: '69' },
      'fail',
      'activating (auto-restart), its last exit code was 69',
      'journalctl',
    ],
  ])('%s', async (_what, facts, verdict, detail, remedy) => {
    const { finding } = await look({ ...usual, ...facts });
    expect(finding.verdict).toBe(verdict);
    expect(finding.detail).toContain(detail);
    expect(finding.remedy ?? '').toContain(remedy);
  });

  test('whether it runs', async () => {
    expect((await look(usual)).unit?.active).toBe(true);
    expect((await look({ ...usual, ActiveState: 'failed' })).unit?.active).toBe(false);
  });
});

test('no such unit', async () => {
  const { unit, finding } = await look({ LoadState: 'not-found', ActiveState: 'inactive' });
  expect([unit, finding.verdict]).toEqual([undefined, 'skip']);
});

test('no systemd', async () => {
  machine = machineOf({});
  expect(await readUnit(machine)).toBeUndefined();
});
