// What all items of a reply have in common: their methods and their events.

import { type Context, emitItem, type Fields, type Steps } from '../session/context.ts';
import { itemToWire, type ResponseRequest } from '../session/dialect.ts';
import type { Item, ItemStatus } from '../session/items.ts';

/** What the items of a reply share. */
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
  get hasMore(): boolean {
    return false;
  }

  open(): void {
    this.#emitOutputItem('added');
    if (this.stage.request.outOfBand) return;
    this.stage.conversation.add(this.item);
    emitItem(this.stage, 'added', this.item);
  }

  /** The next piece; true if there was audio or an argument in it. */
  next(): boolean {
    return false;
  }

  /** The next stretch of audio; true if there was any. */
  nextAudio(): boolean {
    return false;
  }

  /** The closing events: they come with every end of the reply. */
  close(status: ItemStatus): void {
    const { conversation } = this.stage;
    this.item.status = status;
    if (conversation.find(this.item.id) === this.item) {
      conversation.keepWithinLimits();
      emitItem(this.stage, 'done', this.item);
    }
    this.#emitOutputItem('done');
  }

  /** What comes after response.done. To be called when that has been sent. */
  *settle(): Steps {}

  protected emit(type: string, fields: Fields): void {
    const { responseId: response_id, emit } = this.stage;
    emit(type, { response_id, output_index: this.index, item_id: this.item.id, ...fields });
  }

  protected emitDelta(type: string, delta: string, fields: Fields): void {
    const { dialect, newId } = this.stage;
    const id = newId('');
    const obfuscation = dialect.obfuscates ? { obfuscation: id.slice(0, 8 + (delta.length % 8)) } : {};
    this.emit(type, { ...fields, delta, ...obfuscation });
  }

  #emitOutputItem(what: 'added' | 'done'): void {
    const { responseId: response_id, dialect, emit } = this.stage;
    const item = itemToWire(this.item, dialect);
    emit(`response.output_item.${what}`, { response_id, output_index: this.index, item });
  }
}
