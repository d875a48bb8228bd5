// The delays of one turn that a person notices, in milliseconds.

import type { Event } from '../core/conversation.ts';
import { msOfBytes } from '../core/pcm.ts';

export interface TurnFigures {
  /** From 1, in each conversation. */
  readonly turn: number;
  /** First turn of a conversation only: how long the service took to be ready. */
  readonly pressToListeningMs?: number;
  readonly committedToFirstDeltaMs?: number;
  readonly firstDeltaToFirstWriteMs?: number;
  /** How long the sound of the reply lasts. */
  readonly replyMs: number;
  /** How much of it was heard, where it was interrupted. */
  readonly heardMs?: number;
}

type Moment = 'pressed' | 'listening' | 'committed' | 'firstDelta' | 'firstWrite';

const momentOf: Readonly<Partial<Record<Event, Moment>>> = {
  buttonPressed: 'pressed',
  sessionReady: 'listening',
  turnCommitted: 'committed',
  replyStarted: 'firstDelta',
};

/** Follows one conversation. */
export class TurnStats {
  #turn = 0;
  #replyBytes = 0;
  #heardMs: number | undefined;
  #moments = new Map<Moment, number>();

  note(event: Event, nowMs: number): void {
    const moment = momentOf[event];
    if (moment !== undefined) this.#mark(moment, nowMs);
  }

  noteFirstWrite(nowMs: number): void {
    this.#mark('firstWrite', nowMs);
  }

  noteInterruption(heardMs: number): void {
    this.#heardMs = heardMs;
  }

  noteAudio(bytes: number): void {
    this.#replyBytes += bytes;
  }

  /** The figures of the turn that ends now; undefined where no turn has begun. */
  finish(): TurnFigures | undefined {
    const begun = this.#moments.has('committed') || this.#moments.has('firstDelta');
    if (!begun) return undefined;
    this.#turn += 1;
    const figures: TurnFigures = {
      turn: this.#turn,
      ...this.#delay('pressToListeningMs', 'pressed', 'listening'),
      ...this.#delay('committedToFirstDeltaMs', 'committed', 'firstDelta'),
      ...this.#delay('firstDeltaToFirstWriteMs', 'firstDelta', 'firstWrite'),
      replyMs: Math.round(msOfBytes(this.#replyBytes)),
      ...(this.#heardMs === undefined ? {} : { heardMs: this.#heardMs }),
    };
    this.#moments.clear();
    this.#replyBytes = 0;
    this.#heardMs = undefined;
    return figures;
  }

  // The first of its kind counts: a reply with a second part began with the first.
  #mark(moment: Moment, nowMs: number): void {
    if (!this.#moments.has(moment)) this.#moments.set(moment, nowMs);
  }

  #delay<Name extends keyof TurnFigures>(
    name: Name,
    from: Moment,
    to: Moment,
  ): Partial<Record<Name, number>> {
    const begin = this.#moments.get(from);
    const end = this.#moments.get(to);
    if (begin === undefined || end === undefined) return {};
    const delay: Partial<Record<Name, number>> = {};
    delay[name] = Math.round(end - begin);
    return delay;
  }
}
