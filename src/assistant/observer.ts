// What others may see of a conversation: the log, the status line of the service manager, `parley try`, and
// what counts turns or costs. An observer changes nothing.

import type { Event, Phase, Transition } from '../core/conversation.ts';
import type { Failure, Notice } from '../core/errors.ts';
import type { FunctionCall, TranscriptSource, Usage } from '../core/ports.ts';
import type { TurnFigures } from './turn-stats.ts';

/** An event, with what it carries. */
export interface Occurrence {
  readonly event: Event;
  /** For people: a few words, or the sentence of the failure. */
  readonly reason: string;
  /** What failed, timed out or is missing, where the event says so. */
  readonly failure?: Failure | undefined;
  /** Where the event is "callsMade". */
  readonly calls?: readonly FunctionCall[];
}

export const because = (event: Event, failure: Failure): Occurrence => ({
  event,
  reason: failure.sentence,
  failure,
});

/** A transition that was made. */
export interface TransitionRecord extends Occurrence, Transition {
  readonly from: Phase;
}

export interface Observer {
  /** Called after the hardware has followed the transition. */
  transition?(record: TransitionRecord): void;
  transcript?(source: TranscriptSource, text: string): void;
  /** Harmless, and worth a warning. */
  notice?(notice: Notice): void;
  /** What one response of the service has cost. */
  usage?(usage: Usage): void;
  /** The delays of a turn, when it has ended. */
  turn?(figures: TurnFigures): void;
}
