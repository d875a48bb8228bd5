// What the service wants done, on the wire: takes its calls, hands back the answers, and asks for the reply that
// speaks about it all, one at a time and never beside an active one. Pure.

import type { Answer, FunctionCall, ServiceEvent } from '../../core/ports.ts';
import { Calls } from './calls.ts';
import { McpCalls } from './mcp-calls.ts';
import type { ServerEvent, ServerItem, ServiceError } from './server-event.ts';
import type { McpServer } from './session-update.ts';

export interface ToolCallsOptions {
  readonly servers: readonly McpServer[];
  /** @returns the event_id */
  send(type: string, fields?: object): string;
  event(event: ServiceEvent, reason: string): void;
  notice(sentence: string): void;
  /** No reply is active. */
  quiet(): boolean;
  /** A reply is active that nobody has called off. */
  alive(): boolean;
  /** That reply can be heard already. */
  sounding(): boolean;
  /** The reply is over, or called off. */
  isDead(responseId: string): boolean;
}

/** How a response ended. */
export interface ResponseEnd {
  readonly id: string;
  readonly completed: boolean;
  /** Somebody has called it off; it may have been completed before the service heard of that. */
  readonly calledOff: boolean;
  /** It has said something. */
  readonly spoken: boolean;
}

const activeAlready = 'conversation_already_has_active_response';

export class ToolCalls {
  readonly #options: ToolCallsOptions;
  readonly #calls = new Calls();
  readonly #mcp: McpCalls;
  #createId = '';
  /** The reply that made the calls has said something. */
  #spoken = false;

  constructor(options: ToolCallsOptions) {
    this.#options = options;
    this.#mcp = new McpCalls({ ...options, calls: this.#calls, settle: () => this.#settle() });
  }

  /** Something is still to come before the microphone may open. */
  get busy(): boolean {
    return this.#calls.outstanding || this.#calls.request !== 'none';
  }

  /** Something is to be answered, here or by an MCP server. */
  get outstanding(): boolean {
    return this.#calls.outstanding;
  }

  itemAdded(item: ServerItem, responseId: string): void {
    if (item.type === 'mcp_call' && !this.#options.isDead(responseId)) this.#mcp.began(item);
  }

  itemDone(item: ServerItem, responseId: string): void {
    if (item.type === 'mcp_call') this.#mcp.ended(item.id);
    if (item.type === 'mcp_approval_request' && !this.#options.isDead(responseId)) this.#mcp.judge(item);
    // Some servers give no status; "incomplete" is the one that must not be run.
    if (item.type !== 'function_call' || item.status === 'incomplete') return;
    if (item.callId === '') this.#options.notice('The service made a call without a call_id; it is ignored.');
    else this.#calls.collect(responseId, { callId: item.callId, name: item.name, arguments: item.arguments });
  }

  mcpBegan({ itemId }: ServerEvent): void {
    if (itemId !== undefined) this.#mcp.began({ id: itemId, approvalRequestId: '' });
  }

  mcpEnded({ itemId = '' }: ServerEvent): void {
    this.#mcp.ended(itemId);
  }

  /** @returns the calls of a response that is done, to be run */
  take({ id, completed, calledOff, spoken }: ResponseEnd): FunctionCall[] {
    if (!completed) {
      const dropped = this.#calls.drop(id);
      if (dropped > 0)
        this.#options.notice(`The reply was not completed: its calls (${dropped}) are not run.`);
      return [];
    }
    const calls = this.#calls.take(id);
    if (calls.length > 0) this.#spoken = spoken;
    if (!calledOff && !this.#calls.exhausted) return calls;
    const why = calledOff
      ? 'The person has cancelled it.'
      : 'There were too many calls in a row; it was not run.';
    for (const { callId } of calls)
      this.#output({ callId, output: JSON.stringify({ error: why }), next: 'nothing' });
    if (calls.length > 0) this.#options.notice(`Calls (${calls.length}) are not run: ${why}`);
    return [];
  }

  answer(answer: Answer): void {
    if (this.#output(answer)) this.#settle();
  }

  /** A reply has ended, and no other is active. */
  replyEnded(): void {
    if (!this.#calls.outstanding && this.#calls.request === 'wanted') this.#ask();
  }

  begun(): void {
    this.#calls.begun();
  }

  newTurn(): void {
    this.#calls.newTurn();
    this.#createId = '';
  }

  /** Nothing more is said about what is open. @returns true where a reply was asked for that is yet to begin */
  silence(): boolean {
    const waited = this.busy;
    const orphan = this.#calls.silence();
    this.#mcp.forget();
    this.#createId = '';
    if (waited && !orphan && !this.#calls.outstanding && this.#options.quiet())
      this.#options.event('callsAnswered', 'called off');
    return orphan;
  }

  /** @returns true where the complaint was about the reply that was asked for, and is dealt with */
  complaint(error: ServiceError): boolean {
    if (this.#mcp.complaint(error)) return false;
    const isOurs = error.eventId !== '' && error.eventId === this.#createId;
    const isWaiting = this.#calls.request === 'sent';
    // A response that began meanwhile was taken for ours: the complaint about ours may come after it.
    if (error.code === activeAlready && (isOurs || (isWaiting && error.eventId === ''))) {
      this.#askAgain(/\bresp_\w+/.exec(error.message)?.[0]);
      return true;
    }
    if (!isOurs || !isWaiting) return false;
    this.#calls.silence();
    this.#options.event('replyEnded', 'the service refused to reply');
    return false;
  }

  #askAgain(activeId: string | undefined): void {
    if (!this.#calls.refused()) {
      if (this.#options.quiet()) this.#options.event('replyEnded', 'the service would not begin a reply');
      return;
    }
    // One that we have not seen the end of ends yet, and `replyEnded` is called then.
    const ended = activeId === undefined || this.#options.isDead(activeId);
    if (this.#options.quiet() && ended) this.#ask();
  }

  #output(answer: Answer): boolean {
    if (!this.#calls.answer(answer)) return false;
    const item = { type: 'function_call_output', call_id: answer.callId, output: answer.output };
    this.#options.send('conversation.item.create', { item });
    return true;
  }

  /** After the last answer: on with it, unless a reply is active, whose end comes first. */
  #settle(): void {
    if (this.#calls.outstanding || !this.#options.quiet()) return;
    if (this.#calls.request === 'wanted') this.#ask();
    else this.#options.event('callsAnswered', 'nothing is to be said');
  }

  #ask(): void {
    const parting = this.#calls.next === 'hangUp';
    if (this.#calls.onlyGoodbye && this.#spoken) {
      this.#calls.silence();
      this.#options.event('goodbyeSaid', 'the goodbye came with the call');
      return;
    }
    const response = this.#calls.mayCallAgain ? {} : { response: { tool_choice: 'none' } };
    this.#calls.asked();
    this.#createId = this.#options.send('response.create', response);
    this.#options.event(parting ? 'goodbyeRequested' : 'replyRequested', 'all calls are answered');
  }
}
