// Which replies of the service are alive, and which samples belong to what. Pure.
// A reply may hold several audio items, or none; a dead one (called off, or done) may still send deltas.

export interface HeardItem {
  readonly itemId: string;
  readonly contentIndex: number;
  readonly bytes: number;
}

/** What tells the service how much of a reply was heard. */
export interface Heard {
  /** The item that was cut in the middle, and after how many milliseconds. */
  readonly truncated: { readonly item: HeardItem; readonly audioEndMs: number } | undefined;
  /** Ids of the items of which nothing was heard. */
  readonly unheard: readonly string[];
}

const mostDone = 32;
/** One at a time is the rule; a server that only ever begins must not fill the memory. */
const mostActive = 8;
const mostItems = 256;

export class Responses {
  readonly #active = new Set<string>();
  /** Active, but called off: its end is still to come. */
  readonly #calledOff = new Set<string>();
  readonly #done = new Set<string>();
  #items: { itemId: string; contentIndex: number; bytes: number }[] = [];
  #odd: Buffer = Buffer.alloc(0);

  /** No reply is under way. */
  get none(): boolean {
    return this.#active.size === 0;
  }

  /** One is under way that nobody has called off. */
  get alive(): boolean {
    return this.#active.size > this.#calledOff.size;
  }

  isCalledOff(id: string): boolean {
    return this.#calledOff.has(id);
  }

  /** Whatever still arrives of it must not be heard. */
  isDead(id: string): boolean {
    return this.#calledOff.has(id) || this.#done.has(id);
  }

  /** @returns false where the reply was known already, or is dead */
  begin(id: string): boolean {
    if (this.#active.has(id) || this.isDead(id)) return false;
    // A called-off reply whose end was never told would keep the microphone closed for ever.
    this.giveUp();
    const [oldest] = this.#active;
    if (this.#active.size >= mostActive && oldest !== undefined) this.#end(oldest);
    this.#active.add(id);
    return true;
  }

  /** @returns true where no reply is active any more, unless `id` was dead and done before */
  finish(id: string | undefined): boolean {
    // Some servers send a `done` without an id: with one reply at a time it can only mean that one.
    const ended = id ?? [...this.#active][0];
    if (ended === undefined || (!this.#active.has(ended) && this.#done.has(ended))) return false;
    this.#end(ended);
    return this.none;
  }

  /** Calls all active replies off; each still ends with `finish`. @returns their ids */
  callOff(): string[] {
    for (const id of this.#active) this.#calledOff.add(id);
    return [...this.#calledOff];
  }

  /** Waits no longer for the end of called-off replies. @returns true where that was the last one */
  giveUp(): boolean {
    const had = this.#calledOff.size > 0;
    for (const id of this.#calledOff) this.#end(id);
    return had && this.none;
  }

  /** Everything that arrived so far was heard, or never will be. */
  forgetItems(): void {
    if (this.#items.length > 0) this.#items = [];
  }

  /**
   * Whole samples of the next bytes of an item: an odd byte waits for its other half, and is dropped
   * where the item ends before that comes.
   */
  take(itemId: string, contentIndex: number, bytes: Buffer): Buffer {
    let item = this.#items.at(-1);
    const known = item?.itemId === itemId && item.contentIndex === contentIndex;
    if (item === undefined || (!known && this.#items.length < mostItems)) {
      item = { itemId, contentIndex, bytes: 0 };
      this.#items.push(item);
      this.#odd = Buffer.alloc(0);
    }
    const joined = this.#odd.length === 0 ? bytes : Buffer.concat([this.#odd, bytes]);
    const whole = joined.length - (joined.length % 2);
    this.#odd = joined.subarray(whole);
    item.bytes += whole;
    return joined.subarray(0, whole);
  }

  /** @param heardBytes of PCM, from the first sample since `forgetItems` */
  heard(heardBytes: number, bytesPerMs: number): Heard {
    let rest = heardBytes;
    let truncated: Heard['truncated'];
    const unheard: string[] = [];
    for (const item of this.#items) {
      if (rest <= 0) unheard.push(item.itemId);
      // The loudspeaker counts whole milliseconds: what lacks less than one was heard.
      else if (rest + bytesPerMs < item.bytes)
        truncated = { item, audioEndMs: Math.floor(rest / bytesPerMs) };
      rest -= item.bytes;
    }
    this.forgetItems();
    return { truncated, unheard };
  }

  #end(id: string): void {
    this.#active.delete(id);
    this.#calledOff.delete(id);
    // A server that gives its replies no ids cannot send late deltas of a certain one either.
    if (id !== '') this.#done.add(id);
    const [oldest] = this.#done;
    if (this.#done.size > mostDone && oldest !== undefined) this.#done.delete(oldest);
  }
}
