// What the suite of all loudspeakers needs: one to test, a room to hear it in, and somebody who listens.

import type { Loudspeaker, LoudspeakerListener } from '../../src/core/ports.ts';

export interface LoudspeakerRig {
  readonly loudspeaker: Loudspeaker;
  /** At most two seconds, or the test of the limit plays for ever. */
  readonly maxQueueMs: number;
  /** Lets the time of so many milliseconds of sound go by. */
  pass(ms: number): Promise<void>;
  /** Everything that was heard since the rig was made, without the silence. */
  heard(): Promise<number[]>;
  /** The child processes that are left. */
  children(): number[];
  dispose(): Promise<void>;
}

export class Listener implements LoudspeakerListener {
  readonly words: string[] = [];
  started(): void {
    this.words.push('started');
  }
  drained(): void {
    this.words.push('drained');
  }
  failed(sentence: string): void {
    this.words.push(`failed: ${sentence}`);
  }
}
