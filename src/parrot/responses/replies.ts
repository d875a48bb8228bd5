// The responses of a session: which one is active, how they are started and cancelled. Only one at a time
// may belong to the conversation; a few may run out of band beside it.

import type { EchoSource } from '../hearing/echo-source.ts';
import { ApiError } from '../schemas/api-error.ts';
import type { Context } from '../session/context.ts';
import type { ResponseRequest } from '../session/dialect.ts';
import type { Tokens } from '../session/usage.ts';
import { Reply } from './reply.ts';
import type { ReplyScript } from './reply-script.ts';

export interface RepliesOptions extends Context {
  /** The script of the n-th reply, counted from 1; `turn`: see EchoSource. */
  script(n: number, turn: number | undefined): ReplyScript;
  /** A reply of the conversation has ended; it takes `playbackMs` to play. */
  ended(playbackMs: number): void;
}

const MAX_OUT_OF_BAND = 4;
/** No client is limited; the figure is that of a usual account. */
const TOKENS_A_MINUTE = 15_000_000;

export class Replies {
  readonly #options: RepliesOptions;
  readonly #outOfBand = new Set<Reply>();
  #active: Reply | undefined;
  #count = 0;

  constructor(options: RepliesOptions) {
    this.#options = options;
  }

  /** Throws an ApiError while another one is active. */
  create(request: ResponseRequest, source: EchoSource, inputTokens: Tokens): void {
    if (request.outOfBand ? this.#outOfBand.size >= MAX_OUT_OF_BAND : this.#active !== undefined) {
      const { id } = this.#active ?? [...this.#outOfBand][0] ?? {};
      const sentence =
        `Conversation already has an active response in progress: ${id}. ` +
        'Wait until the response is finished before creating a new one.';
      throw new ApiError(sentence, { code: 'conversation_already_has_active_response' });
    }
    this.#count += 1;
    const script = this.#options.script(this.#count, source.turn);
    if (script.created === false && script.items?.length === 0 && script.ending?.status === 'never') return;
    const reply: Reply = new Reply({
      ...this.#options,
      request,
      script,
      source,
      inputTokens,
      done: (tokens, playbackMs) => this.#done(reply, tokens, playbackMs),
    });
    if (request.outOfBand) this.#outOfBand.add(reply);
    else this.#active = reply;
    reply.begin();
    this.#options.work(reply.steps());
  }

  #done(reply: Reply, tokens: number, playbackMs: number): void {
    const remaining = TOKENS_A_MINUTE - tokens;
    const limit = { name: 'tokens', limit: TOKENS_A_MINUTE, remaining, reset_seconds: 0.001 };
    this.#options.emit('rate_limits.updated', { rate_limits: [limit] });
    if (this.#outOfBand.delete(reply)) return;
    this.#active = undefined;
    this.#options.ended(playbackMs);
  }

  /** Throws an ApiError where there is nothing to cancel. */
  cancel(responseId: string | undefined): void {
    const running = [this.#active, ...this.#outOfBand];
    const reply = responseId === undefined ? this.#active : running.find((one) => one?.id === responseId);
    if (reply === undefined) {
      throw new ApiError('Cancellation failed: no active response found', {
        code: 'response_cancel_not_active',
      });
    }
    reply.cancel('client_cancelled');
  }

  /** The person began to speak: the active reply stops. */
  interrupt(): void {
    this.#active?.cancel('turn_detected');
  }
}
