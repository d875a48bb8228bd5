// The delays of one turn that a person notices, in milliseconds.

import type { Event } from '../core/conversation.ts';
import { msOfBytes } from '../core/pcm.ts';

export interface TurnFigures {
  /** From 1, in each conversation. */
  readonly turn: number;
  /** First turn of a conversation only: how long the service took to be ready. */
  readonly pressToListeningMs: number | undefined;
  readonly committedToFirstDeltaMs: number | undefined;
  readonly firstDeltaToFirstWriteMs: number | undefined;
  /** How long the sound of the reply lasts. */
  readonly replyMs: number;
  /** How much of it was heard, where it was interrupted. */
  readonly heardMs: number | undefined;
}

/** An event, or the first samples of the reply being with the card. */
type Moment = Event | 'firstWrite';

/** Follows one conversation. */
export class TurnStats {
  #turn = 0;
  #replyBytes = 0;
  #heardMs: number | undefined;
  #moments = new Map<Moment, number>();

  // The first of its kind counts: a reply with a second part began with the first.
  note(moment: Moment, nowMs: number): void {
    if (!this.#moments.has(moment)) this.#moments.set(moment, nowMs);
  }

  noteInterruption(heardMs: number): void {
    this.#heardMs = heardMs;
  }

  noteAudio(bytes: number): void {
    this.#replyBytes += bytes;
  }

  /** The figures of the turn that ends now; undefined where no turn has begun. */
  finish(): TurnFigures | undefined {
    if (!this.#moments.has('turnCommitted') && !this.#moments.has('replyStarted')) return undefined;
    this.#turn += 1;
    const figures: TurnFigures = {
      turn: this.#turn,
      pressToListeningMs: this.#delay('buttonPressed', 'sessionReady'),
      committedToFirstDeltaMs: this.#delay('turnCommitted', 'replyStarted'),
      firstDeltaToFirstWriteMs: this.#delay('replyStarted', 'firstWrite'),
      replyMs: Math.round(msOfBytes(this.#replyBytes)),
      heardMs: this.#heardMs,
    };
    this.#moments.clear();
    this.#replyBytes = 0;
    this.#heardMs = undefined;
    return figures;
  }

  #delay(from: Moment, to: Moment): number | undefined {
    const begin = this.#moments.get(from);
    const end = this.#moments.get(to);
    return begin === undefined || end === undefined ? undefined : Math.round(end - begin);
  }
}
