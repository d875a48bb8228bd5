// The calls of responses that are not done yet, and the ids of all calls so far. Pure.

import type { FunctionCall } from '../../core/ports.ts';
import { dropOldest } from './responses.ts';
import type { ServerItem } from './server-event.ts';

/** A response may never end. */
const MAX_RESPONSES = 16;

export class CollectedCalls {
  readonly #maxCalls: number;
  readonly #byResponse = new Map<string, FunctionCall[]>();
  /** Ids of earlier calls: none is made twice. */
  readonly #known = new Set<string>();

  /** @param maxCalls of one response, and how many ids are remembered */
  constructor(maxCalls: number) {
    this.#maxCalls = maxCalls;
  }

  add({ callId, name, arguments: args }: ServerItem, responseId: string): void {
    const calls = this.#byResponse.get(responseId) ?? [];
    if (calls.length < this.#maxCalls) calls.push({ callId, name, arguments: args });
    this.#byResponse.set(responseId, calls);
    dropOldest(this.#byResponse, MAX_RESPONSES);
  }

  /** The calls of a response that is done. Some servers name the response at its end alone; there is one at a time. */
  take(responseId: string): FunctionCall[] {
    const calls = ['', responseId].flatMap((id) => this.#byResponse.get(id) ?? []);
    this.#byResponse.delete('');
    this.#byResponse.delete(responseId);
    return calls;
  }

  /** True the first time for this call. */
  isNew(callId: string): boolean {
    if (this.#known.has(callId)) return false;
    this.#known.add(callId);
    dropOldest(this.#known, this.#maxCalls);
    return true;
  }
}
