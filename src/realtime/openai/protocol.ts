// One session with a Realtime service, without the socket: text in, our words out. It waits for
// session.created, sends its session.update in the dialect asked for or recognised, and is ready at
// session.updated. Pure: no clock, no I/O; the adapter beneath owns both.

import { BYTES_PER_MS } from '../../core/pcm.ts';
import type { Answer, ConnectionListener } from '../../core/ports.ts';
import { Handshake, type Stage } from './handshake.ts';
import { Responses } from './responses.ts';
import {
  decodeAudio,
  parseServerEvent,
  type ResponseFields,
  type ServerEvent,
  type ServiceError,
} from './server-event.ts';
import { judge } from './service-errors.ts';
import type { Dialect, SessionOptions } from './session-update.ts';
import { ToolCalls } from './tool-calls.ts';

const unlisted =
  'An MCP server did not tell the service its tools: check server_url and credential under [[mcp]].';

export interface ProtocolSink extends ConnectionListener {
  send(text: string): void;
}

/** A reply that was asked for and then called off before it began: how long its beginning is waited for. */
type Orphan = 'none' | 'awaited' | 'late';

export class Protocol {
  readonly #sink: ProtocolSink;
  readonly #handshake: Handshake;
  readonly #responses = new Responses();
  readonly #desk: ToolCalls;
  #lastEventId = 0;
  #sounding = false;
  #orphan: Orphan = 'none';

  constructor(dialect: Dialect | 'auto', session: SessionOptions, sink: ProtocolSink) {
    this.#sink = sink;
    const wire = {
      send: (type: string, fields?: object) => this.#send(type, fields),
      notice: (sentence: string) => sink.notice(sentence),
      failed: (sentence: string) => sink.failed(sentence),
    };
    this.#handshake = new Handshake({ ...wire, dialect, session });
    this.#desk = new ToolCalls({
      ...wire,
      servers: session.servers,
      event: (event, reason) => sink.event(event, reason),
      quiet: () => this.#responses.none,
      alive: () => this.#responses.alive,
      sounding: () => this.#sounding,
      isDead: (id) => this.#responses.isDead(id),
    });
  }

  get stage(): Stage {
    return this.#handshake.stage;
  }

  /** One text message of the service. */
  receive(text: string): void {
    const event = parseServerEvent(text);
    if (event === undefined) this.#sink.notice('The service sent something that is no event; it is ignored.');
    else this.#handlers.get(event.type)?.(event);
  }

  /** The next samples of the person. Only when ready. */
  append(pcm: Buffer): void {
    // The one message sent fifty times a second: base64 needs no escaping, so no serialiser either.
    this.#sink.send(
      `{"type":"input_audio_buffer.append","event_id":"${this.#nextEventId()}","audio":"${pcm.toString('base64')}"}`,
    );
  }

  /** Also begins the count of what is heard: the microphone opens or closes, so no reply is playing yet. */
  clearInput(): void {
    this.#responses.forgetItems();
    if (this.stage === 'ready') this.#send('input_audio_buffer.clear');
  }

  /** What became of a call. */
  answer(answer: Answer): void {
    this.#desk.answer(answer);
  }

  /** @returns true where the end of a called-off reply is still to come; see `giveUp` */
  interrupt(heardMs: number): boolean {
    const called = this.#responses.callOff();
    for (const id of called) this.#send('response.cancel', id === '' ? {} : { response_id: id });
    this.#sounding = false;
    const { truncated, unheard } = this.#responses.heard(heardMs * BYTES_PER_MS, BYTES_PER_MS);
    if (truncated !== undefined)
      this.#send('conversation.item.truncate', {
        item_id: truncated.item.itemId,
        content_index: truncated.item.contentIndex,
        audio_end_ms: truncated.audioEndMs,
      });
    for (const id of unheard) this.#send('conversation.item.delete', { item_id: id });
    if (this.#desk.silence()) this.#orphan = 'awaited';
    return called.length > 0 || this.#orphan === 'awaited';
  }

  /** Waits no longer for the end of called-off replies. */
  giveUp(): void {
    const awaited = this.#orphan === 'awaited' && this.#responses.none;
    if (awaited) this.#orphan = 'late';
    if (this.#responses.giveUp() || awaited)
      this.#sink.event('replyEnded', 'called off; the service did not confirm');
  }

  readonly #handlers: ReadonlyMap<string, (event: ServerEvent) => void> = new Map([
    ['session.created', (event) => this.#handshake.created(event)],
    ['session.updated', () => this.#ready()],
    ['error', (event) => this.#complaint(event.error)],
    ['input_audio_buffer.speech_started', () => this.#sink.event('speechStarted', 'speech began')],
    ['input_audio_buffer.speech_stopped', () => this.#sink.event('speechStopped', 'speech ended')],
    ['input_audio_buffer.committed', () => this.#committed()],
    [
      'conversation.item.input_audio_transcription.completed',
      (event) => this.#sink.transcript('person', event.transcript),
    ],
    ['response.created', (event) => this.#replyCreated(event.response?.id)],
    [
      'response.output_item.added',
      ({ item, responseId = '' }) => {
        // Some servers tell of a response by its first item, and of its beginning later or never.
        if (responseId !== '') this.#replyCreated(responseId);
        if (item !== undefined) this.#desk.itemAdded(item, responseId);
      },
    ],
    [
      'response.output_item.done',
      ({ item, responseId = '' }) => {
        if (item !== undefined) this.#desk.itemDone(item, responseId);
      },
    ],
    ['response.mcp_call.in_progress', (event) => this.#desk.mcpBegan(event)],
    ['response.mcp_call.completed', (event) => this.#desk.mcpEnded(event)],
    ['response.mcp_call.failed', (event) => this.#desk.mcpEnded(event)],
    ['mcp_list_tools.failed', () => this.#sink.notice(unlisted)],
    ['response.output_audio.delta', (event) => this.#audio(event)],
    ['response.output_audio_transcript.done', (event) => this.#transcript(event)],
    ['response.done', (event) => this.#replyDone(event.response)],
  ] satisfies [string, (event: ServerEvent) => void][]);

  #ready(): void {
    if (this.#handshake.updated()) this.#sink.event('sessionReady', this.#handshake.facts);
  }

  #complaint(error: ServiceError): void {
    if (this.#desk.complaint(error)) return;
    const { severity, sentence } = judge(error);
    if (severity === 'fatal') this.#sink.failed(sentence);
    else if (this.#handshake.refused(error)) return;
    else if (this.stage !== 'ready' || error.code === 'session_expired') this.#sink.failed(sentence);
    else this.#sink.notice(sentence);
  }

  #committed(): void {
    // Whoever never confirmed that an older reply is off must not end the turn that begins now.
    this.#responses.giveUp();
    this.#orphan = 'none';
    this.#desk.newTurn();
    this.#sink.event('turnCommitted', 'the utterance was taken');
  }

  #replyCreated(id = ''): void {
    if (!this.#responses.begin(id)) return;
    this.#sounding = false;
    if (this.#orphan !== 'none') {
      this.#orphan = 'none';
      this.#responses.callOff();
      this.#send('response.cancel', id === '' ? {} : { response_id: id });
      return;
    }
    this.#desk.begun();
    this.#sink.event('replyCreated', 'a reply is being made');
  }

  #audio(event: ServerEvent): void {
    const id = event.responseId ?? '';
    if (this.#responses.isDead(id)) return;
    this.#replyCreated(id);
    // Its beginning may have been waited for in order to call it off.
    if (this.#responses.isDead(id)) return;
    const bytes = decodeAudio(event.delta);
    if (bytes === undefined) {
      this.#sink.notice('The service sent sound that is not base64; this piece of the reply is lost.');
      return;
    }
    if (!this.#sounding) {
      this.#sounding = true;
      // Before its samples are counted: it may close the microphone, and that begins the count.
      this.#sink.event('replyStarted', 'the first sound arrived');
    }
    const pcm = this.#responses.take(event.itemId ?? '', event.contentIndex, bytes);
    if (pcm.length > 0) this.#sink.audio(pcm);
  }

  #transcript(event: ServerEvent): void {
    if (!this.#responses.isDead(event.responseId ?? '')) this.#sink.transcript('reply', event.transcript);
  }

  #replyDone(response: ResponseFields | undefined): void {
    const status = response?.status ?? 'completed';
    const id = response?.id ?? '';
    const calledOff = this.#responses.isCalledOff(id);
    const completed = status === 'completed' && (calledOff || !this.#responses.isDead(id));
    const calls = this.#desk.take({ id, completed, calledOff, spoken: this.#sounding });
    const last = this.#responses.finish(response?.id);
    if (response?.status === 'failed' && !this.#survives(response)) return;
    if (calls.length > 0) this.#sink.called(calls);
    if (!last) return;
    if (!this.#desk.busy) {
      const why = response === undefined || response.reason === '' ? '' : ` (${response.reason})`;
      this.#sink.event('replyEnded', `reply ${status}${why}`);
      return;
    }
    const names = calls.map(({ name }) => name);
    if (names.length > 0) this.#sink.event('callsMade', `called ${names.join(', ')}`);
    else if (this.#desk.outstanding) this.#sink.event('callsMade', 'calls are still open');
    this.#desk.replyEnded();
  }

  /** @returns false where the conversation is over */
  #survives(response: ResponseFields): boolean {
    const { severity, sentence } = judge(response.error);
    if (severity === 'fatal') this.#sink.failed(sentence);
    else this.#sink.notice(`The reply failed. ${sentence}`);
    return severity !== 'fatal';
  }

  #send(type: string, fields: object = {}): string {
    const id = this.#nextEventId();
    this.#sink.send(JSON.stringify({ event_id: id, type, ...fields }));
    return id;
  }

  #nextEventId(): string {
    this.#lastEventId += 1;
    return `parley_${this.#lastEventId}`;
  }
}
