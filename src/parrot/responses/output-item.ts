// What all items of a reply have in common: how a reply deals with them, and the events
// that open and close each of them.

import { bytesOfMs } from '../../core/pcm.ts';
import { type Dialect, itemToWire } from '../session/dialect.ts';
import type { Conversation, Item, ItemStatus } from '../session/items.ts';
import type { Approvals } from './approvals.ts';

/** Where the items of a reply appear. */
export interface Stage {
  readonly responseId: string;
  readonly dialect: Dialect;
  /** Where the items go; undefined: nowhere. */
  readonly conversation: Conversation | undefined;
  readonly approvals: Approvals;
  /** With a voice, or in writing only. */
  readonly spoken: boolean;
  /** PCM bytes of an audio delta. */
  readonly deltaBytes: number;
  newId(prefix: string): string;
  emit(type: string, fields: Readonly<Record<string, unknown>>): void;
}

export interface OutputItem {
  readonly item: Item;
  /** Bytes of PCM so far. */
  readonly sentBytes: number;
  /** What it has written so far: words, or the arguments of a call. */
  readonly written: string;
  /** Something is left for `next`. */
  readonly unsaid: boolean;
  open(): void;
  /** The next piece; true if there was audio or an argument in it. */
  next(): boolean;
  /** The next stretch of audio; true if there was any. */
  nextAudio(): boolean;
  /** The closing events: they come however the reply ends. */
  close(status: ItemStatus): void;
  /** What comes after response.done; undefined: nothing. To be called when that has been sent. */
  settle?(): Generator<void, void, void>;
}

export const DEFAULT_DELTA_BYTES = bytesOfMs(100);

/** The events of one item that is the `index`-th of its reply. */
export class ItemEvents {
  readonly #stage: Stage;
  readonly #index: number;
  readonly #item: Item;

  constructor(stage: Stage, index: number, item: Item) {
    this.#stage = stage;
    this.#index = index;
    this.#item = item;
  }

  added(): void {
    const { conversation, emit } = this.#stage;
    this.#say('response.output_item.added', { item: this.#toWire() });
    if (conversation === undefined) return;
    conversation.add(this.#item);
    emit('conversation.item.added', this.#inConversation(conversation));
  }

  done(status: ItemStatus): void {
    const { conversation, emit } = this.#stage;
    this.#item.status = status;
    if (conversation?.find(this.#item.id) !== undefined) {
      conversation.keepWithinLimits();
      emit('conversation.item.done', this.#inConversation(conversation));
    }
    this.#say('response.output_item.done', { item: this.#toWire() });
  }

  say(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.#say(type, { item_id: this.#item.id, ...fields });
  }

  sayDelta(type: string, delta: string, fields: Readonly<Record<string, unknown>>): void {
    const { dialect, newId } = this.#stage;
    const id = newId('');
    const obfuscation = dialect.obfuscates ? { obfuscation: id.slice(0, 8 + (delta.length % 8)) } : {};
    this.say(type, { ...fields, delta, ...obfuscation });
  }

  /** Of what goes on without regard to the response. */
  sayOutside(type: string): void {
    this.#stage.emit(type, { item_id: this.#item.id, output_index: this.#index });
  }

  #say(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.#stage.emit(type, { response_id: this.#stage.responseId, output_index: this.#index, ...fields });
  }

  #inConversation(conversation: Conversation): Readonly<Record<string, unknown>> {
    return { previous_item_id: conversation.previousId(this.#item.id), item: this.#toWire() };
  }

  #toWire(): Readonly<Record<string, unknown>> {
    return itemToWire(this.#item, this.#stage.dialect);
  }
}
