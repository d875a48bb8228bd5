// An item of a reply that says something: the events that open it, say it piece by piece, and close it.

import type { Fields } from '../session/context.ts';
import type { ItemStatus, Part } from '../session/items.ts';
import { inWords } from '../session/usage.ts';
import { OutputItem, type Stage } from './output-item.ts';
import type { SpokenItemPlan } from './reply-script.ts';

/** What an item says. */
export interface Speech {
  readonly audio: Buffer;
  readonly transcript: string;
}

export class SpokenItem extends OutputItem {
  readonly #speech: Speech | undefined;
  readonly #unsaidWords: string[];
  readonly #part: Part | undefined;

  constructor(stage: Stage, index: number, speech: Speech | undefined, phase: SpokenItemPlan['phase']) {
    const fields = phase === undefined ? {} : { phase };
    super(stage, index, 'item_', { type: 'message', role: 'assistant', fields });
    this.#speech = speech;
    this.#unsaidWords = inWords(speech?.transcript ?? '');
    if (speech === undefined) return;
    this.#part = stage.spoken
      ? { type: 'output_audio', transcript: '', audio: Buffer.alloc(0) }
      : { type: 'output_text', text: '' };
  }

  override get unsaid(): boolean {
    return this.#unsaidWords.length > 0 || this.#unsentAudio > 0;
  }

  get #unsentAudio(): number {
    return this.stage.spoken ? (this.#speech?.audio.length ?? 0) - this.sentBytes : 0;
  }

  override open(): void {
    super.open();
    if (this.#part === undefined) return;
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
    if (part === undefined) return;
    this.written += word;
    if (part.type === 'output_text') part.text = this.written;
    else if (!this.#truncated) part.transcript = this.written;
    const type = part.type === 'output_audio' ? 'output_audio_transcript' : 'output_text';
    this.#delta(`response.${type}.delta`, word);
  }

  /** The client has cut the part short: what is still said does not make it longer again. */
  get #truncated(): boolean {
    return this.#part?.transcript === null;
  }

  override nextAudio(): boolean {
    const { audio } = this.#speech ?? {};
    if (audio === undefined || this.#part === undefined || this.#unsentAudio <= 0) return false;
    const piece = audio.subarray(this.sentBytes, this.sentBytes + this.stage.deltaBytes);
    this.sentBytes += piece.length;
    // Nor does what the conversation has forgotten come back.
    const whole = !this.#truncated && this.#part.audio !== undefined;
    if (whole) this.#part.audio = audio.subarray(0, this.sentBytes);
    this.#delta('response.output_audio.delta', piece.toString('base64'));
    return true;
  }

  override close(status: ItemStatus): void {
    if (this.#part !== undefined) this.#closePart();
    super.close(status);
  }

  #closePart(): void {
    if (this.#part?.type === 'output_audio') {
      this.#sayOfPart('response.output_audio.done', {});
      this.#sayOfPart('response.output_audio_transcript.done', { transcript: this.written });
    } else {
      this.#sayOfPart('response.output_text.done', { text: this.written });
    }
    this.#sayOfPart('response.content_part.done', { part: this.#partToWire() });
  }

  #delta(type: string, delta: string): void {
    this.sayDelta(type, delta, { content_index: 0 });
  }

  #sayOfPart(type: string, fields: Fields): void {
    this.say(type, { content_index: 0, ...fields });
  }

  /** Parts are called the same in both dialects, unlike the contents of items. */
  #partToWire(): Fields {
    return this.stage.spoken
      ? { type: 'audio', transcript: this.written }
      : { type: 'text', text: this.written };
  }
}
