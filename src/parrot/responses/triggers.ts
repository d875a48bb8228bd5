// What makes the parrot call: the number of an utterance in the session.

import type { EchoSource } from './reply.ts';
import type { ReplyEnding, ReplyScript } from './reply-script.ts';

export interface CallTrigger {
  /** The n-th utterance of a session, from 1; written messages count too. */
  readonly turn: number;
  /** One after the other, in one response. `arguments`: raw text, which may be bad JSON. */
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  /** The utterance is repeated before the calls. Default false. */
  readonly spoken?: boolean;
  /** Default: completed. */
  readonly ending?: ReplyEnding;
}

/** The response that the trigger for this turn describes; undefined where there is none. */
export const scriptFor = (triggers: readonly CallTrigger[], source: EchoSource): ReplyScript | undefined => {
  if (source.turn === undefined) return undefined;
  const trigger = triggers.find(({ turn }) => turn === source.turn);
  if (trigger === undefined) return undefined;
  const { calls, spoken = false, ending } = trigger;
  const items = [...(spoken ? [{}] : []), ...calls.map((call) => ({ call }))];
  return { items, ...(ending === undefined ? {} : { ending }) };
};
