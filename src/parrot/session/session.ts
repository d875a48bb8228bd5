// One client's session, as the real service would hold it: a client's event goes in, the server's events come
// out. Pure: no socket and no clock. What takes longer than one event (replies, transcriptions) is done in
// steps, whenever `pump` is called.

import { echoSourceOf, inputOf } from '../hearing/echo-source.ts';
import { MAX_INPUT_BYTES } from '../hearing/input-audio-buffer.ts';
import { Utterances } from '../hearing/utterances.ts';
import { Approvals } from '../responses/approvals.ts';
import { McpLists } from '../responses/mcp-servers.ts';
import { Replies } from '../responses/replies.ts';
import type { ReplyScript } from '../responses/reply-script.ts';
import { type CallTrigger, scriptFor } from '../responses/triggers.ts';
import { ApiError } from '../schemas/api-error.ts';
import { type ClientEvent, parseAudio, parseClientEvent, parseJson } from './client-events.ts';
import { ConversationEvents } from './conversation-events.ts';
import type { Configuration, Dialect } from './dialect.ts';
import { Conversation } from './items.ts';
import { inputTokens } from './usage.ts';
import { type TraceLine, traceLine } from './wire-trace.ts';

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
  /** How the n-th reply goes, from 1; undefined: as usual. */
  readonly replies?: ((n: number) => ReplyScript | undefined) | undefined;
  /** What makes the service call; see ParrotOptions. */
  readonly calls?: readonly CallTrigger[] | undefined;
  readonly onEvent?: ((line: TraceLine) => void) | undefined;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #id: string;
  readonly #configuration: Configuration;
  readonly #conversation: Conversation;
  readonly #items: ConversationEvents;
  readonly #utterances: Utterances;
  readonly #mcpLists: McpLists;
  readonly #replies: Replies;
  /** Replies and transcriptions under way; each takes a step in turn. */
  readonly #work: Generator<void, void, void>[] = [];
  #voiceHasSpoken = false;

  constructor(options: SessionOptions) {
    const { dialect, model, expiresAt, newId, replies, calls = [] } = options;
    this.#options = options;
    this.#id = newId('sess_');
    this.#configuration = dialect.configure({ id: this.#id, model, expiresAt });
    this.#conversation = new Conversation(newId('conv_'));
    const emit = (type: string, fields: WireEvent): void => this.#emit(type, fields);
    const work = (steps: Generator<void, void, void>): void => void this.#work.push(steps);
    const approvals = new Approvals({ conversation: this.#conversation, work });
    const shared = { dialect, conversation: this.#conversation, approvals, newId, emit, work };
    this.#items = new ConversationEvents(shared);
    this.#mcpLists = new McpLists({ ...shared, tell: (what, item) => this.#items.tell(what, item) });
    this.#replies = new Replies({
      ...shared,
      script: (n, source) => replies?.(n) ?? scriptFor(calls, source) ?? {},
      ended: (playbackMs) => this.#utterances.expectSpeech(playbackMs),
    });
    this.#utterances = new Utterances({
      ...shared,
      settings: () => this.#configuration.settings(),
      announce: (item) => this.#items.announce(item),
      interrupt: () => this.#replies.interrupt(),
      answer: () => this.#answer(),
    });
  }

  /** The first events. To be called once, before any other. */
  open(): void {
    this.#utterances.configure();
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
      this.#options.onEvent?.(traceLine('in', this.#id, value));
      this.#handle(parseClientEvent(value));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refuse(error, eventId);
    }
  }

  /** A frame that was not text. */
  receiveBinary(): void {
    const sentence = 'Expected a text WebSocket message; binary frames are not supported.';
    this.#refuse(new ApiError(sentence, { code: 'invalid_event' }), null);
  }

  /** The last event of a session that has lasted too long. */
  expire(minutes: number): string {
    const sentence = `Your session hit the maximum duration of ${minutes} minutes.`;
    this.#refuse(new ApiError(sentence, { code: 'session_expired' }), null);
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
    this.#options.onEvent?.(traceLine('out', this.#id, event));
    this.#options.emit(event);
  }

  #refuse(error: ApiError, eventId: string | null): void {
    this.#emit('error', { error: error.toWire(eventId) });
  }

  #handle(event: ClientEvent): void {
    switch (event.type) {
      case 'session.update':
        this.#updateSession(event.session);
        break;
      case 'input_audio_buffer.append':
        this.#utterances.append(parseAudio(event.audio, 'audio', MAX_INPUT_BYTES));
        break;
      case 'input_audio_buffer.commit':
        this.#utterances.commit();
        break;
      case 'input_audio_buffer.clear':
        this.#utterances.clear();
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
    this.#utterances.configure();
    this.#emit('session.updated', { session: this.#configuration.toWire() });
    this.#mcpLists.update(this.#configuration.settings().mcpServers);
  }

  /** No event asked for it, so the error names none. */
  #answer(): void {
    try {
      this.#createResponse(undefined);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refuse(error, null);
    }
  }

  #createResponse(response: unknown): void {
    const request = this.#configuration.request(response);
    const { newId } = this.#options;
    const items =
      request.input === undefined
        ? this.#conversation.items
        : inputOf(request.input, this.#conversation, () => newId('item_'));
    // What is asked for beside the conversation, or without calls, no trigger concerns.
    const mayTrigger = request.input === undefined && !request.outOfBand && request.mayCall;
    const source = echoSourceOf(items, (item) => (mayTrigger ? this.#conversation.turnOf(item) : undefined));
    const { instructions } = this.#configuration.settings();
    this.#replies.create(request, source, inputTokens(this.#conversation, instructions));
  }
}
