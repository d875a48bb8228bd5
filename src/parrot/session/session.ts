// One client's session, as in the real service: events of the client in, events of the server
// out. Pure: no socket and no clock. What takes longer than one event (replies, transcriptions) is done in
// steps, when `pump` is called.

import { echoSourceOf, inputOf } from '../hearing/echo-source.ts';
import { InputAudioBuffer } from '../hearing/input-audio-buffer.ts';
import { Utterances } from '../hearing/utterances.ts';
import { listMcpTools } from '../responses/mcp-servers.ts';
import { Replies } from '../responses/replies.ts';
import type { ReplyScript } from '../responses/reply-script.ts';
import { type CallTrigger, scriptFor } from '../responses/triggers.ts';
import { ApiError } from '../schemas/api-error.ts';
import { parseAudio } from '../schemas/audio.ts';
import { type ClientEvent, parseClientEvent, parseJson } from './client-events.ts';
import type { Context, Fields, Steps } from './context.ts';
import { createItem, deleteItem, retrieveItem, truncateItem } from './conversation-events.ts';
import type { Configuration, Dialect } from './dialect.ts';
import { Conversation } from './items.ts';
import { inputTokens } from './usage.ts';
import { type TraceLine, traceLine } from './wire-trace.ts';

export type WireEvent = Fields;

export interface SessionOptions {
  readonly dialect: Dialect;
  readonly model: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** A new id that begins with `prefix`. */
  newId(prefix: string): string;
  /** Takes the next event for the client. */
  emit(event: WireEvent): void;
  /** The script of the n-th reply of the session, from 1; undefined: as usual. */
  readonly replies?: ((n: number) => ReplyScript | undefined) | undefined;
  /** What makes the service call functions, where `replies` gives no script. */
  readonly calls?: readonly CallTrigger[] | undefined;
  /** A line for each event: names, ids and sizes, never audio. */
  readonly onEvent?: ((line: TraceLine) => void) | undefined;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #id: string;
  readonly #configuration: Configuration;
  readonly #context: Context;
  readonly #utterances: Utterances;
  readonly #input: InputAudioBuffer;
  readonly #replies: Replies;
  /** Replies and transcriptions under way; each takes a step in turn. */
  readonly #work: Steps[] = [];
  #voiceHasSpoken = false;

  constructor(options: SessionOptions) {
    const { dialect, model, expiresAt, newId, replies, calls = [] } = options;
    this.#options = options;
    this.#id = newId('sess_');
    this.#configuration = dialect.configure({ id: this.#id, model, expiresAt });
    this.#context = {
      dialect,
      conversation: new Conversation(newId('conv_')),
      approvals: new WeakMap(),
      newId,
      emit: (type, fields) => this.#emit(type, fields),
      work: (steps) => this.#work.push(steps),
    };
    this.#replies = new Replies({
      ...this.#context,
      script: (n, turn) => replies?.(n) ?? scriptFor(calls, turn),
      ended: (playbackMs) => this.#input.expectSpeech(playbackMs),
    });
    this.#utterances = new Utterances({
      ...this.#context,
      settings: () => this.#configuration.settings(),
      interrupt: () => this.#replies.interrupt(),
      answer: () => this.#attempt(null, () => this.#createResponse(undefined)),
    });
    this.#input = new InputAudioBuffer(this.#utterances);
  }

  /** The first events. To be called once, before any other. */
  open(): void {
    this.#input.configure(this.#configuration.settings().turnDetection);
    this.#emit('session.created', { session: this.#configuration.toWire() });
    const { id } = this.#context.conversation;
    this.#emit('conversation.created', { conversation: { id, object: 'realtime.conversation' } });
  }

  /** One frame; undefined stands for one that was not text. */
  receive(text: string | undefined): void {
    this.#attempt(null, () => {
      const value = parseJson(text);
      const id = value['event_id'];
      this.#attempt(typeof id === 'string' ? id : null, () => {
        this.#options.onEvent?.(traceLine('in', this.#id, value));
        this.#handle(parseClientEvent(value));
      });
    });
  }

  /** The last event of a session at its maximum duration. */
  expire(minutes: number): string {
    const sentence = `Your session hit the maximum duration of ${minutes} minutes.`;
    this.#refuse(new ApiError(sentence, { code: 'session_expired' }), null);
    return sentence;
  }

  /** Does one step of running work; false when none is left. */
  pump(): boolean {
    const steps = this.#work.shift();
    if (steps === undefined) return false;
    if (!steps.next().done) this.#work.push(steps);
    return this.#work.length > 0;
  }

  #emit(type: string, fields: Fields): void {
    const name = this.#options.dialect.eventName(type);
    if (name === undefined) return;
    if (type === 'response.output_audio.delta') this.#voiceHasSpoken = true;
    const event = { type: name, event_id: this.#options.newId('event_'), ...fields };
    this.#options.onEvent?.(traceLine('out', this.#id, event));
    this.#options.emit(event);
  }

  /** `eventId`: of the event that asks for it; null: no event does, or it has no id. */
  #attempt(eventId: string | null, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refuse(error, eventId);
    }
  }

  #refuse(error: ApiError, eventId: string | null): void {
    this.#emit('error', { error: error.toWire(eventId) });
  }

  /** What each event of a client does; they throw an ApiError where it cannot be done. */
  readonly #handlers: { readonly [T in ClientEvent['type']]: (event: ClientEvent<T>) => void } = {
    'session.update': ({ session }) => this.#updateSession(session),
    'input_audio_buffer.append': ({ audio }) => this.#input.append(parseAudio(audio, 'audio')),
    'input_audio_buffer.commit': () => this.#utterances.commit(this.#input.commit()),
    'input_audio_buffer.clear': () => {
      this.#input.clear();
      this.#utterances.clear();
    },
    'conversation.item.create': (event) => createItem(event, this.#context),
    'conversation.item.retrieve': (event) => retrieveItem(event, this.#context),
    'conversation.item.truncate': (event) => truncateItem(event, this.#context),
    'conversation.item.delete': (event) => deleteItem(event, this.#context),
    'response.create': ({ response }) => this.#createResponse(response),
    'response.cancel': ({ response_id }) => this.#replies.cancel(response_id ?? undefined),
  };

  #handle<T extends ClientEvent['type']>(event: ClientEvent<T>): void {
    this.#handlers[event.type](event);
  }

  #updateSession(session: unknown): void {
    const known = this.#configuration.settings().mcpServers;
    this.#configuration.update(session, this.#voiceHasSpoken);
    const { turnDetection, mcpServers } = this.#configuration.settings();
    this.#input.configure(turnDetection);
    this.#emit('session.updated', { session: this.#configuration.toWire() });
    listMcpTools(mcpServers, known, this.#context);
  }

  #createResponse(response: unknown): void {
    const request = this.#configuration.request(response);
    const { conversation, newId } = this.#context;
    const items =
      request.input === undefined
        ? conversation.items
        : inputOf(request.input, conversation, () => newId('item_'));
    // Triggers do not apply out of band, or where calls are not allowed.
    const mayTrigger = request.input === undefined && !request.outOfBand && request.mayCall;
    const source = echoSourceOf(items, mayTrigger ? conversation : undefined);
    const { instructions } = this.#configuration.settings();
    this.#replies.create(request, source, inputTokens(conversation, instructions));
  }
}
