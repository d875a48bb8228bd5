// The calls of responses that are not done yet. A service may tell of a call in several events, in any of them first,
// or in one of them alone. Pure.

import type { FunctionCall } from '../../core/ports.ts';
import { dropOldest } from './responses.ts';
import type { ServerItem } from './server-event.ts';

/** A response may never end. */
const MAX_RESPONSES = 16;

export type CallPart = Pick<ServerItem, 'id' | 'callId' | 'name' | 'arguments'>;

/** "begun": its arguments may be incomplete; "cut": its end was reported, without all of them. */
export type CallState = 'begun' | 'whole' | 'cut';

/** Some servers give no status; "incomplete" is the one that must not be run. */
export const stateOf = ({ status }: ServerItem): CallState => (status === 'incomplete' ? 'cut' : 'whole');

interface Collected extends CallPart {
  readonly state: CallState;
}

export interface TakenCalls {
  readonly calls: readonly FunctionCall[];
  /** Begun and never told as a whole. */
  readonly unfinished: number;
  /** Whole, and without an id, by which they would be answered. */
  readonly withoutId: number;
}

export class CollectedCalls {
  readonly #maxCalls: number;
  readonly #byResponse = new Map<string, Collected[]>();

  /** @param maxCalls of one response */
  constructor(maxCalls: number) {
    this.#maxCalls = maxCalls;
  }

  add(part: CallPart, state: CallState, responseId: string): void {
    const calls = this.#byResponse.get(responseId) ?? [];
    const index = calls.findIndex((call) => isSame(call, part));
    const known = calls[index];
    if (known !== undefined) calls[index] = merge(known, part, state);
    else if (calls.length < this.#maxCalls) calls.push({ ...part, state });
    this.#byResponse.set(responseId, calls);
    dropOldest(this.#byResponse, MAX_RESPONSES);
  }

  /** The calls of a response that is done. Some servers name the response at its end alone; there is one at a time. */
  take(responseId: string): TakenCalls {
    const all = ['', responseId].flatMap((id) => this.#byResponse.get(id) ?? []);
    this.#byResponse.delete('');
    this.#byResponse.delete(responseId);
    const whole = all.filter(({ state }) => state === 'whole');
    const calls = whole
      .filter(({ callId }) => callId !== '')
      .map(({ callId, name, arguments: args }) => ({ callId, name, arguments: args }));
    return { calls, unfinished: all.length - whole.length, withoutId: whole.length - calls.length };
  }
}

const isSame = (one: CallPart, other: CallPart): boolean =>
  one.callId !== '' && other.callId !== ''
    ? one.callId === other.callId
    : one.id !== '' && one.id === other.id;

const merge = (known: Collected, part: CallPart, state: CallState): Collected => ({
  id: known.id || part.id,
  callId: known.callId || part.callId,
  name: known.name || part.name,
  // What a whole call has goes before what its beginning had.
  arguments: known.state === 'begun' ? part.arguments || known.arguments : known.arguments || part.arguments,
  state: known.state === 'begun' ? state : known.state,
});
