// One session with a Realtime service, without the socket: text in, our words out. It waits for
// session.created, sends its session.update in the dialect asked for or recognised, and is ready at
// session.updated. Pure: no clock, no I/O; the adapter beneath owns both.

import { BYTES_PER_MS } from '../pcm.ts';
import type { ConnectionListener } from '../ports.ts';
import { Replies } from './replies.ts';
import {
  decodeAudio,
  dialectOf,
  dialectOfRefusal,
  parseServerEvent,
  type ResponseFields,
  type ServerEvent,
  type ServiceError,
} from './server-event.ts';
import { inWords, judge } from './service-errors.ts';
import { type Dialect, type SessionOptions, sessionUpdate } from './session-update.ts';

export interface ProtocolSink extends ConnectionListener {
  send(text: string): void;
}

type Stage = 'session.created' | 'session.updated' | 'ready';

export class Protocol {
  readonly #sink: ProtocolSink;
  readonly #wanted: Dialect | 'auto';
  readonly #session: SessionOptions;
  readonly #replies = new Replies();
  #stage: Stage = 'session.created';
  #dialect: Dialect = 'ga';
  #sessionId = '';
  #updates = 0;
  #updateId = '';
  #lastEventId = 0;
  #sounding = false;

  constructor(dialect: Dialect | 'auto', session: SessionOptions, sink: ProtocolSink) {
    this.#wanted = dialect;
    this.#session = session;
    this.#sink = sink;
  }

  get stage(): Stage {
    return this.#stage;
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
    this.#replies.forgetItems();
    if (this.#stage === 'ready') this.#send('input_audio_buffer.clear');
  }

  /** @returns true where the end of a called-off reply is still to come; see `giveUp` */
  interrupt(heardMs: number): boolean {
    const called = this.#replies.callOff();
    for (const id of called) this.#send('response.cancel', id === '' ? {} : { response_id: id });
    this.#sounding = false;
    const { truncated, unheard } = this.#replies.heard(heardMs * BYTES_PER_MS, BYTES_PER_MS);
    if (truncated !== undefined)
      this.#send('conversation.item.truncate', {
        item_id: truncated.item.itemId,
        content_index: truncated.item.contentIndex,
        audio_end_ms: truncated.audioEndMs,
      });
    for (const id of unheard) this.#send('conversation.item.delete', { item_id: id });
    return called.length > 0;
  }

  /** Waits no longer for the end of called-off replies. */
  giveUp(): void {
    if (this.#replies.giveUp()) this.#sink.event('replyEnded', 'called off; the service did not confirm');
  }

  readonly #handlers: ReadonlyMap<string, (event: ServerEvent) => void> = new Map([
    ['session.created', (event) => this.#begin(event)],
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
    ['response.output_audio.delta', (event) => this.#audio(event)],
    ['response.output_audio_transcript.done', (event) => this.#transcript(event)],
    ['response.done', (event) => this.#replyDone(event.response)],
  ] satisfies [string, (event: ServerEvent) => void][]);

  #begin(event: ServerEvent): void {
    if (this.#stage !== 'session.created') return;
    const id = event.session?.['id'];
    this.#sessionId = typeof id === 'string' ? id : 'without an id';
    this.#update(this.#wanted === 'auto' ? (dialectOf(event.session) ?? 'ga') : this.#wanted);
  }

  #update(dialect: Dialect): void {
    this.#dialect = dialect;
    this.#updates += 1;
    this.#stage = 'session.updated';
    this.#updateId = this.#send('session.update', { session: sessionUpdate(dialect, this.#session) });
  }

  #ready(): void {
    if (this.#stage !== 'session.updated') return;
    this.#stage = 'ready';
    this.#sink.event('sessionReady', `session ${this.#sessionId}, dialect ${this.#dialect}`);
  }

  #complaint(error: ServiceError): void {
    const verdict = judge(error);
    if (verdict.severity === 'fatal') this.#sink.failed(verdict.sentence);
    else if (this.#stage === 'session.updated' && this.#isRefusal(error)) this.#refused(error);
    else if (this.#stage !== 'ready' || error.code === 'session_expired') this.#sink.failed(verdict.sentence);
    else this.#sink.notice(verdict.sentence);
  }

  #isRefusal(error: ServiceError): boolean {
    return error.eventId === this.#updateId || error.eventId === '' || error.param.startsWith('session');
  }

  #refused(error: ServiceError): void {
    const other = dialectOfRefusal(error);
    if (this.#wanted === 'auto' && this.#updates === 1 && other !== undefined && other !== this.#dialect) {
      this.#sink.notice(`The service speaks the ${other} dialect after all.`);
      this.#update(other);
      return;
    }
    const field = error.param === '' ? 'our session' : `${error.param} in our session`;
    this.#sink.failed(`The service refuses ${field}: ${inWords(error)}. Change it under [realtime].`);
  }

  #committed(): void {
    // Whoever never confirmed that an older reply is off must not end the turn that begins now.
    this.#replies.giveUp();
    this.#sink.event('turnCommitted', 'the utterance was taken');
  }

  #replyCreated(id = ''): void {
    if (!this.#replies.begin(id)) return;
    this.#sounding = false;
    this.#sink.event('replyCreated', 'a reply is being made');
  }

  #audio(event: ServerEvent): void {
    const id = event.responseId ?? '';
    if (this.#replies.isDead(id)) return;
    this.#replyCreated(id);
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
    const pcm = this.#replies.take(event.itemId ?? '', event.contentIndex, bytes);
    if (pcm.length > 0) this.#sink.audio(pcm);
  }

  #transcript(event: ServerEvent): void {
    if (!this.#replies.isDead(event.responseId ?? '')) this.#sink.transcript('reply', event.transcript);
  }

  #replyDone(response: ResponseFields | undefined): void {
    const last = this.#replies.finish(response?.id);
    if (response?.status === 'failed') {
      const { severity, sentence } = judge(response.error);
      if (severity === 'fatal') {
        this.#sink.failed(sentence);
        return;
      }
      this.#sink.notice(`The reply failed. ${sentence}`);
    }
    if (!last) return;
    const why = response === undefined || response.reason === '' ? '' : ` (${response.reason})`;
    this.#sink.event('replyEnded', `reply ${response?.status ?? 'completed'}${why}`);
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
