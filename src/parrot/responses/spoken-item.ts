// A spoken item of a reply: the events that open it, send it in pieces, and close it.

import type { Fields } from '../session/context.ts';
import type { Item, ItemStatus, Part } from '../session/items.ts';
import { inWords } from '../session/usage.ts';
import { OutputItem, type Stage } from './output-item.ts';

export class SpokenItem extends OutputItem {
  readonly #audio: Buffer;
  readonly #remainingWords: string[];
  readonly #part: Part;

  constructor(
    stage: Stage,
    index: number,
    message: Pick<Item, 'type' | 'role' | 'fields'>,
    audio: Buffer,
    transcript: string,
  ) {
    super(stage, index, 'item_', message);
    this.#audio = audio;
    this.#remainingWords = inWords(transcript);
    this.#part = stage.request.spoken
      ? { type: 'output_audio', transcript: '', audio: Buffer.alloc(0) }
      : { type: 'output_text', text: '' };
  }

  override get hasMore(): boolean {
    return this.#remainingWords.length > 0 || this.#unsentAudio > 0;
  }

  get #unsentAudio(): number {
    return this.stage.request.spoken ? this.#audio.length - this.sentBytes : 0;
  }

  override open(): void {
    super.open();
    this.#emitForPart('response.content_part.added', { part: this.#partToWire() });
    this.item.content.push(this.#part);
  }

  /** Sends the next word and the next piece of audio. */
  override next(): boolean {
    const word = this.#remainingWords.shift();
    if (word !== undefined) this.#emitWord(word);
    return this.nextAudio();
  }

  #emitWord(word: string): void {
    const part = this.#part;
    this.written += word;
    if (part.type === 'output_text') part.text = this.written;
    else if (!this.#truncated) part.transcript = this.written;
    const type = part.type === 'output_audio' ? 'output_audio_transcript' : 'output_text';
    this.emitDelta(`response.${type}.delta`, word, { content_index: 0 });
  }

  /** The client has truncated the part: what is still sent does not extend it. */
  get #truncated(): boolean {
    return this.#part.transcript === null;
  }

  override nextAudio(): boolean {
    if (this.#unsentAudio <= 0) return false;
    const piece = this.#audio.subarray(this.sentBytes, this.sentBytes + this.stage.deltaBytes);
    this.sentBytes += piece.length;
    // Neither is audio added that the conversation has dropped.
    const whole = !this.#truncated && this.#part.audio !== undefined;
    if (whole) this.#part.audio = this.#audio.subarray(0, this.sentBytes);
    this.emitDelta('response.output_audio.delta', piece.toString('base64'), { content_index: 0 });
    return true;
  }

  override close(status: ItemStatus): void {
    if (this.#part.type === 'output_audio') {
      this.#emitForPart('response.output_audio.done', {});
      this.#emitForPart('response.output_audio_transcript.done', { transcript: this.written });
    } else {
      this.#emitForPart('response.output_text.done', { text: this.written });
    }
    this.#emitForPart('response.content_part.done', { part: this.#partToWire() });
    super.close(status);
  }

  #emitForPart(type: string, fields: Fields): void {
    this.emit(type, { content_index: 0, ...fields });
  }

  /** Parts have the same names in both dialects, unlike the contents of items. */
  #partToWire(): Fields {
    return this.stage.request.spoken
      ? { type: 'audio', transcript: this.written }
      : { type: 'text', text: this.written };
  }
}
