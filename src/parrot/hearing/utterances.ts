// What the person says, from the client's audio to items of the conversation: where an utterance begins and
// ends, and that it is answered if the service was told to do so by itself.

import type { Settings } from '../session/dialect.ts';
import { type Conversation, type Item, newMessage } from '../session/items.ts';
import { InputAudioBuffer, type InputAudioBufferListener } from './input-audio-buffer.ts';
import { transcribe } from './transcription.ts';

export interface UtterancesOptions {
  readonly conversation: Conversation;
  settings(): Settings;
  newId(prefix: string): string;
  emit(type: string, fields: Readonly<Record<string, unknown>>): void;
  /** Tells of an item that is complete as it comes. */
  announce(item: Item): void;
  /** Work to be done in steps. */
  work(steps: Generator<void, void, void>): void;
  /** The person began to speak, and is to be heard out. */
  interrupt(): void;
  /** An utterance is to be answered. */
  answer(): void;
}

/** Its methods throw an ApiError where the client asks for what cannot be. */
export class Utterances {
  readonly #options: UtterancesOptions;
  readonly #buffer: InputAudioBuffer;
  /** Of the utterance that has begun. */
  #id: string | undefined;

  constructor(options: UtterancesOptions) {
    this.#options = options;
    this.#buffer = new InputAudioBuffer(this.#listener());
  }

  /** To be called when the settings have changed. */
  configure(): void {
    this.#buffer.configure(this.#options.settings().turnDetection);
  }

  append(pcm: Buffer): void {
    this.#buffer.append(pcm);
  }

  commit(): void {
    this.#commit(this.#buffer.commit());
  }

  clear(): void {
    this.#buffer.clear();
    this.#id = undefined;
    this.#options.emit('input_audio_buffer.cleared', {});
  }

  /** A reply has ended that takes so long to play: who stays silent meanwhile is not idle. */
  expectSpeech(playbackMs: number): void {
    this.#buffer.expectSpeech(playbackMs);
  }

  #listener(): InputAudioBufferListener {
    const { emit, settings, interrupt } = this.#options;
    return {
      speechStarted: (audio_start_ms) => {
        emit('input_audio_buffer.speech_started', { audio_start_ms, item_id: this.#newId() });
        if (settings().turnDetection?.interruptResponse) interrupt();
      },
      speechStopped: (audio_end_ms) => {
        const item_id = this.#id ?? this.#newId();
        emit('input_audio_buffer.speech_stopped', { audio_end_ms, item_id });
      },
      idle: (audio_start_ms, audio_end_ms) => {
        const fields = { audio_start_ms, audio_end_ms, item_id: this.#newId() };
        emit('input_audio_buffer.timeout_triggered', fields);
      },
      utterance: (pcm) => {
        this.#commit(pcm);
        if (settings().turnDetection?.createResponse) this.#options.answer();
      },
    };
  }

  #newId(): string {
    this.#id = this.#options.newId('item_');
    return this.#id;
  }

  #commit(pcm: Buffer): void {
    const { conversation, settings, newId, emit, announce, work } = this.#options;
    const id = this.#id ?? newId('item_');
    this.#id = undefined;
    emit('input_audio_buffer.committed', { previous_item_id: conversation.lastId(), item_id: id });
    const item = newMessage(id, 'user', 'completed', [{ type: 'input_audio', audio: pcm, transcript: null }]);
    conversation.add(item);
    announce(item);
    const { transcriptionModel } = settings();
    if (transcriptionModel !== undefined) work(transcribe(item, transcriptionModel, emit));
  }
}
