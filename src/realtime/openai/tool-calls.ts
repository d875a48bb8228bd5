// The function calls of the service, and the follow-up: the response that speaks about their outputs. Calls are
// collected from every event that tells of one, and are made once, when their response is completed. When all are
// answered and no response is active, one response.create asks for the follow-up. Pure.

import type { Answer, FunctionCall } from '../../core/ports.ts';
import { CallLimits, MAX_CALLS } from './call-limits.ts';
import { CollectedCalls, stateOf } from './collected-calls.ts';
import { type FollowUp, type FollowUpEvent, nextFollowUp } from './follow-up.ts';
import { McpCalls, type McpCallsOptions } from './mcp-calls.ts';
import { callWithoutId } from './notices.ts';
import type { ServerItem, ServiceError } from './server-event.ts';

interface ToolCallsOptions extends Omit<McpCallsOptions, 'ended'> {
  /** Calls of one conversation that are run. */
  readonly maxCalls: number;
}

/** How often a postponed follow-up is requested again. */
const MAX_TRIES = 3;

const CANCELLED = 'The person has cancelled it.';

export class ToolCalls {
  readonly #options: ToolCallsOptions;
  readonly #mcp: McpCalls;
  #followUp: FollowUp = { state: 'none' };
  /** Of the turn. */
  #tries = 0;
  readonly #collected = new CollectedCalls(MAX_CALLS);
  /** Completed, and to be made when no response is active. */
  #ready: FunctionCall[] = [];
  readonly #limits: CallLimits;
  /** Ids of calls without an answer. */
  readonly #open = new Set<string>();
  /** The response that made the calls had sound. */
  #audible = false;

  constructor(options: ToolCallsOptions) {
    this.#options = options;
    this.#limits = new CallLimits(options.maxCalls);
    this.#mcp = new McpCalls({
      ...options,
      ended: () => {
        this.#move({ type: 'answered', purpose: 'reply' });
        this.#settle();
      },
    });
  }

  /** The follow-up was interrupted before it began, and its beginning is still expected. */
  get awaitsOrphan(): boolean {
    return this.#followUp.state === 'orphaned' && !this.#followUp.overdue;
  }

  itemAdded(item: ServerItem, responseId: string): void {
    const isOver = this.#options.responses.isOver(responseId);
    if (item.type === 'mcp_call' && !isOver) this.mcpBegan(item.id, item.approvalRequestId);
    if (item.type === 'function_call') this.#collected.add(item, 'begun', responseId);
  }

  itemDone(item: ServerItem, responseId: string): void {
    if (item.type === 'mcp_call') this.#mcp.hasEnded(item.id);
    const isOver = this.#options.responses.isOver(responseId);
    if (item.type === 'mcp_approval_request' && !isOver) this.#mcp.judge(item);
    if (item.type === 'function_call') this.#collected.add(item, stateOf(item), responseId);
  }

  mcpBegan(id: string, approvalRequestId = ''): void {
    const { responses, listener } = this.#options;
    const wasOutstanding = this.#outstanding;
    // It may take long, and the response lasts as long.
    if (this.#mcp.began(id, approvalRequestId) && !wasOutstanding && responses.alive && !responses.audible)
      listener.callsMade([], 'an MCP server is called');
  }

  mcpEnded(id: string): void {
    this.#mcp.hasEnded(id);
  }

  /** @returns false where the response is the orphaned follow-up, to be cancelled */
  responseBegan(): boolean {
    const orphaned = this.#followUp.state === 'orphaned';
    this.#move({ type: 'responseBegan' });
    return !orphaned;
  }

  /**
   * Takes the calls of a response, or drops them. Before `Responses.finish`.
   * @param output the items that the end of the response names
   */
  responseDone(id: string, status: string, output: readonly ServerItem[]): void {
    const { responses } = this.#options;
    for (const item of output) if (item.type === 'function_call') this.itemDone(item, id);
    const { calls, unfinished, withoutId } = this.#collected.take(id);
    // It may have been completed before the service read that it is cancelled.
    const cancelled = responses.isCancelled(id);
    if (status !== 'completed' || (responses.isOver(id) && !cancelled)) {
      if (calls.length > 0) this.#notRun(calls.length, 'The reply was not completed.');
      return;
    }
    if (unfinished > 0) this.#notRun(unfinished, 'They were not completed.');
    if (withoutId > 0) this.#options.listener.notice(callWithoutId);
    const fresh = this.#limits.fresh(calls, this.#open);
    if (fresh.length < calls.length) this.#notRun(calls.length - fresh.length, 'They are repeated.');
    if (fresh.length > 0) this.#audible = responses.audible;
    for (const { callId } of fresh) this.#open.add(callId);
    const why = cancelled ? CANCELLED : this.#limits.refusal(fresh, this.#open.size);
    if (why === undefined) this.#ready.push(...fresh);
    else this.#refuse(fresh, why);
  }

  /** No response is active any more. @returns false where nothing is to follow either */
  goOn(): boolean {
    const { listener } = this.#options;
    if (!this.#busy) return false;
    const calls = this.#ready;
    this.#ready = [];
    if (calls.length > 0) listener.callsMade(calls, `called ${calls.map(({ name }) => name).join(', ')}`);
    else if (this.#outstanding) listener.callsMade([], 'calls are not answered yet');
    else this.#request();
    return true;
  }

  answer(answer: Answer): void {
    if (this.#output(answer)) this.#settle();
  }

  /** The person has spoken. While calls or their follow-up are outstanding the microphone is off: no turn begins. */
  turnBegan(): void {
    if (!this.#busy) {
      this.#tries = 0;
      this.#limits.turnBegan();
    }
    this.#move({ type: 'turnBegan' });
  }

  /** No reply follows the calls that are open. */
  interrupt(): void {
    const waited = this.#busy;
    this.#refuse(this.#ready, CANCELLED);
    this.#ready = [];
    this.#mcp.forget();
    this.#move({ type: 'interrupted' });
    if (waited && !this.awaitsOrphan && !this.#outstanding && this.#options.responses.none)
      this.#options.listener.event('callsAnswered', 'interrupted');
  }

  /** Ends the wait for the orphaned follow-up. @returns true where it was the only thing that was waited for */
  stopWaiting(): boolean {
    const waited = this.awaitsOrphan && this.#options.responses.none;
    if (waited) this.#move({ type: 'expired' });
    return waited;
  }

  /** @returns true where the error was about the follow-up, and needs no notice */
  complaint(error: ServiceError): boolean {
    if (this.#mcp.grantRefused(error.eventId)) return false;
    const followUp = this.#followUp;
    const isRequested = followUp.state === 'requested';
    const isOurs = 'eventId' in followUp && error.eventId !== '' && error.eventId === followUp.eventId;
    if (
      error.code === 'conversation_already_has_active_response' &&
      (isOurs || (isRequested && error.eventId === ''))
    ) {
      this.#postpone(/\bresp_\w+/.exec(error.message)?.[0]);
      return true;
    }
    if (isOurs && isRequested) {
      this.#move({ type: 'dropped' });
      this.#options.listener.event('replyEnded', 'the service refused to reply');
    }
    return false;
  }

  /** Calls need an answer, from us or from an MCP server. */
  get #outstanding(): boolean {
    return this.#open.size > 0 || this.#mcp.outstanding;
  }

  /** Something is to come before the microphone may open. */
  get #busy(): boolean {
    return this.#outstanding || this.#followUp.state === 'wanted' || this.#followUp.state === 'requested';
  }

  #move(event: FollowUpEvent): void {
    this.#followUp = nextFollowUp(this.#followUp, event);
  }

  #refuse(calls: readonly FunctionCall[], why: string): void {
    for (const { callId } of calls)
      this.#output({ callId, output: JSON.stringify({ error: why }), next: 'nothing' });
    if (calls.length > 0) this.#notRun(calls.length, why);
  }

  #notRun(count: number, why: string): void {
    this.#options.listener.notice({
      code: 'calls-not-run',
      sentence: `Calls (${count}) are not run: ${why}`,
    });
  }

  /** @returns false where the call is not open */
  #output({ callId, output, next }: Answer): boolean {
    if (!this.#open.delete(callId)) return false;
    const item = { type: 'function_call_output', call_id: callId, output };
    this.#options.send('conversation.item.create', { item });
    if (next !== 'nothing')
      this.#move({ type: 'answered', purpose: next === 'hangUp' ? 'goodbye' : 'reply' });
    return true;
  }

  /** After the last answer: on with the follow-up, unless a response is active, whose end comes first. */
  #settle(): void {
    const { responses, listener } = this.#options;
    if (this.#outstanding || !responses.none || this.#request()) return;
    if (this.#followUp.state === 'requested') listener.event('replyRequested', 'before the last answer');
    else listener.event('callsAnswered', 'nothing is to be said');
  }

  /** @returns false where no follow-up is wanted */
  #request(): boolean {
    const { send, listener } = this.#options;
    if (this.#followUp.state !== 'wanted') return false;
    const { purpose } = this.#followUp;
    if (purpose === 'goodbye' && this.#audible) {
      this.#move({ type: 'dropped' });
      listener.event('goodbyeSaid', 'the goodbye came with the call');
      return true;
    }
    const mayCall = this.#limits.followUp() && purpose === 'reply';
    const eventId = send('response.create', mayCall ? {} : { response: { tool_choice: 'none' } });
    this.#move({ type: 'requested', eventId });
    listener.event(purpose === 'reply' ? 'replyRequested' : 'goodbyeRequested', 'all calls are answered');
    return true;
  }

  #postpone(activeId: string | undefined): void {
    const { responses, listener } = this.#options;
    this.#tries += 1;
    this.#limits.postponed();
    this.#move({ type: 'postponed' });
    if (this.#tries > MAX_TRIES) {
      this.#move({ type: 'dropped' });
      if (responses.none) listener.event('replyEnded', 'the service would not begin a reply');
      return;
    }
    // An active response whose end has not arrived yet: `goOn` is called then.
    const ended = activeId === undefined || responses.isOver(activeId);
    if (responses.none && ended) this.#request();
  }
}
