// How long a phase may last. A limit that is entered again runs on: a service that repeats an event must not
// prolong it.

import type { Limit } from '../core/conversation.ts';
import type { Clock } from '../core/ports.ts';

export class PhaseTimeout {
  readonly #clock: Clock;
  readonly #limitsMs: Readonly<Record<Limit, number>>;
  readonly #ranOut: (limit: Limit, ms: number) => void;
  #limit: Limit | undefined;
  #cancel = (): void => {};

  /** @param ranOut called once for each limit that was not left in time */
  constructor(
    clock: Clock,
    limitsMs: Readonly<Record<Limit, number>>,
    ranOut: (limit: Limit, ms: number) => void,
  ) {
    this.#clock = clock;
    this.#limitsMs = limitsMs;
    this.#ranOut = ranOut;
  }

  /** From now on; undefined: no limit. */
  enter(limit: Limit | undefined): void {
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.#cancel();
    if (limit === undefined) return;
    const ms = this.#limitsMs[limit];
    this.#cancel = this.#clock.after(ms, () => this.#ranOut(limit, ms));
  }
}
