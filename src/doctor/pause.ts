// The service holds the lines of the button and the light, so they cannot be tried while it runs. Root, at
// a terminal, is asked whether it may be stopped for the test; it is started again in every case.

import type { Ask } from './ask.ts';
import type { Machine } from './machine.ts';
import { readUnit } from './unit-check.ts';

const question =
  'Parley runs and holds the button and the light. Stop it for the test? It is started again afterwards.';

/** Longer than the unit's own limit. */
const stopLimitMs = 15_000;

export class Pause {
  readonly #machine: Machine;
  #stopped = false;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Asks, and stops the service where that is wanted. */
  async offer(ask: Ask): Promise<void> {
    const unit = await readUnit(this.#machine);
    if (unit?.active !== true || !(await ask.confirm(question))) return;
    // Before it is true: an interruption may come in between.
    this.#stopped = true;
    const { code, errors } = await this.#machine.run('systemctl', ['stop', 'parley.service'], stopLimitMs);
    if (code !== 0) ask.say(`Parley cannot be stopped: ${errors}`);
  }

  /**
   * Starts what was stopped.
   * @returns one sentence where that failed
   */
  async resume(): Promise<string | undefined> {
    if (!this.#stopped) return undefined;
    this.#stopped = false;
    // Without waiting: its lines may be held until the doctor itself has ended.
    const { code } = await this.#machine.run('systemctl', ['--no-block', 'start', 'parley.service']);
    return code === 0 ? undefined : 'Parley could not be started again: sudo systemctl start parley';
  }
}
