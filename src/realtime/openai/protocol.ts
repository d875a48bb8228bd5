// One session in OpenAI's Realtime protocol, without the socket: messages of the service in, Parley's messages out.
// Pure but for the clock that it is given.

import type { Answer, ConnectionListener } from '../../core/ports.ts';
import type { CreateProtocol, Protocol, Wire } from '../protocol.ts';
import { Handshake } from './handshake.ts';
import { ReplyWatch } from './reply-watch.ts';
import { ReplyWords } from './reply-words.ts';
import { Responses } from './responses.ts';
import {
  decodeAudio,
  parseServerEvent,
  type ResponseFields,
  type ServerEvent,
  type ServerItem,
  type ServiceError,
} from './server-event.ts';
import { closeReasonFailure, serviceFailure } from './service-errors.ts';
import { endpointOf, type OpenAiOptions } from './session-update.ts';
import { ToolCalls } from './tool-calls.ts';

/** The Realtime API of OpenAI and of compatible services, GA and beta. */
export const createOpenAiProtocol =
  (options: OpenAiOptions): CreateProtocol =>
  (wire) =>
    new OpenAiProtocol(options, wire);

/** How long the service may take to confirm a cancellation. */
const CANCEL_GRACE_MS = 2000;

const EVENT_ID_PREFIX = 'parley_';

class OpenAiProtocol implements Protocol {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly closeFailure = closeReasonFailure;
  readonly #wire: Wire;
  readonly #listener: ConnectionListener;
  readonly #handshake: Handshake;
  readonly #responses = new Responses();
  readonly #toolCalls: ToolCalls;
  readonly #words = new ReplyWords();
  readonly #watch: ReplyWatch;
  /** Speech has ended, and no event has told yet that the utterance was taken. */
  #awaitsCommit = false;
  #lastEventId = 0;
  #stopCancelGrace = (): void => undefined;

  constructor(options: OpenAiOptions, wire: Wire) {
    const { url, headers } = endpointOf(options);
    this.url = url;
    this.headers = headers;
    this.#wire = wire;
    this.#listener = wire.listener;
    const shared = {
      send: (type: string, fields?: object) => this.#send(type, fields),
      listener: wire.listener,
    };
    this.#handshake = new Handshake({ ...shared, ...options });
    this.#toolCalls = new ToolCalls({
      ...shared,
      servers: options.session.servers,
      responses: this.#responses,
      maxCalls: options.maxCalls,
    });
    this.#watch = new ReplyWatch({
      clock: wire.clock,
      limitMs: options.replyStallLimitMs,
      isAlive: () => this.#responses.alive,
      stalled: () => this.#stalled(),
    });
  }

  get awaited(): string | undefined {
    return this.#handshake.awaited;
  }

  receive(message: string | Buffer): void {
    if (typeof message !== 'string') {
      const sentence = 'The service sent a binary message; the protocol has none, so it is ignored.';
      this.#listener.notice({ code: 'message-binary', sentence });
      return;
    }
    const event = parseServerEvent(message);
    if (event !== undefined) this.#take(event);
    else
      this.#listener.notice({
        code: 'message-invalid',
        sentence: 'The service sent a message that is not an event; it is ignored.',
      });
  }

  #take(event: ServerEvent): void {
    if (event.type.startsWith('response.')) this.#watch.event();
    this.#handlers.get(event.type)?.(event);
  }

  append(pcm: Buffer): void {
    // The one message sent fifty times a second: base64 needs no escaping, so no serialiser either.
    this.#wire.send(
      `{"type":"input_audio_buffer.append","event_id":"${this.#nextEventId()}","audio":"${pcm.toString('base64')}"}`,
    );
  }

  /** Also begins the count of what is heard: the microphone opens or closes, so no reply is playing yet. */
  clearInput(): void {
    this.#responses.forgetItems();
    if (this.awaited === undefined) this.#send('input_audio_buffer.clear');
  }

  answer(answer: Answer): void {
    this.#toolCalls.answer(answer);
  }

  interrupt(heardMs: number): void {
    const cancelled = this.#cancel();
    const { truncated, unheard } = this.#responses.heard(heardMs);
    if (truncated !== undefined)
      this.#send('conversation.item.truncate', {
        item_id: truncated.itemId,
        content_index: truncated.contentIndex,
        audio_end_ms: truncated.audioEndMs,
      });
    for (const id of unheard) this.#send('conversation.item.delete', { item_id: id });
    this.#toolCalls.interrupt();
    if (!cancelled && !this.#toolCalls.awaitsOrphan) return;
    this.#stopCancelGrace();
    this.#stopCancelGrace = this.#wire.clock.after(CANCEL_GRACE_MS, () => this.#giveUp());
  }

  close(): undefined {
    this.#stopCancelGrace();
    this.#watch.stop();
  }

  readonly #handlers: ReadonlyMap<string, (event: ServerEvent) => void> = new Map([
    ['session.created', (event) => this.#handshake.created(event)],
    ['session.updated', () => this.#ready()],
    ['error', (event) => this.#complaint(event.error)],
    ['input_audio_buffer.speech_started', () => this.#listener.event('speechStarted', 'speech began')],
    ['input_audio_buffer.speech_stopped', () => this.#speechStopped()],
    ['input_audio_buffer.committed', () => this.#committed()],
    ['conversation.item.input_audio_transcription.completed', (event) => this.#transcribed(event)],
    ['response.created', (event) => this.#responseAnnounced(event.response?.id ?? event.responseId)],
    [
      'response.output_item.added',
      ({ item, responseId }) => {
        // Some servers send the first item of a response, and its beginning later or never.
        if (responseId !== '') this.#responseBegan(this.#responses.resolve(responseId));
        if (item !== undefined) this.#toolCalls.itemAdded(item, this.#responses.resolve(responseId));
      },
    ],
    [
      'response.output_item.done',
      ({ item, responseId }) => {
        if (item !== undefined) this.#toolCalls.itemDone(item, this.#responses.resolve(responseId));
      },
    ],
    [
      'response.function_call_arguments.done',
      ({ call, responseId }) => this.#toolCalls.argumentsDone(call, this.#responses.resolve(responseId)),
    ],
    [
      'response.mcp_call.in_progress',
      ({ itemId }) => {
        if (itemId !== '') this.#toolCalls.mcpBegan(itemId);
      },
    ],
    ['response.mcp_call.completed', ({ itemId }) => this.#toolCalls.mcpEnded(itemId)],
    ['response.mcp_call.failed', ({ itemId }) => this.#toolCalls.mcpEnded(itemId)],
    ['mcp_list_tools.failed', () => this.#toolsUnlisted()],
    ['response.output_audio.delta', (event) => this.#audio(event)],
    ['response.output_audio_transcript.delta', (event) => this.#piece(event)],
    ['response.output_audio_transcript.done', (event) => this.#whole(event, event.transcript)],
    ['response.output_text.delta', (event) => this.#piece(event)],
    ['response.output_text.done', (event) => this.#whole(event, event.text)],
    ['response.done', (event) => this.#responseDone(event.response)],
  ] satisfies [string, (event: ServerEvent) => void][]);

  #ready(): void {
    if (this.#handshake.updated()) this.#listener.event('sessionReady', this.#handshake.facts);
  }

  #complaint(error: ServiceError): void {
    if (this.#toolCalls.complaint(error)) return;
    const failure = serviceFailure(error);
    if (failure.severity === 'permanent') this.#listener.failed(failure);
    else if (this.#handshake.refused(error)) return;
    else if (this.awaited !== undefined || failure.code === 'session-expired') this.#listener.failed(failure);
    else {
      this.#listener.notice(failure);
      if (failure.code !== 'request-race' && !error.eventId.startsWith(EVENT_ID_PREFIX)) this.#watch.error();
    }
  }

  #toolsUnlisted(): void {
    this.#listener.notice({
      code: 'mcp-tools-unlisted',
      sentence:
        'An MCP server did not tell the service its tools: check server_url and credential under [[mcp]].',
    });
  }

  #speechStopped(): void {
    this.#awaitsCommit = true;
    this.#listener.event('speechStopped', 'speech ended');
  }

  #transcribed({ transcript }: ServerEvent): void {
    // Some services never commit: this is their first word after the end of the speech.
    if (this.#awaitsCommit) this.#committed();
    this.#listener.transcript('person', transcript);
  }

  #committed(): void {
    this.#awaitsCommit = false;
    // A cancellation that was never confirmed must not end the turn that begins now.
    this.#responses.forgetCancelled();
    this.#toolCalls.turnBegan();
    this.#listener.event('turnCommitted', 'the utterance is complete');
  }

  #responseAnnounced(id: string): void {
    if (this.#responses.announce(id)) this.#responseIsNew();
  }

  #responseBegan(id: string): void {
    if (this.#responses.begin(id)) this.#responseIsNew();
  }

  #responseIsNew(): void {
    this.#awaitsCommit = false;
    this.#words.begin();
    this.#watch.event();
    if (this.#toolCalls.responseBegan()) this.#listener.event('replyCreated', 'a reply has begun');
    else this.#cancel();
  }

  #audio({ responseId, itemId, contentIndex, delta }: ServerEvent): void {
    const bytes = decodeAudio(delta);
    // It is not the start of a reply.
    if (bytes?.length === 0) return;
    const id = this.#responses.resolve(responseId);
    if (bytes !== undefined) this.#responseBegan(id);
    // Done, or cancelled, perhaps just now as an orphan.
    if (this.#responses.isOver(id)) return;
    if (bytes === undefined) {
      const sentence = 'The service sent sound that is not base64; this piece of the reply is lost.';
      this.#listener.notice({ code: 'audio-invalid', sentence });
      return;
    }
    // Before its samples are counted: it may close the microphone, and that begins the count.
    if (this.#responses.makeAudible()) this.#listener.event('replyStarted', 'the first sound arrived');
    const pcm = this.#responses.take(itemId, contentIndex, bytes);
    this.#watch.sound(pcm.length);
    if (pcm.length > 0) this.#listener.audio(pcm);
  }

  #piece({ responseId, delta }: ServerEvent): void {
    if (!this.#responses.isOver(this.#responses.resolve(responseId))) this.#words.piece(delta);
  }

  #whole({ responseId }: ServerEvent, text: string): void {
    if (!this.#responses.isOver(this.#responses.resolve(responseId))) this.#tell(this.#words.whole(text));
  }

  #tell(words: string): void {
    if (words !== '') this.#listener.transcript('reply', words);
  }

  #responseDone(response: ResponseFields | undefined): void {
    const { status, output } = response ?? { status: 'completed', output: [] };
    if (response?.usage !== undefined) this.#listener.usage(response.usage);
    const id = response?.id === undefined ? undefined : this.#responses.resolve(response.id);
    if (id === undefined || !this.#responses.isOver(id)) this.#tellRest(status, output);
    for (const ended of this.#responses.endedWith(id ?? ''))
      if (ended !== id) this.#toolCalls.responseDone(ended, 'cancelled', []);
    this.#toolCalls.responseDone(id ?? '', status, output);
    const last = this.#responses.finish(id);
    if (this.#responses.none) this.#watch.stop();
    if (response?.status === 'failed' && !this.#survives(response)) return;
    if (!last || this.#toolCalls.goOn()) return;
    const why = response === undefined || response.reason === '' ? '' : ` (${response.reason})`;
    this.#listener.event('replyEnded', `reply ${status}${why}`);
  }

  /** The words that no earlier event told; and why they were not heard, where they had no sound. */
  #tellRest(status: string, output: readonly ServerItem[]): void {
    this.#tell(this.#words.end(output));
    if (status !== 'completed' || this.#responses.audible || !this.#words.wereTold) return;
    this.#listener.notice({
      code: 'reply-without-sound',
      sentence:
        'The service replied with text alone: choose a model or a voice that speaks, under [realtime].',
    });
  }

  /** The service sends no more of the reply, and does not end it. */
  #stalled(): void {
    this.#listener.notice({
      code: 'reply-stalled',
      sentence: 'The service did not end its reply, and sends nothing more of it: it is taken as ended.',
    });
    this.#cancel();
    this.#responses.forgetCancelled();
    if (!this.#toolCalls.goOn()) this.#listener.event('replyEnded', 'the service did not end it');
  }

  /** @returns false where the conversation is over */
  #survives(response: ResponseFields): boolean {
    const failure = serviceFailure(response.error);
    if (failure.severity === 'permanent') this.#listener.failed(failure);
    else this.#listener.notice({ ...failure, sentence: `The reply failed. ${failure.sentence}` });
    return failure.severity !== 'permanent';
  }

  /** @returns true where the end of a cancelled response is to come; it is not waited for longer than the grace */
  #cancel(): boolean {
    const ids = this.#responses.cancel();
    for (const id of ids) this.#send('response.cancel', id === '' ? {} : { response_id: id });
    return ids.length > 0;
  }

  #giveUp(): void {
    const orphan = this.#toolCalls.stopWaiting();
    if (this.#responses.forgetCancelled() || orphan)
      this.#listener.event('replyEnded', 'cancelled; the service did not confirm');
  }

  #send(type: string, fields: object = {}): string {
    const id = this.#nextEventId();
    this.#wire.send(JSON.stringify({ event_id: id, type, ...fields }));
    return id;
  }

  #nextEventId(): string {
    this.#lastEventId += 1;
    return `${EVENT_ID_PREFIX}${this.#lastEventId}`;
  }
}
