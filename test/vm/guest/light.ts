// The light as a person in the room sees it: looked at closely, whoever drives it.

import type { LightPattern } from '../../../src/core/conversation.ts';
import { type Change, recogniseLight } from './recognise-light.ts';
import { watchLevel } from './simulated-chip.ts';
import { becomes } from './waiting.ts';

export const LIGHT_GPIO = 27;
const LOOK_EVERY_MS = 4;
/** Long enough for every pattern to be recognised twice over. */
const PATIENCE_MS = 25_000;

export class Light {
  readonly #level = watchLevel(LIGHT_GPIO);
  readonly #patienceMs: number;
  #changes: Change[] = [];

  constructor(patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  get isLit(): boolean {
    return this.#level.high();
  }

  /** Resolves when it shows the pattern; only what is seen from now on counts. */
  async shows(pattern: LightPattern): Promise<void> {
    this.#changes = [];
    this.#look();
    const timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    const shown = (): boolean => recogniseLight(this.#changes, performance.now()) === pattern;
    try {
      await becomes(shown, `the light to show ${pattern}`, this.#patienceMs, () => this.#seen());
    } finally {
      clearInterval(timer);
    }
  }

  stop(): void {
    this.#level.close();
  }

  #look(): void {
    const lit = this.#level.high();
    if (this.#changes.at(-1)?.lit !== lit) this.#changes.push({ atMs: performance.now(), lit });
  }

  #seen(): string {
    const changes = this.#changes.map(({ atMs, lit }) => `${lit ? 'lit' : 'dark'} at ${Math.round(atMs)}`);
    return `(it was ${changes.slice(-12).join(', ')}; it is ${Math.round(performance.now())})`;
  }
}
