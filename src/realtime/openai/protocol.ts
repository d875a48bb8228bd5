// One session in OpenAI's Realtime protocol, without the socket: messages of the service in, Parley's messages out.
// Pure but for the clock that it is given.

import type { Answer, ConnectionListener } from '../../core/ports.ts';
import type { CreateProtocol, Protocol, Wire } from '../protocol.ts';
import { Handshake, type Learned } from './handshake.ts';
import { mcpToolsUnlisted, messageBinary, messageInvalid } from './notices.ts';
import { Replies } from './replies.ts';
import { Responses } from './responses.ts';
import { parseServerEvent, type ServerEvent, type ServiceError } from './server-event.ts';
import { closeReasonFailure, isAboutRequest, refusalOf, serviceFailure, wordsOf } from './service-errors.ts';
import { endpointOf, type OpenAiOptions } from './session-update.ts';
import { ToolCalls } from './tool-calls.ts';

/** The Realtime API of OpenAI and of compatible services, GA and beta. */
export const createOpenAiProtocol = (options: OpenAiOptions): CreateProtocol => {
  const learned: Learned = { dialect: undefined, omitted: new Set() };
  return (wire) => new OpenAiProtocol(options, learned, wire);
};

/** How long the service may take to confirm a cancellation. */
const CANCEL_GRACE_MS = 2000;

const EVENT_ID_PREFIX = 'parley_';

class OpenAiProtocol implements Protocol {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly closeFailure = closeReasonFailure;
  readonly refusal = refusalOf;
  readonly #wire: Wire;
  readonly #listener: ConnectionListener;
  readonly #handshake: Handshake;
  readonly #responses = new Responses();
  readonly #toolCalls: ToolCalls;
  readonly #replies: Replies;
  /** Speech has ended, and no event has told yet that the utterance was taken. */
  #awaitsCommit = false;
  #lastEventId = 0;
  #stopCancelGrace = (): void => undefined;

  constructor(options: OpenAiOptions, learned: Learned, wire: Wire) {
    const { url, headers } = endpointOf(options);
    this.url = url;
    this.headers = headers;
    this.#wire = wire;
    this.#listener = wire.listener;
    const shared = {
      send: (type: string, fields?: object) => this.#send(type, fields),
      listener: wire.listener,
    };
    this.#handshake = new Handshake({
      ...shared,
      ...options,
      learned,
      clock: wire.clock,
      ready: () => this.#listener.event('sessionReady', this.#handshake.facts),
    });
    this.#toolCalls = new ToolCalls({
      ...shared,
      servers: options.session.servers,
      responses: this.#responses,
      maxCalls: options.maxCalls,
    });
    this.#replies = new Replies({
      ...shared,
      clock: wire.clock,
      stallLimitMs: options.replyStallLimitMs,
      responses: this.#responses,
      toolCalls: this.#toolCalls,
    });
  }

  get awaited(): string | undefined {
    return this.#handshake.awaited;
  }

  opened(): void {
    this.#handshake.opened();
  }

  /** Some services send their JSON in binary frames. */
  receive(message: string | Buffer): void {
    const event = parseServerEvent(message.toString());
    if (event !== undefined) this.#take(event);
    else this.#listener.notice(typeof message === 'string' ? messageInvalid : messageBinary);
  }

  #take(event: ServerEvent): void {
    if (event.type.startsWith('response.')) {
      this.#awaitsCommit = false;
      this.#replies.goesOn();
    }
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
    const cancelled = this.#replies.cancel();
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
    this.#replies.close();
    this.#handshake.close();
  }

  readonly #handlers: ReadonlyMap<string, (event: ServerEvent) => void> = new Map([
    ['session.created', (event) => this.#handshake.greeted(event)],
    ['conversation.created', (event) => this.#handshake.greeted(event)],
    ['session.updated', () => this.#handshake.updated()],
    ['error', (event) => this.#complaint(event.error)],
    ['input_audio_buffer.speech_started', () => this.#listener.event('speechStarted', 'speech began')],
    ['input_audio_buffer.speech_stopped', () => this.#speechStopped()],
    ['input_audio_buffer.committed', () => this.#committed()],
    ['conversation.item.input_audio_transcription.completed', (event) => this.#transcribed(event)],
    ['conversation.item.input_audio_transcription.failed', (event) => this.#notTranscribed(event.error)],
    ['response.created', ({ response, responseId }) => this.#replies.announce(response?.id ?? responseId)],
    [
      'response.output_item.added',
      ({ item, responseId }) => {
        // Some servers send the first item of a response, and its beginning later or never.
        if (responseId !== '') this.#replies.begin(this.#responses.resolve(responseId));
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
      // Some services tell of a call in no other event.
      ({ call, responseId }) => this.#toolCalls.itemDone(call, this.#responses.resolve(responseId)),
    ],
    [
      'response.mcp_call.in_progress',
      ({ itemId }) => {
        if (itemId !== '') this.#toolCalls.mcpBegan(itemId);
      },
    ],
    ['response.mcp_call.completed', ({ itemId }) => this.#toolCalls.mcpEnded(itemId)],
    ['response.mcp_call.failed', ({ itemId }) => this.#toolCalls.mcpEnded(itemId)],
    ['mcp_list_tools.failed', () => this.#listener.notice(mcpToolsUnlisted)],
    ['response.output_audio.delta', (event) => this.#replies.audio(event)],
    ['response.output_audio_transcript.delta', (event) => this.#replies.words(event)],
    ['response.output_audio_transcript.done', (event) => this.#replies.allWords(event, event.transcript)],
    ['response.output_text.delta', (event) => this.#replies.words(event)],
    ['response.output_text.done', (event) => this.#replies.allWords(event, event.text)],
    ['response.done', (event) => this.#replies.done(event.response)],
  ] satisfies [string, (event: ServerEvent) => void][]);

  #complaint(error: ServiceError): void {
    if (this.#toolCalls.complaint(error)) return;
    const failure = serviceFailure(error);
    if (failure.severity === 'permanent') this.#listener.failed(failure);
    else if (isAboutRequest(error) && this.#handshake.refused(error)) return;
    else if (
      failure.code === 'session-expired' ||
      (this.awaited !== undefined && failure.code !== 'request-race')
    )
      this.#listener.failed(failure);
    else {
      this.#listener.notice(failure);
      if (failure.code !== 'request-race' && !error.eventId.startsWith(EVENT_ID_PREFIX))
        this.#replies.mayHaveFailed();
    }
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

  #notTranscribed(error: ServiceError): void {
    if (this.#awaitsCommit) this.#committed();
    this.#listener.notice({
      code: 'transcription-failed',
      sentence:
        'The service could not transcribe what was said: check transcription_model under [realtime]. ' +
        `It says: ${wordsOf(error)}`,
    });
  }

  #committed(): void {
    this.#awaitsCommit = false;
    // A cancellation that was never confirmed must not end the turn that begins now.
    this.#responses.forgetCancelled();
    this.#toolCalls.turnBegan();
    this.#listener.event('turnCommitted', 'the utterance is complete');
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
