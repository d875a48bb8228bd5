// One reply on its way through one child: a jitter buffer before the child, an estimate of what was heard after it,
// and silence around the reply for cards that clip starts and ends.

import type { Writable } from 'node:stream';
import { BYTES_PER_SAMPLE, bytesOfMs, Framer, silence } from '../core/pcm.ts';
import type { Clock } from '../core/ports.ts';
import { PlayoutClock } from './playout-clock.ts';

export interface ReplyShape {
  /** How much must have arrived before anything is played, at the start and after an underrun. */
  readonly jitterBufferMs: number;
  /** Silence before and after the samples. */
  readonly leadInMs: number;
  readonly leadOutMs: number;
}

/**
 * The network delivers a reply in bursts, a card plays it evenly. Samples are held back until enough has arrived to
 * bridge the next late burst. After an underrun as much must arrive again: one pause sounds like a pause, ten short
 * ones sound like a fault.
 */
export class JitterBuffer {
  readonly #fillBytes: number;
  readonly #samples = new Framer(BYTES_PER_SAMPLE);
  #chunks: Buffer[] = [];
  #bytes = 0;
  #filling = true;
  #complete = false;

  constructor(fillBytes: number) {
    this.#fillBytes = fillBytes;
  }

  /** What waits here, in bytes. The caller limits it. */
  get bytes(): number {
    return this.#bytes;
  }

  push(pcm: Buffer): void {
    const whole = this.#samples.join(pcm);
    if (whole.length === 0) return;
    this.#chunks.push(whole);
    this.#bytes += whole.length;
  }

  get isComplete(): boolean {
    return this.#complete;
  }

  /** No more samples will come: nothing is held back from now on. */
  complete(): void {
    this.#complete = true;
  }

  /** What may go to the card now, in order. @param dry the card has nothing left to play */
  take(dry: boolean): Buffer[] {
    if (dry) this.#filling = true;
    if (this.#filling && !this.#complete && this.#bytes < this.#fillBytes) return [];
    const taken = this.#chunks;
    if (taken.length > 0) this.#filling = false;
    this.#chunks = [];
    this.#bytes = 0;
    return taken;
  }
}

export class ReplyPlayback {
  readonly #shape: ReplyShape;
  /** What waits before the child. */
  readonly buffer: JitterBuffer;
  /** What the card has got. */
  readonly playout: PlayoutClock;
  #handedBytes = 0;
  #allHanded = false;

  /** @param open whether the card plays at once; if not, call `playout.opened` when it does */
  constructor(shape: ReplyShape, clock: Clock, open: boolean) {
    this.#shape = shape;
    this.buffer = new JitterBuffer(bytesOfMs(shape.jitterBufferMs));
    this.playout = new PlayoutClock(clock, open);
  }

  /** The child has got everything: its stdin is closed. */
  get allHanded(): boolean {
    return this.#allHanded;
  }

  /** Of the reply's own samples; the silence around them does not count. */
  get handedBytes(): number {
    return this.#handedBytes;
  }

  /** Whether the card has its first samples. */
  get begun(): boolean {
    return this.playout.open && this.#handedBytes > 0;
  }

  get heardBytes(): number {
    const sinceLeadIn = this.playout.heardBytes - bytesOfMs(this.#shape.leadInMs);
    return Math.max(0, Math.min(sinceLeadIn, this.#handedBytes));
  }

  /** Writes to `stdin` what may be played now, and closes it after the last sample. */
  feed(stdin: Writable | undefined): void {
    if (this.#allHanded) return;
    for (const piece of this.buffer.take(this.playout.dry)) {
      if (this.#handedBytes === 0) this.#hand(stdin, silence(this.#shape.leadInMs));
      this.#hand(stdin, piece);
      this.#handedBytes += piece.length;
    }
    if (!this.buffer.isComplete) return;
    if (this.#handedBytes > 0) this.#hand(stdin, silence(this.#shape.leadOutMs));
    this.#allHanded = true;
    stdin?.end();
  }

  #hand(stdin: Writable | undefined, pcm: Buffer): void {
    if (pcm.length === 0) return;
    stdin?.write(pcm);
    this.playout.hand(pcm.length);
  }
}
