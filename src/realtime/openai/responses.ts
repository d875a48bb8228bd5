// Which responses of the service are active, and which samples belong to which item. Pure.
// A response may have several audio items, or none; after its end or its cancellation deltas may still arrive.

import { BYTES_PER_MS, BYTES_PER_SAMPLE, Framer } from '../../core/pcm.ts';

interface Item {
  readonly itemId: string;
  readonly contentIndex: number;
  bytes: number;
}

/** What tells the service how much of its replies was heard. */
export interface Heard {
  /** The item that was heard in part. */
  readonly truncated:
    | { readonly itemId: string; readonly contentIndex: number; readonly audioEndMs: number }
    | undefined;
  /** Ids of the items of which nothing was heard. */
  readonly unheard: readonly string[];
}

const MAX_DONE = 32;
/** One at a time is the rule; a server that only begins responses must not fill the memory. */
const MAX_ACTIVE = 8;
const MAX_ITEMS = 256;

/** Keeps the newest `max`. */
export const dropOldest = (kept: Set<string> | Map<string, unknown>, max: number): void => {
  const [oldest] = kept.keys();
  if (kept.size > max && oldest !== undefined) kept.delete(oldest);
};

export class Responses {
  readonly #active = new Set<string>();
  /** Active, but cancelled: its end is still to come. */
  readonly #cancelled = new Set<string>();
  readonly #done = new Set<string>();
  #items: Item[] = [];
  #samples = new Framer(BYTES_PER_SAMPLE);
  #audible = false;

  /** No response is active. */
  get none(): boolean {
    return this.#active.size === 0;
  }

  /** A response is active that was not cancelled. */
  get alive(): boolean {
    return this.#active.size > this.#cancelled.size;
  }

  /** The newest response has sound. */
  get audible(): boolean {
    return this.#audible;
  }

  isCancelled(id: string): boolean {
    return this.#cancelled.has(id);
  }

  /** Done or cancelled: what still arrives of it must not be heard. */
  isOver(id: string): boolean {
    return this.#cancelled.has(id) || this.#done.has(id);
  }

  /**
   * The response that an event means: with one at a time an id that is unknown, or missing, means the newest.
   * @param id '' where it is missing
   */
  resolve(id: string): string {
    return this.#active.has(id) || this.#done.has(id) ? id : ([...this.#active].at(-1) ?? id);
  }

  /** A response has been announced: an id that was used before means a new one. @returns as `begin` */
  announce(id: string): boolean {
    if (!this.#active.has(id)) this.#done.delete(id);
    return this.begin(id);
  }

  /** @returns false where the response is known already, or over */
  begin(id: string): boolean {
    if (this.#active.has(id) || this.isOver(id)) return false;
    // A cancelled response whose end never came would keep the microphone off.
    this.forgetCancelled();
    const [oldest] = this.#active;
    if (this.#active.size >= MAX_ACTIVE && oldest !== undefined) this.#end(oldest);
    this.#active.add(id);
    this.#audible = false;
    return true;
  }

  /** What the end of a response ends, oldest first: it, and those before it, whose ends never come. */
  endedWith(id: string): string[] {
    const active = [...this.#active];
    const index = active.indexOf(id);
    return index < 0 ? [] : active.slice(0, index + 1);
  }

  /**
   * @param id resolved; undefined where the event has none
   * @returns true where no response is active any more, unless `id` was done before
   */
  finish(id: string | undefined): boolean {
    const ended = id ?? [...this.#active].at(-1);
    if (ended === undefined || (!this.#active.has(ended) && this.#done.has(ended))) return false;
    for (const one of this.endedWith(ended)) this.#end(one);
    this.#end(ended);
    return this.none;
  }

  /** Cancels all active responses; each still ends with `finish`. @returns their ids */
  cancel(): string[] {
    for (const id of this.#active) this.#cancelled.add(id);
    this.#audible = false;
    return [...this.#cancelled];
  }

  /** Takes cancelled responses for done. @returns true where there were some and no response is active now */
  forgetCancelled(): boolean {
    const some = this.#cancelled.size > 0;
    for (const id of this.#cancelled) this.#end(id);
    return some && this.none;
  }

  /** @returns true at the first sound of the newest response */
  makeAudible(): boolean {
    if (this.#audible) return false;
    this.#audible = true;
    return true;
  }

  /** Begins the count of `heard`: all that arrived so far was heard, or never will be. */
  forgetItems(): void {
    if (this.#items.length > 0) this.#items = [];
  }

  /**
   * Whole samples of the next bytes of an item: an odd byte waits for its other half, and is dropped where the
   * item ends before.
   */
  take(itemId: string, contentIndex: number, bytes: Buffer): Buffer {
    let item = this.#items.at(-1);
    const known = item?.itemId === itemId && item.contentIndex === contentIndex;
    if (item === undefined || (!known && this.#items.length < MAX_ITEMS)) {
      item = { itemId, contentIndex, bytes: 0 };
      this.#items.push(item);
      this.#samples = new Framer(BYTES_PER_SAMPLE);
    }
    const whole = this.#samples.join(bytes);
    item.bytes += whole.length;
    return whole;
  }

  /** @param heardMs from the first sample since `forgetItems` */
  heard(heardMs: number): Heard {
    let rest = heardMs * BYTES_PER_MS;
    let truncated: Heard['truncated'];
    const unheard: string[] = [];
    for (const { itemId, contentIndex, bytes } of this.#items) {
      if (rest <= 0) unheard.push(itemId);
      // The loudspeaker counts whole milliseconds: where less than one is missing, the item was heard.
      else if (rest + BYTES_PER_MS < bytes)
        truncated = { itemId, contentIndex, audioEndMs: Math.floor(rest / BYTES_PER_MS) };
      rest -= bytes;
    }
    this.forgetItems();
    return { truncated, unheard };
  }

  #end(id: string): void {
    this.#active.delete(id);
    this.#cancelled.delete(id);
    // A server that gives its responses no ids cannot send late deltas of a certain one either.
    if (id !== '') this.#done.add(id);
    dropOldest(this.#done, MAX_DONE);
  }
}
