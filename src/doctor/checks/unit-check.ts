// The service as systemd sees it: whether it runs, whether it is enabled at boot, how often it was restarted. It holds
// the lines of the button and the light, so they cannot be tested while it runs. At a terminal, root is asked whether
// the service may be stopped for the test; it is started again in every case.

import { type Check, createCheck, type Finding, fail, pass, skip, warn } from '../check.ts';
import type { UserDialog } from '../user-dialog.ts';
import type { Machine } from './machine.ts';

const properties = 'LoadState,ActiveState,SubState,UnitFileState,StatusText,NRestarts,ExecMainStatus';

export interface UnitState {
  readonly active: boolean;
  readonly facts: Readonly<Record<string, string>>;
}

/** Undefined where systemd does not run, or has no such unit. */
export const readUnit = async (machine: Machine): Promise<UnitState | undefined> => {
  const args = ['show', 'parley.service', `--property=${properties}`];
  const { code, stdout } = await machine.run('systemctl', args);
  if (code !== 0) return undefined;
  const facts = Object.fromEntries(
    [...stdout.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  return facts['LoadState'] === 'loaded' ? { active: facts['ActiveState'] === 'active', facts } : undefined;
};

const judgeStopped = ({ facts }: UnitState, enabled: boolean): Finding => {
  const { ActiveState: state = '', SubState: sub = '', ExecMainStatus: status = '0' } = facts;
  const fix = 'Fix what failed above, then run: sudo systemctl restart parley';
  if (status === '78')
    return fail('service-config-invalid', 'stopped: its configuration or key is wrong', fix);
  const detail = `${state} (${sub}), its last exit code was ${status}`;
  if (state !== 'inactive')
    return fail('service-failed', detail, 'journalctl -u parley -n 50 shows the reason.');
  if (enabled) return warn('service-stopped', 'stopped', 'Start it: sudo systemctl start parley');
  const enable = 'Start it: sudo systemctl enable --now parley';
  return warn('service-disabled', 'stopped, and not started at boot', enable);
};

const judge = (unit: UnitState): Finding => {
  const { UnitFileState: enabling = '', StatusText: status = '', NRestarts: restarts = '0' } = unit.facts;
  const enabled = enabling.startsWith('enabled');
  if (!unit.active) return judgeStopped(unit, enabled);
  const phase = status === '' ? 'active' : `active, "${status}"`;
  const enable = 'Enable it: sudo systemctl enable parley';
  if (!enabled) return warn('service-not-enabled', `${phase}, not started at boot`, enable);
  if (restarts === '0') return pass('service-running', `${phase}, enabled, no restarts`);
  const remedy = 'journalctl -u parley shows the reason; sudo systemctl restart parley resets the count.';
  return warn('service-restarted', `${phase}, failed and was restarted ${restarts} times`, remedy);
};

/** @param unit as it was before the doctor stopped it, where it did; undefined where there is none */
export const unitCheck = (unit: UnitState | undefined): Check =>
  createCheck('unit', async () =>
    unit === undefined ? skip('service-not-installed', 'not installed as a service here') : judge(unit),
  );

const question =
  'Parley runs and holds the button and the light. Stop it for the test? It is started again afterwards.';

/** Longer than the unit's own limit. */
const STOP_LIMIT_MS = 15_000;

export const createServicePause = (machine: Machine) => {
  let mustStart = false;
  return {
    /**
     * Asks, and stops the service after a yes.
     * @returns whether it is stopped
     */
    offer: async (dialog: UserDialog): Promise<boolean> => {
      if (!(await dialog.confirm(question))) return false;
      // Set before the stop, which may be interrupted.
      mustStart = true;
      const { code, stderr } = await machine.run('systemctl', ['stop', 'parley.service'], STOP_LIMIT_MS);
      if (code !== 0) dialog.say(`Parley cannot be stopped: ${stderr}`);
      return code === 0;
    },

    /**
     * Starts the service again, where it was stopped.
     * @returns one sentence where that failed
     */
    resume: async (): Promise<string | undefined> => {
      if (!mustStart) return undefined;
      mustStart = false;
      // Without waiting: its lines may be held until the doctor itself has ended.
      const { code } = await machine.run('systemctl', ['--no-block', 'start', 'parley.service']);
      return code === 0 ? undefined : 'Parley could not be started again: sudo systemctl start parley';
    },
  };
};
