// What others may see of a conversation: the log, the status line of the service manager, `parley try`, and
// whatever counts turns or costs. An observer changes nothing.

import type { Effect, Event, Phase } from '../core/conversation.ts';
import type { Failure, Notice } from '../core/errors.ts';
import type { Speaker, Usage } from '../core/ports.ts';
import type { TurnFigures } from './turn-stats.ts';

/** A transition that was made. */
export interface TransitionRecord {
  readonly from: Phase;
  readonly to: Phase;
  readonly event: Event;
  readonly effect?: Effect;
  /** For people: a few words, or the sentence of the failure. */
  readonly reason: string;
  /** What failed, where the event is "failure". */
  readonly failure?: Failure;
}

export interface Observer {
  /** Called after the hardware has followed the transition. */
  transition?(record: TransitionRecord): void;
  transcript?(speaker: Speaker, text: string): void;
  /** Harmless, and worth a warning. */
  notice?(notice: Notice): void;
  /** What one response of the service has cost. */
  usage?(usage: Usage): void;
  /** The delays of a turn, when it has ended. */
  turn?(figures: TurnFigures): void;
}
