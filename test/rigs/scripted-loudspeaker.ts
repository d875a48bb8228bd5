// A loudspeaker whose children are small shell scripts, and a clock that a test advances: the
// rules between the two, without a card.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { createChildLoudspeaker } from '../../src/audio/child-loudspeaker.ts';
import type { PlaybackCommand } from '../../src/audio/commands.ts';
import type { Loudspeaker } from '../../src/core/ports.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { childrenNamed } from './processes.ts';
import { ramp } from './samples.ts';
import { until } from './until.ts';

/** Takes what it gets into the file, as it comes. */
export const player = 'cat >>$F';

/** Samples that last so many milliseconds, counting on from `fromMs`. */
export const sound = (ms: number, fromMs = 0): Buffer => ramp(24 * ms, 24 * fromMs + 1);

/** Time for a child to do what it should not. */
export const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

interface Shape {
  readonly leadInMs?: number;
  readonly leadOutMs?: number;
}

export class ScriptedLoudspeaker {
  readonly clock = createFakeClock();
  /** started, drained, and the codes of failures. */
  readonly words: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley-loudspeaker-'));
  /** `$F` in the scripts. */
  readonly file = join(this.#folder, 'played');
  #loudspeaker: Loudspeaker | undefined;

  get loudspeaker(): Loudspeaker {
    if (this.#loudspeaker === undefined) throw new Error('start it first');
    return this.#loudspeaker;
  }

  /** Its children run `script`. */
  start(script: string, { reportsOpen = false, ...shape }: Shape & { reportsOpen?: boolean } = {}): void {
    const args = ['-c', `F=${this.file}\n${script}`];
    const use = { kind: 'loudspeaker', device: 'card', program: 'player' } as const;
    this.startCommand({ command: 'sh', args, ...use, reportsOpen }, shape);
  }

  startCommand(command: PlaybackCommand, shape: Shape = {}): void {
    const silences = { leadInMs: 0, leadOutMs: 0, ...shape };
    const { clock } = this;
    const limits = { jitterBufferMs: 120, maxQueueMs: 10_000 };
    this.#loudspeaker = createChildLoudspeaker({ command, clock, ...silences, ...limits });
    this.#loudspeaker.start({
      started: () => this.words.push('started'),
      drained: () => this.words.push('drained'),
      failed: ({ code }) => this.words.push(code),
    });
  }

  said(count: number): Promise<void> {
    return until(() => this.words.length >= count, `${count} words`);
  }

  drained(): Promise<void> {
    return until(() => this.words.includes('drained'), 'the end');
  }

  /** What the children have put into the file. */
  written(): Buffer {
    return existsSync(this.file) ? readFileSync(this.file) : Buffer.alloc(0);
  }

  writtenBytes(count: number): Promise<void> {
    return until(() => this.written().length >= count, `${count} bytes`);
  }

  async dispose(): Promise<void> {
    await this.#loudspeaker?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Makes one per test, and removes it afterwards. */
export const forEachTest = (take: (rig: ScriptedLoudspeaker) => void): void => {
  let rig: ScriptedLoudspeaker;
  beforeEach(() => {
    rig = new ScriptedLoudspeaker();
    take(rig);
  });
  afterEach(async () => {
    await rig.dispose();
    expect(childrenNamed('sh')).toEqual([]);
    // Nothing ticks when nothing plays.
    expect(rig.clock.waiting).toBe(0);
  });
};
