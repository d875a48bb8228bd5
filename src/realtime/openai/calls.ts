// Which calls of the service are open, and when the reply that speaks about them may be asked for. Pure.
// Calls come from one source, response.output_item.done, and count only when their response is completed;
// MCP calls are run by the service and only waited for. One response.create follows when all are answered
// and no reply is active.

import type { AfterCall, Answer, FunctionCall } from '../../core/ports.ts';

/** Calls that follow each other without a word of the person's: a service that only ever calls must come to an end. */
const mostRounds = 8;
/** How often a refused response.create is sent again. */
const mostTries = 3;
const mostRemembered = 256;
const mostResponses = 16;

/** Where a reply about the outputs stands: not wanted, to be asked for, asked for and not begun. */
type Request = 'none' | 'wanted' | 'sent';

const weight: Readonly<Record<AfterCall, number>> = { nothing: 0, reply: 1, hangUp: 2 };

export class Calls {
  /** By response, until it is done. */
  readonly #collected = new Map<string, FunctionCall[]>();
  /** Ids that were given out before: none is run twice. */
  readonly #known = new Set<string>();
  readonly #open = new Set<string>();
  /** Items of MCP calls and approvals that have not come to their end. */
  readonly #remote = new Set<string>();
  #request: Request = 'none';
  #next: AfterCall = 'nothing';
  /** What the reply was asked for that may yet be refused. */
  #asked: AfterCall = 'nothing';
  /** Something is to be spoken about, beside a goodbye. */
  #worthWords = false;
  #rounds = 0;
  #tries = 0;

  get request(): Request {
    return this.#request;
  }

  get next(): AfterCall {
    return this.#next;
  }

  /** Something is still to be answered, here or by an MCP server. */
  get outstanding(): boolean {
    return this.#open.size > 0 || this.#remote.size > 0;
  }

  /** Nothing but a goodbye is wanted. */
  get onlyGoodbye(): boolean {
    return this.#next === 'hangUp' && !this.#worthWords;
  }

  /** Whether the reply that is asked for may call again. */
  get mayCallAgain(): boolean {
    return this.#rounds < mostRounds && this.#next !== 'hangUp';
  }

  /** The last reply was told to call nothing. */
  get exhausted(): boolean {
    return this.#rounds > mostRounds;
  }

  /** A call of a response that is not done yet. */
  collect(responseId: string, call: FunctionCall): void {
    const calls = this.#collected.get(responseId) ?? [];
    if (calls.length < mostRemembered) calls.push(call);
    this.#collected.set(responseId, calls);
    // One that never ends must not be remembered for ever.
    const [oldest] = this.#collected.keys();
    if (this.#collected.size > mostResponses && oldest !== undefined) this.#collected.delete(oldest);
  }

  /** @returns the calls of a response that is done, each for the first time; open from now on */
  take(responseId: string): FunctionCall[] {
    const calls = this.#uncollect(responseId);
    const fresh = calls.filter(({ callId }) => {
      const isNew = !this.#known.has(callId);
      this.#known.add(callId);
      return isNew;
    });
    for (const { callId } of fresh) this.#open.add(callId);
    for (const oldest of this.#known) {
      if (this.#known.size <= mostRemembered) break;
      this.#known.delete(oldest);
    }
    return fresh;
  }

  /** Forgets the calls of a response that came to no good end. @returns how many */
  drop(responseId: string): number {
    return this.#uncollect(responseId).length;
  }

  /** @returns false where nobody waits for it */
  answer({ callId, next }: Answer): boolean {
    if (!this.#open.delete(callId)) return false;
    this.#wish(next);
    return true;
  }

  /** @returns false where it is known already */
  remoteBegan(id: string): boolean {
    if (this.#remote.has(id) || this.#remote.size >= mostRemembered) return false;
    this.#remote.add(id);
    return true;
  }

  /** @returns false where it was not waited for */
  remoteEnded(id: string): boolean {
    if (!this.#remote.delete(id)) return false;
    this.#wish('reply');
    return true;
  }

  /** The reply about the outputs has been asked for. */
  asked(): void {
    this.#request = 'sent';
    this.#asked = this.#next;
    this.#next = 'nothing';
    this.#worthWords = false;
    this.#rounds += 1;
  }

  /** A reply has begun: ours, as far as anybody can tell. */
  begun(): void {
    if (this.#request !== 'sent') return;
    this.#request = 'none';
  }

  /** The service would not begin the reply just now. @returns whether to ask again */
  refused(): boolean {
    this.#tries += 1;
    this.#request = this.#tries <= mostTries ? 'wanted' : 'none';
    this.#rounds -= 1;
    if (weight[this.#asked] > weight[this.#next]) this.#next = this.#asked;
    return this.#request === 'wanted';
  }

  /** Nothing is to be said about what is still open. @returns true where a reply is asked for and not begun */
  silence(): boolean {
    const orphan = this.#request === 'sent';
    this.#request = 'none';
    this.#next = 'nothing';
    this.#worthWords = false;
    this.#remote.clear();
    return orphan;
  }

  /** The person has said something: the count of rounds begins again. */
  newTurn(): void {
    this.#rounds = 0;
    this.#tries = 0;
  }

  // Some servers name the response at its end alone; there is one at a time.
  #uncollect(responseId: string): FunctionCall[] {
    const calls = ['', responseId].flatMap((id) => this.#collected.get(id) ?? []);
    this.#collected.delete('');
    this.#collected.delete(responseId);
    return calls;
  }

  #wish(next: AfterCall): void {
    if (next === 'reply') this.#worthWords = true;
    if (weight[next] > weight[this.#next]) this.#next = next;
    if (this.#next !== 'nothing') this.#request = 'wanted';
  }
}
