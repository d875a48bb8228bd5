// The light, sampled at the simulated GPIO chip, independent of the backend that drives it.

import type { LightPattern } from '../../../src/core/conversation.ts';
import { type Change, recogniseLight } from './recognise-light.ts';
import { watchLevel } from './simulated-chip.ts';
import { waitFor } from './wait-for.ts';

export const LIGHT_GPIO = 27;
const SAMPLE_EVERY_MS = 4;
/** Long enough to recognise each pattern twice. */
const LIGHT_LIMIT_MS = 25_000;

export class Light {
  readonly #level = watchLevel(LIGHT_GPIO);
  readonly #limitMs: number;
  #changes: Change[] = [];

  constructor(limitMs = LIGHT_LIMIT_MS) {
    this.#limitMs = limitMs;
  }

  get isLit(): boolean {
    return this.#level.high();
  }

  /** Resolves when it shows the pattern; only samples from now on count. */
  async untilShows(pattern: LightPattern): Promise<void> {
    this.#changes = [];
    this.#sample();
    const timer = setInterval(() => this.#sample(), SAMPLE_EVERY_MS);
    const shown = (): boolean => recogniseLight(this.#changes, performance.now()) === pattern;
    try {
      await waitFor(shown, `the light to show ${pattern}`, this.#limitMs, () => this.#describe());
    } finally {
      clearInterval(timer);
    }
  }

  stop(): void {
    this.#level.close();
  }

  #sample(): void {
    const lit = this.#level.high();
    if (this.#changes.at(-1)?.lit !== lit) this.#changes.push({ atMs: performance.now(), lit });
  }

  #describe(): string {
    const changes = this.#changes.map(({ atMs, lit }) => `${lit ? 'lit' : 'dark'} at ${Math.round(atMs)}`);
    return `(${changes.slice(-12).join(', ')}; now ${Math.round(performance.now())})`;
  }
}
