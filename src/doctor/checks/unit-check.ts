// The service as systemd sees it: whether it runs, whether it is enabled at boot, how often it was restarted.

import { type Check, createCheck, type Finding, fail, pass, skip, warn } from '../check.ts';
import type { Machine } from './machine.ts';

const properties = 'LoadState,ActiveState,SubState,UnitFileState,StatusText,NRestarts,ExecMainStatus';

export interface UnitState {
  readonly active: boolean;
  readonly facts: Readonly<Record<string, string>>;
}

/** Undefined where systemd does not run, or has no such unit. */
export const readUnit = async (machine: Machine): Promise<UnitState | undefined> => {
  const args = ['show', 'parley.service', `--property=${properties}`];
  const { code, output } = await machine.run('systemctl', args);
  if (code !== 0) return undefined;
  const facts = Object.fromEntries(
    output.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  return facts['LoadState'] === 'loaded' ? { active: facts['ActiveState'] === 'active', facts } : undefined;
};

const judgeStopped = ({ facts }: UnitState, enabled: boolean): Finding => {
  const { ActiveState: state = '', SubState: sub = '', ExecMainStatus: status = '0' } = facts;
  if (status === '78')
    return fail(
      'service-config-invalid',
      'stopped: its configuration or key is wrong',
      'Fix what failed above, then run: sudo systemctl restart parley',
    );
  if (state === 'inactive')
    return enabled
      ? warn('service-stopped', 'stopped', 'Start it: sudo systemctl start parley')
      : warn(
          'service-disabled',
          'stopped, and not started at boot',
          'Start it: sudo systemctl enable --now parley',
        );
  return fail(
    'service-failed',
    `${state} (${sub}), its last exit code was ${status}`,
    'journalctl -u parley -n 50 shows the reason.',
  );
};

const judge = (unit: UnitState): Finding => {
  const { UnitFileState: enabling = '', StatusText: status = '', NRestarts: restarts = '0' } = unit.facts;
  const enabled = enabling.startsWith('enabled');
  if (!unit.active) return judgeStopped(unit, enabled);
  const phase = status === '' ? 'active' : `active, "${status}"`;
  if (!enabled)
    return warn(
      'service-not-enabled',
      `${phase}, not started at boot`,
      'Enable it: sudo systemctl enable parley',
    );
  if (restarts !== '0')
    return warn(
      'service-restarted',
      `${phase}, failed and was restarted ${restarts} times`,
      'journalctl -u parley shows the reason; sudo systemctl restart parley resets the count.',
    );
  return pass('service-running', `${phase}, enabled, no restarts`);
};

/** @param unit as it was before the doctor stopped it, where it did; undefined where there is none */
export const unitCheck = (unit: UnitState | undefined): Check =>
  createCheck('unit', async () =>
    unit === undefined ? skip('service-not-installed', 'not installed as a service here') : judge(unit),
  );
