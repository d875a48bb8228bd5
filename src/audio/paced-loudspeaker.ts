// A loudspeaker without a card: it takes as long as a real one, and what a person would have heard goes to a sink,
// sample for sample; what was flushed does not. No method calls the listener before it returns.

import { type Failure, Unavailable } from '../core/errors.ts';
import { BYTES_PER_SAMPLE, Framer, msOfBytes } from '../core/pcm.ts';
import type { Clock, Loudspeaker, LoudspeakerListener } from '../core/ports.ts';
import { cardFailure } from './card-failure.ts';
import { PlayoutClock } from './playout-clock.ts';

/** Where the heard samples go. It may throw a Unavailable. */
export interface PlayoutSink {
  open(): void;
  write(pcm: Buffer): void;
  /** A reply has ended, or was flushed. */
  settle(): void;
  close(): void;
}

export interface PacedLoudspeakerOptions {
  readonly sink: PlayoutSink;
  /** What messages call the loudspeaker: the file that it writes. */
  readonly name: string;
  readonly maxQueueMs: number;
  readonly clock: Clock;
}

interface Piece {
  readonly pcm: Buffer;
  readonly isEarcon: boolean;
}

export class PacedLoudspeaker implements Loudspeaker {
  readonly #sink: PlayoutSink;
  readonly #name: string;
  readonly #maxQueueMs: number;
  readonly #clock: Clock;
  readonly #timers = new Set<() => void>();
  #listener: LoudspeakerListener | undefined;
  #broken = false;
  #queue: Piece[] = [];
  #queuedBytes = 0;
  #writtenBytes = 0;
  /** How many of these were earcons. */
  #earconBytes = 0;
  #playout: PlayoutClock;
  #samples = new Framer(BYTES_PER_SAMPLE);
  #replyIsOpen = false;
  #cancelDrained: (() => void) | undefined;
  /** Since the start, before the last flush or `drained`. */
  #heardBeforeBytes = 0;

  constructor(options: PacedLoudspeakerOptions) {
    this.#sink = options.sink;
    this.#name = options.name;
    this.#maxQueueMs = options.maxQueueMs;
    this.#clock = options.clock;
    this.#playout = new PlayoutClock(this.#clock);
  }

  get inUse(): boolean {
    return this.#listener !== undefined;
  }

  start(listener: LoudspeakerListener): void {
    if (this.#listener !== undefined) return;
    this.#listener = listener;
    this.#broken = false;
    this.#heardBeforeBytes = 0;
    this.#attempt(() => this.#sink.open());
  }

  play(pcm: Buffer): void {
    if (this.#listener === undefined || this.#broken) return;
    const whole = this.#samples.join(pcm);
    if (whole.length === 0) return;
    this.#cancelDrained?.();
    this.#cancelDrained = undefined;
    if (!this.#replyIsOpen) this.#later(this.#playout.remainingMs, (listener) => listener.started());
    this.#replyIsOpen = true;
    this.#enqueue({ pcm: whole, isEarcon: false });
    if (msOfBytes(this.#queuedBytes) > this.#maxQueueMs) {
      const use = { kind: 'loudspeaker', device: this.#name, program: 'Parley' } as const;
      this.fail(cardFailure('queue-full', use, String(this.#maxQueueMs)));
    }
  }

  playEarcon(pcm: Buffer): void {
    if (this.#listener === undefined || this.#broken || this.#playout.remainingMs > 0) return;
    const endCame = this.#cancelDrained !== undefined;
    this.#closeReply();
    this.#enqueue({ pcm, isEarcon: true });
    if (endCame) this.#drainLater();
  }

  #enqueue(piece: Piece): void {
    this.#queue.push(piece);
    this.#queuedBytes += piece.pcm.length;
    this.#playout.hand(piece.pcm.length);
    this.#flush(this.#playout.heardBytes);
  }

  end(): void {
    if (this.#listener === undefined || this.#broken) return;
    this.#closeReply();
    this.#drainLater();
  }

  flush(): number {
    this.#flush(this.#playout.heardBytes);
    this.#heardBeforeBytes += this.#writtenBytes - this.#earconBytes;
    const endCame = this.#cancelDrained !== undefined;
    if (!this.#broken) this.#cancelTimers();
    this.#dropQueue();
    this.#attempt(() => this.#sink.settle());
    if (endCame) this.#drainLater();
    return Math.floor(msOfBytes(this.#heardBeforeBytes));
  }

  stop(): Promise<void> {
    if (this.#listener !== undefined) {
      this.#flush(this.#playout.heardBytes);
      this.#attempt(() => this.#sink.close());
    }
    this.#cancelTimers();
    this.#dropQueue();
    this.#heardBeforeBytes = 0;
    this.#listener = undefined;
    return Promise.resolve();
  }

  /** Breaks the loudspeaker until the next start. */
  fail(failure: Failure): void {
    if (this.#listener === undefined || this.#broken) return;
    this.#broken = true;
    this.#flush(this.#playout.heardBytes);
    this.#cancelTimers();
    this.#heardBeforeBytes += this.#writtenBytes - this.#earconBytes;
    this.#dropQueue();
    this.#attempt(() => this.#sink.close());
    this.#later(0, (listener) => {
      this.#listener = undefined;
      listener.failed(failure);
    });
  }

  #drainLater(): void {
    this.#cancelDrained?.();
    this.#cancelDrained = this.#later(this.#playout.remainingMs, (listener) => {
      this.#flush(this.#writtenBytes + this.#queuedBytes);
      this.#attempt(() => this.#sink.settle());
      if (this.#broken) return;
      this.#heardBeforeBytes += this.#writtenBytes - this.#earconBytes;
      this.#dropQueue();
      this.#cancelDrained = undefined;
      listener.drained();
    });
  }

  /** Writes to the sink what was heard so far: the first `heardBytes` of this playout. */
  #flush(heardBytes: number): void {
    let due = heardBytes - this.#writtenBytes;
    while (due > 0) {
      const [first] = this.#queue;
      if (first === undefined) return;
      const piece = first.pcm.subarray(0, due);
      if (piece.length === first.pcm.length) this.#queue.shift();
      else this.#queue[0] = { ...first, pcm: first.pcm.subarray(piece.length) };
      due -= piece.length;
      this.#queuedBytes -= piece.length;
      this.#writtenBytes += piece.length;
      if (first.isEarcon) this.#earconBytes += piece.length;
      this.#attempt(() => this.#sink.write(piece));
    }
  }

  #dropQueue(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#writtenBytes = 0;
    this.#earconBytes = 0;
    this.#playout = new PlayoutClock(this.#clock);
    this.#closeReply();
  }

  #closeReply(): void {
    this.#replyIsOpen = false;
    this.#samples = new Framer(BYTES_PER_SAMPLE);
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.fail(error);
    }
  }

  #later(ms: number, call: (listener: LoudspeakerListener) => void): () => void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      if (this.#listener !== undefined) call(this.#listener);
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#cancelDrained = undefined;
  }
}
