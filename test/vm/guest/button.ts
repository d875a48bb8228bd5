// The button as a finger uses it.

import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from './journal.ts';
import { holderOf, pull } from './simulated-chip.ts';
import { becomes } from './waiting.ts';

export const BUTTON_GPIO = 17;
const BETWEEN_PRESSES_MS = 100;

export class Button {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
    pull(BUTTON_GPIO, 'up');
  }

  /** Presses until Parley has noticed, and lets go. Resolves to a mark in the journal from before the press. */
  async press(): Promise<number> {
    // A finger that is there before the watch is makes no edge.
    await becomes(async () => (await holderOf(BUTTON_GPIO)) !== undefined, 'the button to be watched');
    const mark = this.#journal.mark;
    pull(BUTTON_GPIO, 'down');
    try {
      await this.#journal.line(
        mark,
        ({ reason }) => reason === 'pressed by the button',
        'the press to be noticed',
      );
    } finally {
      pull(BUTTON_GPIO, 'up');
      // No finger presses again sooner; the kernel would take it for a bounce.
      await delay(BETWEEN_PRESSES_MS);
    }
    return mark;
  }
}
