// An item of a reply that says something: the events that open it, say it piece by piece, and close it.

import type { Fields } from '../session/context.ts';
import type { Item, ItemStatus, Part } from '../session/items.ts';
import { inWords } from '../session/usage.ts';
import { OutputItem, type Stage } from './output-item.ts';

export class SpokenItem extends OutputItem {
  readonly #audio: Buffer;
  readonly #unsaidWords: string[];
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
    this.#unsaidWords = inWords(transcript);
    this.#part = stage.request.spoken
      ? { type: 'output_audio', transcript: '', audio: Buffer.alloc(0) }
      : { type: 'output_text', text: '' };
  }

  override get unsaid(): boolean {
    return this.#unsaidWords.length > 0 || this.#unsentAudio > 0;
  }

  get #unsentAudio(): number {
    return this.stage.request.spoken ? this.#audio.length - this.sentBytes : 0;
  }

  override open(): void {
    super.open();
    this.#sayOfPart('response.content_part.added', { part: this.#partToWire() });
    this.item.content.push(this.#part);
  }

  /** Says the next word and the next stretch of audio. */
  override next(): boolean {
    const word = this.#unsaidWords.shift();
    if (word !== undefined) this.#sayWord(word);
    return this.nextAudio();
  }

  #sayWord(word: string): void {
    const part = this.#part;
    this.written += word;
    if (part.type === 'output_text') part.text = this.written;
    else if (!this.#truncated) part.transcript = this.written;
    const type = part.type === 'output_audio' ? 'output_audio_transcript' : 'output_text';
    this.sayDelta(`response.${type}.delta`, word, { content_index: 0 });
  }

  /** The client has cut the part short: what is still said does not make it longer again. */
  get #truncated(): boolean {
    return this.#part.transcript === null;
  }

  override nextAudio(): boolean {
    if (this.#unsentAudio <= 0) return false;
    const piece = this.#audio.subarray(this.sentBytes, this.sentBytes + this.stage.deltaBytes);
    this.sentBytes += piece.length;
    // Nor does what the conversation has forgotten come back.
    const whole = !this.#truncated && this.#part.audio !== undefined;
    if (whole) this.#part.audio = this.#audio.subarray(0, this.sentBytes);
    this.sayDelta('response.output_audio.delta', piece.toString('base64'), { content_index: 0 });
    return true;
  }

  override close(status: ItemStatus): void {
    if (this.#part.type === 'output_audio') {
      this.#sayOfPart('response.output_audio.done', {});
      this.#sayOfPart('response.output_audio_transcript.done', { transcript: this.written });
    } else {
      this.#sayOfPart('response.output_text.done', { text: this.written });
    }
    this.#sayOfPart('response.content_part.done', { part: this.#partToWire() });
    super.close(status);
  }

  #sayOfPart(type: string, fields: Fields): void {
    this.say(type, { content_index: 0, ...fields });
  }

  /** Parts are called the same in both dialects, unlike the contents of items. */
  #partToWire(): Fields {
    return this.stage.request.spoken
      ? { type: 'audio', transcript: this.written }
      : { type: 'text', text: this.written };
  }
}
