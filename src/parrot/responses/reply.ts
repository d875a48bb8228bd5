// One response, from response.created to response.done (and beyond, where its script says so): the events
// in the order of the real service, as a generator that sends a little at every step. The caller
// decides the pace; between two steps it can be cancelled.

import { bytesOfMs, msOfBytes } from '../../core/pcm.ts';
import type { EchoSource } from '../hearing/echo-source.ts';
import type { Context, Fields, Steps } from '../session/context.ts';
import { itemToWire, type ResponseRequest } from '../session/dialect.ts';
import { describeSpeech, responseUsage, spokenTokens, type Tokens, textTokens } from '../session/usage.ts';
import { ApprovalItem, FunctionCallItem, McpCallItem } from './call-items.ts';
import { OutputItem, type Stage } from './output-item.ts';
import type { ReplyEnding, ReplyItem, ReplyScript } from './reply-script.ts';
import { SpokenItem } from './spoken-item.ts';

export interface ReplyOptions extends Context {
  readonly request: ResponseRequest;
  readonly script: ReplyScript;
  readonly source: EchoSource;
  readonly inputTokens: Tokens;
  /** After response.done. `playbackMs`: how long the reply takes to play. */
  done(tokens: number, playbackMs: number): void;
}

type Ended = Exclude<ReplyEnding, { status: 'never' }>;

const statusDetails = (ending: Ended): Fields | null => {
  switch (ending.status) {
    case 'completed':
      return null;
    case 'failed': {
      const {
        type = 'server_error',
        code,
        message = 'The script of the parrot ends with this failure.',
      } = ending;
      return { type: 'failed', error: { type, code, message } };
    }
    default:
      return { type: ending.status, reason: ending.reason };
  }
};

/** Where calls are not allowed, the utterance is repeated. */
const itemsOf = ({ script, request, dialect }: ReplyOptions): readonly ReplyItem[] => {
  const { items = [{}] } = script;
  const mayRunMcp = request.mayCall && dialect.runsMcp;
  const possible = items.filter((plan) => {
    if ('call' in plan) return request.mayCall;
    return mayRunMcp || !('mcp' in plan || 'approval' in plan);
  });
  return possible.length === 0 && items.length > 0 ? [{}] : possible;
};

export class Reply {
  readonly id: string;
  readonly #options: ReplyOptions;
  readonly #stage: Stage;
  readonly #items: OutputItem[] = [];
  /** Items whose closing events are still to come. */
  #open: OutputItem[] = [];
  #deltas = 0;
  #ended = false;

  constructor(options: ReplyOptions) {
    this.id = options.newId('resp_');
    this.#options = options;
    const { deltaBytes = bytesOfMs(100) } = options.script;
    this.#stage = { ...options, responseId: this.id, deltaBytes };
  }

  /** What comes at once. */
  begin(): void {
    if (this.#options.script.created === false) return;
    this.#options.emit('response.created', { response: this.#toWire('in_progress', null) });
  }

  *steps(): Steps {
    yield* this.#send();
    const { ending = { status: 'completed' }, lateDeltas = 0 } = this.#options.script;
    if (!this.#ended && ending.status !== 'never') this.#end(ending);
    for (let late = 0; late < lateDeltas; late += 1) {
      yield;
      this.#items.at(-1)?.nextAudio();
    }
    if (!this.#ended) return;
    for (const item of this.#items) yield* item.settle();
  }

  *#send(): Steps {
    for (const plan of itemsOf(this.#options)) {
      if (this.#due) return;
      const item = this.#openItem(plan);
      yield;
      while (!this.#due && item.hasMore) {
        if (item.next()) this.#pieceSent(item);
        yield;
      }
      if (this.#due) return;
      if (!this.#options.script.overlapping) this.#close(this.#open, 'completed');
    }
  }

  /** Over, or at the place where the script ends it. */
  get #due(): boolean {
    const { afterDeltas = Number.POSITIVE_INFINITY } = this.#options.script.ending ?? {};
    return this.#ended || this.#deltas >= afterDeltas;
  }

  #openItem(plan: ReplyItem): OutputItem {
    const item = this.#createItem(plan);
    this.#items.push(item);
    this.#open.push(item);
    item.open();
    return item;
  }

  #createItem(plan: ReplyItem): OutputItem {
    const index = this.#items.length;
    if ('call' in plan) return new FunctionCallItem(this.#stage, index, plan.call);
    if ('mcp' in plan) return new McpCallItem(this.#stage, index, plan.mcp);
    if ('approval' in plan) return new ApprovalItem(this.#stage, index, plan.approval);
    const { audio: voice, transcript, phase } = plan;
    const fields = phase === undefined ? {} : { phase };
    const message = { type: 'message', role: 'assistant', fields } as const;
    if (voice === null) return new OutputItem(this.#stage, index, 'item_', message);
    const { utterance, text, results } = this.#options.source;
    const audio = voice?.(utterance) ?? utterance;
    const words = results ?? (audio.length > 0 ? describeSpeech(audio.length) : text);
    return new SpokenItem(this.#stage, index, message, audio, transcript ?? words);
  }

  #pieceSent(item: OutputItem): void {
    this.#deltas += 1;
    this.#close(
      this.#open.filter((other) => other !== item),
      'completed',
    );
  }

  #close(items: readonly OutputItem[], status: 'completed' | 'incomplete'): void {
    this.#open = this.#open.filter((item) => !items.includes(item));
    for (const item of items) item.close(status);
  }

  cancel(reason: 'turn_detected' | 'client_cancelled'): void {
    if (this.#ended || this.#options.script.cancellable === false) return;
    this.#end({ status: 'cancelled', reason });
  }

  #end(ending: Ended): void {
    this.#ended = true;
    this.#close(this.#open, ending.status === 'completed' ? 'completed' : 'incomplete');
    const sentBytes = this.#items.reduce((sum, item) => sum + item.sentBytes, 0);
    const written = this.#items.map((item) => item.written).join('');
    const output = { audio: spokenTokens(sentBytes), text: textTokens(written) };
    const usage = responseUsage(this.#options.inputTokens, output);
    const response = this.#toWire(ending.status, statusDetails(ending), usage);
    this.#options.emit('response.done', { response });
    this.#options.done(usage.total_tokens, msOfBytes(sentBytes));
  }

  #toWire(status: string, details: object | null, usage: object | null = null): object {
    const { dialect, conversation, request } = this.#options;
    return {
      object: 'realtime.response',
      id: this.id,
      status,
      status_details: details,
      output: this.#items.map(({ item }) => itemToWire(item, dialect)),
      conversation_id: request.outOfBand ? null : conversation.id,
      ...request.wire,
      usage,
      metadata: request.metadata,
    };
  }
}
