// The replies of the service: their sound, their words and their ends, as far as they are not about calls. Pure but
// for the clock that it is given.

import type { Clock, ConnectionListener } from '../../core/ports.ts';
import { audioInvalid, replyStalled, replyWithoutSound } from './notices.ts';
import { ReplyWatch } from './reply-watch.ts';
import { ReplyWords } from './reply-words.ts';
import type { Responses } from './responses.ts';
import { decodeAudio, type ResponseFields, type ServerEvent, type ServerItem } from './server-event.ts';
import { serviceFailure } from './service-errors.ts';
import type { ToolCalls } from './tool-calls.ts';

interface RepliesOptions {
  /** @returns the event_id */
  send(type: string, fields?: object): string;
  readonly listener: ConnectionListener;
  readonly clock: Clock;
  readonly stallLimitMs: number;
  readonly responses: Responses;
  readonly toolCalls: ToolCalls;
}

export class Replies {
  readonly #options: RepliesOptions;
  readonly #words = new ReplyWords();
  readonly #watch: ReplyWatch;

  constructor(options: RepliesOptions) {
    this.#options = options;
    const { clock, stallLimitMs: limitMs, responses } = options;
    this.#watch = new ReplyWatch({
      clock,
      limitMs,
      isAlive: () => responses.alive,
      stalled: () => this.#stalled(),
    });
  }

  /** An event of a reply has arrived. */
  goesOn(): void {
    this.#watch.event();
  }

  /** An error has arrived that answers no message of ours. */
  mayHaveFailed(): void {
    this.#watch.error();
  }

  close(): void {
    this.#watch.stop();
  }

  announce(id: string): void {
    const { responses } = this.#options;
    if (responses.announce(id)) this.#isNew();
  }

  begin(id: string): void {
    const { responses } = this.#options;
    if (responses.begin(id)) this.#isNew();
  }

  #isNew(): void {
    const { listener, toolCalls } = this.#options;
    this.#words.begin();
    this.#watch.event();
    if (toolCalls.responseBegan()) listener.event('replyCreated', 'a reply has begun');
    else this.cancel();
  }

  audio({ responseId, itemId, contentIndex, delta }: ServerEvent): void {
    const { listener, responses } = this.#options;
    const bytes = decodeAudio(delta);
    // It is not the start of a reply.
    if (bytes?.length === 0) return;
    const id = responses.resolve(responseId);
    if (bytes !== undefined) this.begin(id);
    // Done, or cancelled, perhaps just now as an orphan.
    if (responses.isOver(id)) return;
    if (bytes === undefined) {
      listener.notice(audioInvalid);
      return;
    }
    // Before its samples are counted: it may close the microphone, and that begins the count.
    if (responses.makeAudible()) listener.event('replyStarted', 'the first sound arrived');
    const pcm = responses.take(itemId, contentIndex, bytes);
    this.#watch.sound(pcm.length);
    if (pcm.length > 0) listener.audio(pcm);
  }

  /** A piece of its transcript, or of its text where it has no sound. */
  words({ responseId, delta }: ServerEvent): void {
    const { responses } = this.#options;
    if (!responses.isOver(responses.resolve(responseId))) this.#words.piece(delta);
  }

  /** @param text all of them; '' where the service does not repeat them */
  allWords({ responseId }: ServerEvent, text: string): void {
    const { responses } = this.#options;
    if (!responses.isOver(responses.resolve(responseId))) this.#tell(this.#words.whole(text));
  }

  #tell(words: string): void {
    const { listener } = this.#options;
    if (words !== '') listener.transcript('reply', words);
  }

  done(response: ResponseFields | undefined): void {
    const { listener, responses, toolCalls } = this.#options;
    const { status, output } = response ?? { status: 'completed', output: [] };
    if (response?.usage !== undefined) listener.usage(response.usage);
    const id = response?.id === undefined ? undefined : responses.resolve(response.id);
    if (id === undefined || !responses.isOver(id)) this.#tellRest(status, output);
    for (const ended of responses.endedWith(id ?? ''))
      if (ended !== id) toolCalls.responseDone(ended, 'cancelled', []);
    toolCalls.responseDone(id ?? '', status, output);
    const last = responses.finish(id);
    if (responses.none) this.#watch.stop();
    if (response?.status === 'failed' && !this.#survives(response)) return;
    if (!last || toolCalls.goOn()) return;
    const why = response === undefined || response.reason === '' ? '' : ` (${response.reason})`;
    listener.event('replyEnded', `reply ${status}${why}`);
  }

  /** The words that no earlier event told; and why they were not heard, where they had no sound. */
  #tellRest(status: string, output: readonly ServerItem[]): void {
    const { listener, responses } = this.#options;
    this.#tell(this.#words.end(output));
    if (status !== 'completed' || responses.audible || !this.#words.wereTold) return;
    listener.notice(replyWithoutSound);
  }

  /** The service sends no more of the reply, and does not end it. */
  #stalled(): void {
    const { listener, responses, toolCalls } = this.#options;
    listener.notice(replyStalled);
    this.cancel();
    responses.forgetCancelled();
    if (!toolCalls.goOn()) listener.event('replyEnded', 'the service did not end it');
  }

  /** @returns false where the conversation is over */
  #survives(response: ResponseFields): boolean {
    const { listener } = this.#options;
    const failure = serviceFailure(response.error);
    if (failure.severity === 'permanent') listener.failed(failure);
    else listener.notice({ ...failure, sentence: `The reply failed. ${failure.sentence}` });
    return failure.severity !== 'permanent';
  }

  /** @returns true where the end of a cancelled response is to come; it is not waited for longer than the grace */
  cancel(): boolean {
    const { responses, send } = this.#options;
    const ids = responses.cancel();
    for (const id of ids) send('response.cancel', id === '' ? {} : { response_id: id });
    return ids.length > 0;
  }
}
