// What makes the parrot call: the place of an utterance in the session, or its sound.

import { mostLike } from '../hearing/likeness.ts';
import type { Heard } from './reply.ts';
import type { ReplyEnding, ReplyScript } from './reply-script.ts';

export interface CallTrigger {
  /** The n-th utterance of a session, from 1; what is written to it counts too. */
  readonly turn?: number;
  /** A recording (24 kHz mono s16le): any utterance that sounds like it. */
  readonly heard?: Buffer;
  /** One after the other, in one response. `arguments`: raw text, which may be bad JSON. */
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  /** The utterance is said back before the calls. Default false. */
  readonly spoken?: boolean;
  /** Default: completed. */
  readonly ending?: ReplyEnding;
}

/**
 * What the response to an utterance is to be: that of the trigger for its turn, else of the recording that it
 * is most like; undefined: no trigger concerns it.
 */
export const scriptFor = (triggers: readonly CallTrigger[], heard: Heard): ReplyScript | undefined => {
  if (heard.turn === undefined) return undefined;
  const trigger = triggers.find(({ turn }) => turn === heard.turn) ?? soundsLike(triggers, heard.utterance);
  if (trigger === undefined) return undefined;
  const { calls, spoken = false, ending } = trigger;
  const items = [...(spoken ? [{}] : []), ...calls.map((call) => ({ call }))];
  return { items, ...(ending === undefined ? {} : { ending }) };
};

const soundsLike = (triggers: readonly CallTrigger[], utterance: Buffer): CallTrigger | undefined => {
  if (utterance.length === 0) return undefined;
  const recorded = triggers.flatMap((trigger) =>
    trigger.heard === undefined ? [] : [{ trigger, recording: trigger.heard }],
  );
  const best = mostLike(
    utterance,
    recorded.map(({ recording }) => recording),
  );
  return best === undefined ? undefined : recorded[best]?.trigger;
};
