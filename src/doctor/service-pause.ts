// The service holds the lines of the button and the light, so they cannot be tested while it runs. At a
// terminal, root is asked whether the service may be stopped for the test; it is started again in every case.

import type { Machine } from './checks/machine.ts';
import type { UserDialog } from './user-dialog.ts';

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
      const { code, errors } = await machine.run('systemctl', ['stop', 'parley.service'], STOP_LIMIT_MS);
      if (code !== 0) dialog.say(`Parley cannot be stopped: ${errors}`);
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
