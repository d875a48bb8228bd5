// One reply on its way through one child: jitter buffer in front, playout clock behind, silence around
// it for cards that clip starts and ends.

import type { Writable } from 'node:stream';
import { bytesOfMs, silence } from '../pcm.ts';
import type { Clock } from '../ports.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { PlayoutClock } from './playout-clock.ts';

export interface ReplyShape {
  /** How much must have arrived before anything is played, at the start and after an underrun. */
  readonly jitterBufferMs: number;
  /** Silence before and after the samples. */
  readonly leadInMs: number;
  readonly leadOutMs: number;
}

export class ReplyPlayback {
  readonly #shape: ReplyShape;
  readonly #buffer: JitterBuffer;
  readonly #playout: PlayoutClock;
  #handedBytes = 0;
  #complete = false;
  #allHanded = false;

  constructor(shape: ReplyShape, clock: Clock) {
    this.#shape = shape;
    this.#buffer = new JitterBuffer(bytesOfMs(shape.jitterBufferMs));
    this.#playout = new PlayoutClock(clock);
  }

  push(pcm: Buffer): void {
    this.#buffer.push(pcm);
  }

  /** No more samples will come. */
  complete(): void {
    this.#complete = true;
    this.#buffer.complete();
  }

  get isComplete(): boolean {
    return this.#complete;
  }

  /** The child has got all that there is: its stdin is closed. */
  get allHanded(): boolean {
    return this.#allHanded;
  }

  get waitingBytes(): number {
    return this.#buffer.bytes;
  }

  /** Of the reply's own samples; the silence around them does not count. */
  get handedBytes(): number {
    return this.#handedBytes;
  }

  get heardBytes(): number {
    const sinceLeadIn = this.#playout.heardBytes - bytesOfMs(this.#shape.leadInMs);
    return Math.max(0, Math.min(sinceLeadIn, this.#handedBytes));
  }

  /** Milliseconds until the child should have nothing left to play. */
  get remainingMs(): number {
    return this.#playout.remainingMs;
  }

  /** Writes what may be played by now, and closes a child that has got everything. */
  feed(stdin: Writable | undefined): void {
    if (this.#allHanded) return;
    for (const piece of this.#buffer.take(this.#playout.dry)) {
      if (this.#handedBytes === 0) this.#hand(stdin, silence(this.#shape.leadInMs));
      this.#hand(stdin, piece);
      this.#handedBytes += piece.length;
    }
    if (!this.#complete) return;
    if (this.#handedBytes > 0) this.#hand(stdin, silence(this.#shape.leadOutMs));
    this.#allHanded = true;
    stdin?.end();
  }

  #hand(stdin: Writable | undefined, pcm: Buffer): void {
    if (pcm.length === 0) return;
    stdin?.write(pcm);
    this.#playout.hand(pcm.length);
  }
}
