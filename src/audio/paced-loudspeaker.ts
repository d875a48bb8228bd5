// A loudspeaker without a card: it takes as long as a real one, and what a listener in the room would
// have heard goes to a sink, sample for sample; what was cut off does not. No call of it calls back.

import { errorMessage } from '../core/errors.ts';
import { msOfBytes } from '../core/pcm.ts';
import type { Clock, Loudspeaker, LoudspeakerListener } from '../core/ports.ts';
import { PlayoutClock } from './playout-clock.ts';
import { WholeSamples } from './wav/whole-samples.ts';

/** Where the heard samples go. Whatever it throws is a failure, and its message the sentence. */
export interface PlayoutSink {
  open(): void;
  write(pcm: Buffer): void;
  /** A reply is over, or was cut off. */
  settle(): void;
  close(): void;
}

export interface PacedLoudspeakerOptions {
  readonly sink: PlayoutSink;
  readonly maxQueueMs: number;
  readonly clock: Clock;
}

interface Piece {
  readonly pcm: Buffer;
  readonly isCue: boolean;
}

export class PacedLoudspeaker implements Loudspeaker {
  readonly #sink: PlayoutSink;
  readonly #maxQueueMs: number;
  readonly #clock: Clock;
  readonly #timers = new Set<() => void>();
  #listener: LoudspeakerListener | undefined;
  #broken = false;
  #queue: Piece[] = [];
  #queuedBytes = 0;
  #writtenBytes = 0;
  /** Of these, what was a sound of our own. */
  #cueBytes = 0;
  #playout: PlayoutClock;
  #samples = new WholeSamples();
  #replyIsOpen = false;
  #cancelDrained: (() => void) | undefined;
  /** Since the start, before the last cut or drained. */
  #heardBeforeBytes = 0;

  constructor(options: PacedLoudspeakerOptions) {
    this.#sink = options.sink;
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
    const whole = this.#samples.push(pcm);
    if (whole.length === 0) return;
    this.#cancelDrained?.();
    this.#cancelDrained = undefined;
    if (!this.#replyIsOpen) this.#later(this.#playout.remainingMs, (told) => told.started());
    this.#replyIsOpen = true;
    this.#enqueue({ pcm: whole, isCue: false });
    if (msOfBytes(this.#queuedBytes) > this.#maxQueueMs) {
      this.fail(
        `The loudspeaker's queue is full at ${this.#maxQueueMs} ms: the reply comes faster than it plays.`,
      );
    }
  }

  playEarcon(pcm: Buffer): void {
    if (this.#listener === undefined || this.#broken || this.#playout.remainingMs > 0) return;
    const endCame = this.#cancelDrained !== undefined;
    this.#closeReply();
    this.#enqueue({ pcm, isCue: true });
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
    this.#heardBeforeBytes += this.#writtenBytes - this.#cueBytes;
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

  /** The loudspeaker is broken from now on, and says so. */
  fail(sentence: string): void {
    if (this.#listener === undefined || this.#broken) return;
    this.#broken = true;
    this.#flush(this.#playout.heardBytes);
    this.#cancelTimers();
    this.#heardBeforeBytes += this.#writtenBytes - this.#cueBytes;
    this.#dropQueue();
    this.#attempt(() => this.#sink.close());
    this.#later(0, (told) => {
      this.#listener = undefined;
      told.failed(sentence);
    });
  }

  #drainLater(): void {
    this.#cancelDrained?.();
    this.#cancelDrained = this.#later(this.#playout.remainingMs, (told) => {
      this.#flush(this.#writtenBytes + this.#queuedBytes);
      this.#attempt(() => this.#sink.settle());
      if (this.#broken) return;
      this.#heardBeforeBytes += this.#writtenBytes - this.#cueBytes;
      this.#dropQueue();
      this.#cancelDrained = undefined;
      told.drained();
    });
  }

  /** Hands to the sink what was heard by now: the first `heardBytes` of this playout. */
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
      if (first.isCue) this.#cueBytes += piece.length;
      this.#attempt(() => this.#sink.write(piece));
    }
  }

  #dropQueue(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#writtenBytes = 0;
    this.#cueBytes = 0;
    this.#playout = new PlayoutClock(this.#clock);
    this.#closeReply();
  }

  #closeReply(): void {
    this.#replyIsOpen = false;
    this.#samples = new WholeSamples();
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(errorMessage(error));
    }
  }

  #later(ms: number, tell: (told: LoudspeakerListener) => void): () => void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      if (this.#listener !== undefined) tell(this.#listener);
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
