// The service as systemd sees it: does it run, will it after a boot, how often did it fall over.

import { type Check, type Finding, fail, pass, skip, warn } from '../check.ts';
import type { Machine } from './machine.ts';

const properties = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'StatusText',
  'NRestarts',
  'ExecMainStatus',
];

export interface UnitState {
  readonly active: boolean;
  readonly facts: Readonly<Record<string, string>>;
}

/** Undefined where systemd does not run, or has no such unit. */
export const readUnit = async (machine: Machine): Promise<UnitState | undefined> => {
  const { code, output } = await machine.run('systemctl', [
    'show',
    'parley.service',
    `--property=${properties.join(',')}`,
  ]);
  if (code !== 0) return undefined;
  const facts = Object.fromEntries(
    output.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  return facts['LoadState'] === 'loaded' ? { active: facts['ActiveState'] === 'active', facts } : undefined;
};

const idle = ({ facts }: UnitState, enabled: boolean): Finding => {
  const { ActiveState: state = '', SubState: sub = '', ExecMainStatus: status = '0' } = facts;
  if (status === '78')
    return fail(
      'stopped: its configuration or key is wrong',
      'Mend what failed above, then: sudo systemctl restart parley',
    );
  if (state === 'inactive')
    return enabled
      ? warn('stopped', 'Start it: sudo systemctl start parley')
      : warn('stopped, and not started at boot', 'Start it: sudo systemctl enable --now parley');
  return fail(`${state} (${sub}), its last exit code was ${status}`, 'journalctl -u parley -n 50 says why.');
};

const judge = (unit: UnitState): Finding => {
  const { UnitFileState: enabling = '', StatusText: status = '', NRestarts: restarts = '0' } = unit.facts;
  const enabled = enabling.startsWith('enabled');
  if (!unit.active) return idle(unit, enabled);
  const phase = status === '' ? 'active' : `active, "${status}"`;
  if (!enabled) return warn(`${phase}, not started at boot`, 'Enable it: sudo systemctl enable parley');
  if (restarts !== '0')
    return warn(
      `${phase}, fell over and was restarted ${restarts} times`,
      'journalctl -u parley says why; sudo systemctl restart parley begins the count anew.',
    );
  return pass(`${phase}, enabled, no restarts`);
};

/** @param unit as it was before the doctor stopped it, where it did; undefined where there is none */
export const unitCheck = (unit: UnitState | undefined): Check => ({
  id: 'unit',
  title: 'Service',
  run: async () => (unit === undefined ? skip('not installed as a service here') : judge(unit)),
});
