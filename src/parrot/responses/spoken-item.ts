// An item of a reply that says something: the events that open it, say it piece by piece, and close it.

import { type Item, type ItemStatus, newMessage, type Part } from '../session/items.ts';
import { inWords } from '../session/usage.ts';
import { ItemEvents, type OutputItem, type Stage } from './output-item.ts';
import type { SpokenItemPlan } from './reply-script.ts';

/** What an item says. */
export interface Speech {
  readonly audio: Buffer;
  readonly transcript: string;
}

export class SpokenItem implements OutputItem {
  readonly item: Item;
  readonly #stage: Stage;
  readonly #events: ItemEvents;
  readonly #speech: Speech | undefined;
  readonly #unsaidWords: string[];
  readonly #part: Part | undefined;
  #wordsSaid = '';
  #sentBytes = 0;

  constructor(stage: Stage, index: number, speech: Speech | undefined, phase: SpokenItemPlan['phase']) {
    this.#stage = stage;
    this.#speech = speech;
    this.#unsaidWords = inWords(speech?.transcript ?? '');
    const blank = newMessage(stage.newId('item_'), 'assistant', 'in_progress', []);
    this.item = phase === undefined ? blank : { ...blank, fields: { phase } };
    this.#events = new ItemEvents(stage, index, this.item);
    if (speech === undefined) return;
    this.#part = stage.spoken
      ? { type: 'output_audio', transcript: '', audio: Buffer.alloc(0) }
      : { type: 'output_text', text: '' };
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  get written(): string {
    return this.#wordsSaid;
  }

  get unsaid(): boolean {
    return this.#unsaidWords.length > 0 || this.#unsentAudio > 0;
  }

  get #unsentAudio(): number {
    return this.#stage.spoken ? (this.#speech?.audio.length ?? 0) - this.#sentBytes : 0;
  }

  open(): void {
    this.#events.added();
    if (this.#part === undefined) return;
    this.#sayOfPart('response.content_part.added', { part: this.#partToWire() });
    this.item.content.push(this.#part);
  }

  /** Says the next word and the next stretch of audio. */
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

  close(status: ItemStatus): void {
    if (this.#part !== undefined) this.#closePart();
    this.#events.done(status);
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
    this.#events.sayDelta(type, delta, { content_index: 0 });
  }

  #sayOfPart(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.#events.say(type, { content_index: 0, ...fields });
  }

  /** Parts are called the same in both dialects, unlike the contents of items. */
  #partToWire(): Readonly<Record<string, unknown>> {
    return this.#stage.spoken
      ? { type: 'audio', transcript: this.written }
      : { type: 'text', text: this.written };
  }
}
