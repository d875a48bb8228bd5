// What a client does to the items of the conversation: adds, reads, shortens and removes them.

import { bytesOfMs, msOfBytes } from '../../core/pcm.ts';
import type { Approvals } from '../responses/approvals.ts';
import { refuseOutput } from '../responses/call-outputs.ts';
import { ApiError, unknownItem } from '../schemas/api-error.ts';
import { invalidValue } from '../schemas/validate.ts';
import type { ClientEventOf } from './client-events.ts';
import { type Dialect, itemToWire } from './dialect.ts';
import type { Conversation, Item, Part } from './items.ts';
import { parseItem } from './new-item.ts';

export interface ConversationEventsOptions {
  readonly dialect: Dialect;
  readonly conversation: Conversation;
  readonly approvals: Approvals;
  newId(prefix: string): string;
  emit(type: string, fields: Readonly<Record<string, unknown>>): void;
}

// As in the real service, what is wrong with a truncation does not name the event.
const cannotTruncate = (sentence: string, code: string): ApiError =>
  new ApiError(sentence, { code, namesEvent: false });

/** All of them throw an ApiError and then have changed nothing. */
export class ConversationEvents {
  readonly #options: ConversationEventsOptions;

  constructor(options: ConversationEventsOptions) {
    this.#options = options;
  }

  /** Tells of an item that is complete as it comes. */
  announce(item: Item): void {
    this.tell('added', item);
    this.tell('done', item);
  }

  /** Tells that an item has come, or that it is complete. */
  tell(what: 'added' | 'done', item: Item): void {
    const { conversation, dialect, emit } = this.#options;
    const previous_item_id = conversation.previousId(item.id);
    emit(`conversation.item.${what}`, { previous_item_id, item: itemToWire(item, dialect) });
  }

  create({ item: value, previous_item_id }: ClientEventOf<'conversation.item.create'>): void {
    const { conversation, approvals, dialect, newId } = this.#options;
    const item = parseItem(value, dialect.assistantText, () => newId('item_'));
    if (conversation.find(item.id) !== undefined) throw invalidValue('item.id', item.id, []);
    const after = previous_item_id || undefined;
    if (after !== undefined && after !== 'root' && conversation.find(after) === undefined) {
      throw invalidValue('previous_item_id', after, []);
    }
    const { approval_request_id: requestId, approve } = item.fields;
    refuseOutput(item, conversation);
    if (item.type === 'mcp_approval_response') approvals.answer(requestId, approve === true);
    conversation.add(item, after);
    this.announce(item);
  }

  /** With its audio, as long as that is remembered. */
  retrieve({ item_id }: ClientEventOf<'conversation.item.retrieve'>): void {
    const { conversation, dialect, emit } = this.#options;
    const item = conversation.find(item_id);
    if (item === undefined) throw unknownItem('retriev', item_id);
    emit('conversation.item.retrieved', { item: itemToWire(item, dialect, true) });
  }

  delete({ item_id }: ClientEventOf<'conversation.item.delete'>): void {
    if (!this.#options.conversation.remove(item_id)) throw unknownItem('delet', item_id);
    this.#options.emit('conversation.item.deleted', { item_id });
  }

  /** Forgets what was not heard, and the transcript: nothing says which of its words were heard. */
  truncate(event: ClientEventOf<'conversation.item.truncate'>): void {
    const { item_id, content_index, audio_end_ms } = event;
    const { part, audio } = this.#spoken(item_id, content_index);
    const wholeMs = msOfBytes(audio.length);
    if (audio_end_ms > wholeMs) {
      const sentence = `Audio content of ${Math.floor(wholeMs)}ms is already shorter than ${audio_end_ms}ms`;
      throw cannotTruncate(sentence, 'invalid_value');
    }
    part.audio = audio.subarray(0, bytesOfMs(audio_end_ms));
    part.transcript = null;
    this.#options.emit('conversation.item.truncated', { item_id, content_index, audio_end_ms });
  }

  #spoken(itemId: string, contentIndex: number): { part: Part; audio: Buffer } {
    const item = this.#options.conversation.find(itemId);
    if (item === undefined) throw unknownItem('truncat', itemId);
    const part = item.content[contentIndex];
    if (part?.type !== 'output_audio' || part.audio === undefined || part.audio.length === 0) {
      const sentence = 'Only model output audio messages can be truncated';
      throw cannotTruncate(sentence, 'unsupported_content_type');
    }
    return { part, audio: part.audio };
  }
}
