// A loudspeaker without a card: it takes as long as a real one, and what a person would have heard goes to a sink,
// sample for sample; what was flushed does not. No method calls the listener before it returns.

import { type Failure, Unavailable } from '../core/errors.ts';
import { BYTES_PER_SAMPLE, Framer, msOfBytes } from '../core/pcm.ts';
import type { Clock, Loudspeaker, LoudspeakerListener } from '../core/ports.ts';
import { cardFailure } from './card-failure.ts';
import { PlayoutClock } from './playout-clock.ts';

/** Where the heard samples go. It may throw an Unavailable. */
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
  readonly #options: PacedLoudspeakerOptions;
  readonly #sink: PlayoutSink;
  readonly #timers = new Set<() => void>();
  #listener: LoudspeakerListener | undefined;
  #broken = false;
  #queue: Piece[] = [];
  #queuedBytes = 0;
  #writtenBytes = 0;
  #playout: PlayoutClock;
  #samples = new Framer(BYTES_PER_SAMPLE);
  #replyIsOpen = false;
  #cancelDrained: (() => void) | undefined;
  /** Since the start; earcons do not count. */
  #heardBytes = 0;

  constructor(options: PacedLoudspeakerOptions) {
    this.#options = options;
    this.#sink = options.sink;
    this.#playout = new PlayoutClock(options.clock);
  }

  get inUse(): boolean {
    return this.#listener !== undefined;
  }

  start(listener: LoudspeakerListener): void {
    if (this.#listener !== undefined) return;
    this.#listener = listener;
    this.#broken = false;
    this.#heardBytes = 0;
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
    const { name, maxQueueMs } = this.#options;
    if (msOfBytes(this.#queuedBytes) > maxQueueMs) {
      const use = { kind: 'loudspeaker', device: name, program: 'Parley' } as const;
      this.fail(cardFailure('queue-full', use, String(maxQueueMs)));
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
    this.#writeHeard();
  }

  end(): void {
    if (this.#listener === undefined || this.#broken) return;
    this.#closeReply();
    this.#drainLater();
  }

  flush(): number {
    this.#writeHeard();
    const endCame = this.#cancelDrained !== undefined;
    if (!this.#broken) this.#cancelTimers();
    this.#dropQueue();
    this.#attempt(() => this.#sink.settle());
    if (endCame) this.#drainLater();
    return Math.floor(msOfBytes(this.#heardBytes));
  }

  stop(): Promise<void> {
    if (this.#listener !== undefined) {
      this.#writeHeard();
      this.#attempt(() => this.#sink.close());
    }
    this.#cancelTimers();
    this.#dropQueue();
    this.#heardBytes = 0;
    this.#listener = undefined;
    return Promise.resolve();
  }

  /** Fails; does nothing until the next start. */
  fail(failure: Failure): void {
    if (this.#listener === undefined || this.#broken) return;
    this.#broken = true;
    this.#writeHeard();
    this.#cancelTimers();
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
      this.#writeHeard(this.#writtenBytes + this.#queuedBytes);
      this.#attempt(() => this.#sink.settle());
      if (this.#broken) return;
      this.#dropQueue();
      this.#cancelDrained = undefined;
      listener.drained();
    });
  }

  /** Writes to the sink what was heard so far: the first `heardBytes` of this playout. */
  #writeHeard(heardBytes = this.#playout.heardBytes): void {
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
      if (!first.isEarcon) this.#heardBytes += piece.length;
      this.#attempt(() => this.#sink.write(piece));
    }
  }

  #dropQueue(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#writtenBytes = 0;
    this.#playout = new PlayoutClock(this.#options.clock);
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
    const cancel = this.#options.clock.after(ms, () => {
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
