// One item of a reply: the events that open it, say it piece by piece, and close it.

import { bytesOfMs } from '../pcm.ts';
import { type Dialect, itemToWire } from './dialect.ts';
import { type Conversation, type Item, type ItemStatus, newMessage, type Part } from './items.ts';
import type { ReplyItem } from './reply-script.ts';
import { inWords } from './words.ts';

/** What the items of a reply have in common. */
export interface Stage {
  readonly responseId: string;
  readonly dialect: Dialect;
  /** Where the items go; undefined: nowhere. */
  readonly conversation: Conversation | undefined;
  /** With a voice, or in writing only. */
  readonly spoken: boolean;
  /** PCM bytes of an audio delta. */
  readonly deltaBytes: number;
  newId(prefix: string): string;
  emit(type: string, fields: Readonly<Record<string, unknown>>): void;
}

/** What an item says. */
export interface Speech {
  readonly audio: Buffer;
  readonly transcript: string;
}

export const DEFAULT_DELTA_BYTES = bytesOfMs(100);

export class OutputItem {
  readonly item: Item;
  readonly #stage: Stage;
  readonly #speech: Speech | undefined;
  readonly #index: number;
  readonly #unsaidWords: string[];
  readonly #part: Part | undefined;
  #wordsSaid = '';
  #sentBytes = 0;

  constructor(stage: Stage, index: number, speech: Speech | undefined, phase: ReplyItem['phase']) {
    this.#stage = stage;
    this.#index = index;
    this.#speech = speech;
    this.#unsaidWords = inWords(speech?.transcript ?? '');
    const blank = newMessage(stage.newId('item_'), 'assistant', 'in_progress', []);
    this.item = phase === undefined ? blank : { ...blank, fields: { phase } };
    if (speech === undefined) return;
    this.#part = stage.spoken
      ? { type: 'output_audio', transcript: '', audio: Buffer.alloc(0) }
      : { type: 'output_text', text: '' };
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  get wordsSaid(): string {
    return this.#wordsSaid;
  }

  /** Something is left to be said. */
  get unsaid(): boolean {
    return this.#unsaidWords.length > 0 || this.#unsentAudio > 0;
  }

  get #unsentAudio(): number {
    return this.#stage.spoken ? (this.#speech?.audio.length ?? 0) - this.#sentBytes : 0;
  }

  open(): void {
    const { conversation, emit } = this.#stage;
    this.#say('response.output_item.added', { item: this.#toWire() });
    if (conversation !== undefined) {
      conversation.add(this.item);
      emit('conversation.item.added', this.#inConversation(conversation));
    }
    if (this.#part === undefined) return;
    this.#sayOfPart('response.content_part.added', { part: this.#partToWire() });
    this.item.content.push(this.#part);
  }

  /** Says the next word and the next stretch of audio; true if there was audio. */
  next(): boolean {
    const word = this.#unsaidWords.shift();
    if (word !== undefined) this.#sayWord(word);
    return this.nextAudio();
  }

  #sayWord(word: string): void {
    const part = this.#part;
    if (part === undefined) return;
    this.#wordsSaid += word;
    if (part.type === 'output_text') part.text = this.#wordsSaid;
    else if (!this.#truncated) part.transcript = this.#wordsSaid;
    const type = part.type === 'output_audio' ? 'output_audio_transcript' : 'output_text';
    this.#delta(`response.${type}.delta`, word);
  }

  /** The client has cut the part short: what is still said does not make it longer again. */
  get #truncated(): boolean {
    return this.#part?.transcript === null;
  }

  nextAudio(): boolean {
    const { audio } = this.#speech ?? {};
    if (audio === undefined || this.#part === undefined || this.#unsentAudio <= 0) return false;
    const piece = audio.subarray(this.#sentBytes, this.#sentBytes + this.#stage.deltaBytes);
    this.#sentBytes += piece.length;
    // Nor does what the conversation has forgotten come back.
    const whole = !this.#truncated && this.#part.audio !== undefined;
    if (whole) this.#part.audio = audio.subarray(0, this.#sentBytes);
    this.#delta('response.output_audio.delta', piece.toString('base64'));
    return true;
  }

  /** The closing events: they come however the reply ends. */
  close(status: ItemStatus): void {
    const { conversation, emit } = this.#stage;
    if (this.#part !== undefined) this.#closePart();
    this.item.status = status;
    if (conversation?.find(this.item.id) !== undefined) {
      conversation.keepWithinLimits();
      emit('conversation.item.done', this.#inConversation(conversation));
    }
    this.#say('response.output_item.done', { item: this.#toWire() });
  }

  #closePart(): void {
    if (this.#part?.type === 'output_audio') {
      this.#sayOfPart('response.output_audio.done', {});
      this.#sayOfPart('response.output_audio_transcript.done', { transcript: this.wordsSaid });
    } else {
      this.#sayOfPart('response.output_text.done', { text: this.wordsSaid });
    }
    this.#sayOfPart('response.content_part.done', { part: this.#partToWire() });
  }

  #delta(type: string, delta: string): void {
    const { dialect, newId } = this.#stage;
    const id = newId('');
    const obfuscation = dialect.obfuscates ? { obfuscation: id.slice(0, 8 + (delta.length % 8)) } : {};
    this.#sayOfPart(type, { delta, ...obfuscation });
  }

  #say(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.#stage.emit(type, { response_id: this.#stage.responseId, output_index: this.#index, ...fields });
  }

  #sayOfPart(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.#say(type, { item_id: this.item.id, content_index: 0, ...fields });
  }

  #inConversation(conversation: Conversation): Readonly<Record<string, unknown>> {
    return { previous_item_id: conversation.previousId(this.item.id), item: this.#toWire() };
  }

  #toWire(): Readonly<Record<string, unknown>> {
    return itemToWire(this.item, this.#stage.dialect);
  }

  /** Parts are called the same in both dialects, unlike the contents of items. */
  #partToWire(): Readonly<Record<string, unknown>> {
    return this.#stage.spoken
      ? { type: 'audio', transcript: this.wordsSaid }
      : { type: 'text', text: this.wordsSaid };
  }
}
