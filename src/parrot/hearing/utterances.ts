// Turns the utterances that the input audio buffer finds into items of the conversation: events for their start and
// end, a transcript, and a reply where turn detection creates one.

import { type Context, emitCompleteItem, type Steps } from '../session/context.ts';
import type { Settings } from '../session/dialect.ts';
import { type Item, newMessage } from '../session/items.ts';
import { describeSpeech, inWords, transcriptionUsage } from '../session/usage.ts';
import type { InputAudioBufferListener } from './input-audio-buffer.ts';

export interface UtterancesOptions extends Context {
  settings(): Settings;
  /** The person began to speak: the active reply stops. */
  interrupt(): void;
  /** An utterance is to be answered. */
  answer(): void;
}

export class Utterances implements InputAudioBufferListener {
  readonly #options: UtterancesOptions;
  /** Of the utterance that has begun. */
  #id: string | undefined;

  constructor(options: UtterancesOptions) {
    this.#options = options;
  }

  speechStarted(audio_start_ms: number): void {
    const { emit, settings, interrupt } = this.#options;
    emit('input_audio_buffer.speech_started', { audio_start_ms, item_id: this.#newId() });
    if (settings().turnDetection?.interruptResponse) interrupt();
  }

  speechStopped(audio_end_ms: number): void {
    const item_id = this.#id ?? this.#newId();
    this.#options.emit('input_audio_buffer.speech_stopped', { audio_end_ms, item_id });
  }

  idle(audio_start_ms: number, audio_end_ms: number): void {
    const fields = { audio_start_ms, audio_end_ms, item_id: this.#newId() };
    this.#options.emit('input_audio_buffer.timeout_triggered', fields);
  }

  utterance(pcm: Buffer): void {
    this.commit(pcm);
    if (this.#options.settings().turnDetection?.createResponse) this.#options.answer();
  }

  #newId(): string {
    this.#id = this.#options.newId('item_');
    return this.#id;
  }

  /** The utterance becomes an item. */
  commit(pcm: Buffer): void {
    const { conversation, settings, newId, emit, work } = this.#options;
    const id = this.#id ?? newId('item_');
    this.#id = undefined;
    emit('input_audio_buffer.committed', { previous_item_id: conversation.lastId(), item_id: id });
    const item = newMessage(id, 'user', 'completed', [{ type: 'input_audio', audio: pcm, transcript: null }]);
    conversation.add(item);
    emitCompleteItem(this.#options, item);
    const { transcriptionModel } = settings();
    if (transcriptionModel !== undefined) work(transcribe(item, transcriptionModel, emit));
  }

  /** Drops the utterance that has begun. */
  clear(): void {
    this.#id = undefined;
    this.#options.emit('input_audio_buffer.cleared', {});
  }
}

const TRANSCRIPTION = 'conversation.item.input_audio_transcription';

/**
 * The transcript: deltas, then the whole. Its steps run beside the reply's, so that its events come between
 * those, as with the real service.
 */
function* transcribe(item: Item, model: string, emit: Context['emit']): Steps {
  const [part] = item.content;
  const bytes = part?.audio?.length ?? 0;
  const transcript = describeSpeech(bytes);
  const place = { item_id: item.id, content_index: 0 };
  // The oldest model sends the whole transcript at once.
  for (const delta of model === 'whisper-1' ? [transcript] : inWords(transcript)) {
    emit(`${TRANSCRIPTION}.delta`, { ...place, delta });
    yield;
  }
  if (part !== undefined) part.transcript = transcript;
  emit(`${TRANSCRIPTION}.completed`, {
    ...place,
    transcript,
    usage: transcriptionUsage(model, bytes, transcript),
  });
}
