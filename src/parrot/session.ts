// One client's session, as the real service would hold it: a client's event goes in, the server's events come
// out. Pure: no socket and no clock. What takes longer than one event (replies, transcriptions) is done in
// steps, whenever `pump` is called.

import { type ClientEvent, parseAudio, parseClientEvent, parseJson } from './client-events.ts';
import { ConversationEvents } from './conversation-events.ts';
import type { Configuration, Dialect } from './dialect.ts';
import { Ear, type EarListener, MAX_INPUT_BYTES } from './ear.ts';
import { heardFrom, inputOf } from './heard.ts';
import { Conversation, newMessage } from './items.ts';
import { observe, type ParrotLine } from './observation.ts';
import { Refusal } from './refusal.ts';
import { Replies } from './replies.ts';
import type { ReplyScript } from './reply-script.ts';
import { transcribe } from './transcription.ts';
import { inputTokens } from './words.ts';

export type WireEvent = Readonly<Record<string, unknown>>;

export interface SessionOptions {
  readonly dialect: Dialect;
  readonly model: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** A fresh id that begins with `prefix`. */
  newId(prefix: string): string;
  /** Takes the next event for the client. */
  emit(event: WireEvent): void;
  readonly replies?: ((n: number) => ReplyScript) | undefined;
  readonly onEvent?: ((line: ParrotLine) => void) | undefined;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #id: string;
  readonly #configuration: Configuration;
  readonly #conversation: Conversation;
  readonly #items: ConversationEvents;
  readonly #ear: Ear;
  readonly #replies: Replies;
  /** Replies and transcriptions under way; each takes a step in turn. */
  readonly #work: Generator<void, void, void>[] = [];
  /** Of the utterance that has begun. */
  #utteranceId: string | undefined;
  #voiceHasSpoken = false;

  constructor(options: SessionOptions) {
    const { dialect, model, expiresAt, newId, replies } = options;
    this.#options = options;
    this.#id = newId('sess_');
    this.#configuration = dialect.configure({ id: this.#id, model, expiresAt });
    this.#conversation = new Conversation(newId('conv_'));
    this.#ear = new Ear(this.#earListener());
    const emit = (type: string, fields: WireEvent): void => this.#emit(type, fields);
    const shared = { dialect, conversation: this.#conversation, newId, emit };
    this.#items = new ConversationEvents(shared);
    this.#replies = new Replies({
      ...shared,
      script: (n) => replies?.(n) ?? {},
      work: (steps) => this.#work.push(steps),
      ended: (playbackMs) => this.#ear.expectSpeech(playbackMs),
    });
  }

  /** The first events. To be called once, before any other. */
  open(): void {
    this.#ear.configure(this.#configuration.settings().turnDetection);
    this.#emit('session.created', { session: this.#configuration.toWire() });
    if (!this.#options.dialect.announcesConversation) return;
    const conversation = { id: this.#conversation.id, object: 'realtime.conversation' };
    this.#emit('conversation.created', { conversation });
  }

  /** One text frame. */
  receive(text: string): void {
    let eventId: string | null = null;
    try {
      const value = parseJson(text);
      const id = value['event_id'];
      eventId = typeof id === 'string' ? id : null;
      this.#options.onEvent?.(observe('in', this.#id, value));
      this.#handle(parseClientEvent(value));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refuse(error, eventId);
    }
  }

  /** A frame that was not text. */
  receiveBinary(): void {
    const sentence = 'Expected a text WebSocket message; binary frames are not supported.';
    this.#refuse(new Refusal(sentence, { code: 'invalid_event' }), null);
  }

  /** The last event of a session that has lasted too long. */
  expire(minutes: number): string {
    const sentence = `Your session hit the maximum duration of ${minutes} minutes.`;
    this.#refuse(new Refusal(sentence, { code: 'session_expired' }), null);
    return sentence;
  }

  /** Takes one step of what is under way; false when nothing is left to do. */
  pump(): boolean {
    const steps = this.#work.shift();
    if (steps === undefined) return false;
    if (!steps.next().done) this.#work.push(steps);
    return this.#work.length > 0;
  }

  #emit(type: string, fields: WireEvent): void {
    const name = this.#options.dialect.eventName(type);
    if (name === undefined) return;
    if (type === 'response.output_audio.delta') this.#voiceHasSpoken = true;
    const event = { type: name, event_id: this.#options.newId('event_'), ...fields };
    this.#options.onEvent?.(observe('out', this.#id, event));
    this.#options.emit(event);
  }

  #refuse(refusal: Refusal, eventId: string | null): void {
    this.#emit('error', { error: refusal.toWire(eventId) });
  }

  #handle(event: ClientEvent): void {
    switch (event.type) {
      case 'session.update':
        this.#updateSession(event.session);
        break;
      case 'input_audio_buffer.append':
        this.#ear.append(parseAudio(event.audio, 'audio', MAX_INPUT_BYTES));
        break;
      case 'input_audio_buffer.commit':
        this.#commit(this.#ear.commit());
        break;
      case 'input_audio_buffer.clear':
        this.#clear();
        break;
      case 'response.create':
        this.#createResponse(event.response);
        break;
      case 'response.cancel':
        this.#replies.cancel(event.response_id ?? undefined);
        break;
      default:
        this.#handleItem(event);
    }
  }

  #handleItem(event: Extract<ClientEvent, { type: `conversation.${string}` }>): void {
    switch (event.type) {
      case 'conversation.item.create':
        this.#items.create(event);
        break;
      case 'conversation.item.retrieve':
        this.#items.retrieve(event);
        break;
      case 'conversation.item.truncate':
        this.#items.truncate(event);
        break;
      case 'conversation.item.delete':
        this.#items.delete(event);
        break;
    }
  }

  #updateSession(session: unknown): void {
    this.#configuration.update(session, this.#voiceHasSpoken);
    this.#ear.configure(this.#configuration.settings().turnDetection);
    this.#emit('session.updated', { session: this.#configuration.toWire() });
  }

  #earListener(): EarListener {
    return {
      speechStarted: (audio_start_ms) => {
        const item_id = this.#newUtteranceId();
        this.#emit('input_audio_buffer.speech_started', { audio_start_ms, item_id });
        if (this.#configuration.settings().turnDetection?.interruptResponse) this.#replies.interrupt();
      },
      speechStopped: (audio_end_ms) => {
        const item_id = this.#utteranceId ?? this.#newUtteranceId();
        this.#emit('input_audio_buffer.speech_stopped', { audio_end_ms, item_id });
      },
      idle: (audio_start_ms, audio_end_ms) => {
        const item_id = this.#newUtteranceId();
        const fields = { audio_start_ms, audio_end_ms, item_id };
        this.#emit('input_audio_buffer.timeout_triggered', fields);
      },
      utterance: (pcm) => this.#turn(pcm),
    };
  }

  #newUtteranceId(): string {
    this.#utteranceId = this.#options.newId('item_');
    return this.#utteranceId;
  }

  /** The service has found an utterance by itself, and answers it if it was told to. */
  #turn(pcm: Buffer): void {
    this.#commit(pcm);
    if (!this.#configuration.settings().turnDetection?.createResponse) return;
    try {
      this.#createResponse(undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refuse(error, null);
    }
  }

  #commit(pcm: Buffer): void {
    const id = this.#utteranceId ?? this.#options.newId('item_');
    this.#utteranceId = undefined;
    const previous_item_id = this.#conversation.lastId();
    this.#emit('input_audio_buffer.committed', { previous_item_id, item_id: id });
    const item = newMessage(id, 'user', 'completed', [{ type: 'input_audio', audio: pcm, transcript: null }]);
    this.#conversation.add(item);
    this.#items.announce(item);
    const { transcriptionModel } = this.#configuration.settings();
    if (transcriptionModel === undefined) return;
    this.#work.push(transcribe(item, transcriptionModel, (type, fields) => this.#emit(type, fields)));
  }

  #clear(): void {
    this.#ear.clear();
    this.#utteranceId = undefined;
    this.#emit('input_audio_buffer.cleared', {});
  }

  #createResponse(response: unknown): void {
    const request = this.#configuration.request(response);
    const { newId } = this.#options;
    const items =
      request.input === undefined
        ? this.#conversation.items
        : inputOf(request.input, this.#conversation, () => newId('item_'));
    const { instructions } = this.#configuration.settings();
    this.#replies.create(request, heardFrom(items), inputTokens(this.#conversation, instructions));
  }
}
