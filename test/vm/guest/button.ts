// The button, pressed through the simulated GPIO chip.

import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from './journal.ts';
import { holderOf, pull } from './simulated-chip.ts';
import { waitFor } from './wait-for.ts';

export const BUTTON_GPIO = 17;
const BETWEEN_PRESSES_MS = 100;

export class Button {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
    pull(BUTTON_GPIO, 'up');
  }

  /** Presses until Parley has logged the press, then releases. Resolves to a mark in the journal from before the press. */
  async press(): Promise<number> {
    // A press before Parley watches the line makes no edge.
    await waitFor(async () => (await holderOf(BUTTON_GPIO)) !== undefined, 'Parley to watch the button');
    const mark = this.#journal.mark;
    pull(BUTTON_GPIO, 'down');
    try {
      await this.#journal.line(
        mark,
        ({ reason }) => reason === 'pressed by the button',
        'the press to be logged',
      );
    } finally {
      pull(BUTTON_GPIO, 'up');
      // The kernel would drop an earlier press as a bounce.
      await delay(BETWEEN_PRESSES_MS);
    }
    return mark;
  }
}
