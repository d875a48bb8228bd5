// The service holds the lines of the button and the light, so they cannot be tried while it runs. Root, at
// a terminal, is asked whether it may be stopped for the test; it is started again in every case.

import type { Ask } from './ask.ts';
import type { Machine } from './checks/machine.ts';

const question =
  'Parley runs and holds the button and the light. Stop it for the test? It is started again afterwards.';

/** Longer than the unit's own limit. */
const stopLimitMs = 15_000;

export class Pause {
  readonly #machine: Machine;
  #toBeStarted = false;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /**
   * Asks, and stops the service where that is wanted.
   * @returns whether it is stopped
   */
  async offer(ask: Ask): Promise<boolean> {
    if (!(await ask.confirm(question))) return false;
    // Before it is true: an interruption may come in between.
    this.#toBeStarted = true;
    const { code, errors } = await this.#machine.run('systemctl', ['stop', 'parley.service'], stopLimitMs);
    if (code !== 0) ask.say(`Parley cannot be stopped: ${errors}`);
    return code === 0;
  }

  /**
   * Starts what was stopped.
   * @returns one sentence where that failed
   */
  async resume(): Promise<string | undefined> {
    if (!this.#toBeStarted) return undefined;
    this.#toBeStarted = false;
    // Without waiting: its lines may be held until the doctor itself has ended.
    const { code } = await this.#machine.run('systemctl', ['--no-block', 'start', 'parley.service']);
    return code === 0 ? undefined : 'Parley could not be started again: sudo systemctl start parley';
  }
}
