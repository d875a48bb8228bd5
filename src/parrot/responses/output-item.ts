// What all items of a reply have in common: how a reply deals with them, and their events.

import { type Context, type Fields, type Steps, tell } from '../session/context.ts';
import { itemToWire, type ResponseRequest } from '../session/dialect.ts';
import type { Item, ItemStatus } from '../session/items.ts';

/** Where the items of a reply appear. */
export interface Stage extends Context {
  readonly responseId: string;
  readonly request: ResponseRequest;
  /** PCM bytes of an audio delta. */
  readonly deltaBytes: number;
}

/** The `index`-th item of a reply; by itself, one without any content. */
export class OutputItem {
  readonly item: Item;
  /** Bytes of PCM so far. */
  sentBytes = 0;
  /** What it has written so far: words, or the arguments of a call. */
  written = '';
  protected readonly stage: Stage;
  protected readonly index: number;

  constructor(stage: Stage, index: number, idPrefix: string, item: Pick<Item, 'type' | 'role' | 'fields'>) {
    const { newId, responseId } = stage;
    this.item = { ...item, id: newId(idPrefix), status: 'in_progress', content: [], responseId };
    this.stage = stage;
    this.index = index;
  }

  /** Something is left for `next`. */
  get unsaid(): boolean {
    return false;
  }

  open(): void {
    this.#tellReply('added');
    if (this.stage.request.outOfBand) return;
    this.stage.conversation.add(this.item);
    tell(this.stage, 'added', this.item);
  }

  /** The next piece; true if there was audio or an argument in it. */
  next(): boolean {
    return false;
  }

  /** The next stretch of audio; true if there was any. */
  nextAudio(): boolean {
    return false;
  }

  /** The closing events: they come however the reply ends. */
  close(status: ItemStatus): void {
    const { conversation } = this.stage;
    this.item.status = status;
    if (conversation.find(this.item.id) === this.item) {
      conversation.keepWithinLimits();
      tell(this.stage, 'done', this.item);
    }
    this.#tellReply('done');
  }

  /** What comes after response.done. To be called when that has been sent. */
  *settle(): Steps {}

  protected say(type: string, fields: Fields): void {
    const { responseId: response_id, emit } = this.stage;
    emit(type, { response_id, output_index: this.index, item_id: this.item.id, ...fields });
  }

  protected sayDelta(type: string, delta: string, fields: Fields): void {
    const { dialect, newId } = this.stage;
    const id = newId('');
    const obfuscation = dialect.obfuscates ? { obfuscation: id.slice(0, 8 + (delta.length % 8)) } : {};
    this.say(type, { ...fields, delta, ...obfuscation });
  }

  #tellReply(what: 'added' | 'done'): void {
    const { responseId: response_id, dialect, emit } = this.stage;
    const item = itemToWire(this.item, dialect);
    emit(`response.output_item.${what}`, { response_id, output_index: this.index, item });
  }
}
