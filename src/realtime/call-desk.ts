// What the service wants done, on the wire: takes its calls, hands back the answers, follows the calls of MCP
// servers, and asks for the reply that speaks about it all, one at a time and never beside an active one. Pure.

import type { Answer, ServiceEvent } from '../ports.ts';
import { Calls } from './calls.ts';
import type { ServerEvent, ServerItem, ServiceError } from './server-event.ts';
import type { McpServer } from './session-update.ts';

export interface CallDeskOptions {
  readonly servers: readonly McpServer[];
  /** @returns the event_id */
  send(type: string, fields?: object): string;
  event(event: ServiceEvent, reason: string): void;
  notice(sentence: string): void;
  /** No reply is active. */
  quiet(): boolean;
  /** The reply is over, or called off. */
  isDead(responseId: string): boolean;
}

const placeholder = (approvalId: string): string => `approval ${approvalId}`;

export class CallDesk {
  readonly #options: CallDeskOptions;
  readonly #calls = new Calls();
  readonly #approved = new Set<string>();
  #createId = '';
  /** The reply that made the calls has said something. */
  #spoken = false;

  constructor(options: CallDeskOptions) {
    this.#options = options;
  }

  /** Something is still to come before the microphone may open. */
  get busy(): boolean {
    return this.#calls.outstanding || this.#calls.request !== 'none';
  }

  itemAdded(item: ServerItem, responseId: string): void {
    if (item.type === 'mcp_call' && !this.#options.isDead(responseId)) this.#remoteBegan(item);
  }

  itemDone(item: ServerItem, responseId: string): void {
    if (item.type === 'mcp_call') this.remoteEnded(item.id);
    if (item.type === 'mcp_approval_request') this.#judge(item);
    // Some servers give no status; "incomplete" is the one that must not be run.
    if (item.type !== 'function_call' || item.status === 'incomplete') return;
    if (item.callId === '') this.#options.notice('The service made a call without a call_id; it is ignored.');
    else this.#calls.collect(responseId, { callId: item.callId, name: item.name, arguments: item.arguments });
  }

  remoteBegan(event: ServerEvent): void {
    if (event.itemId !== undefined) this.#remoteBegan({ id: event.itemId, approvalRequestId: '' });
  }

  remoteEnded(itemId: string): void {
    if (this.#calls.remoteEnded(itemId)) this.#settle();
  }

  /** @returns the calls of a response that is done; none where it did not complete */
  take(responseId: string, completed: boolean, spoken: boolean): ReturnType<Calls['take']> {
    if (!completed) {
      const dropped = this.#calls.drop(responseId);
      if (dropped > 0)
        this.#options.notice(`The reply was not completed: its calls (${dropped}) are not run.`);
      return [];
    }
    const calls = this.#calls.take(responseId);
    if (calls.length > 0) this.#spoken = spoken;
    return calls;
  }

  answer(answer: Answer): void {
    if (!this.#calls.answer(answer)) return;
    const item = { type: 'function_call_output', call_id: answer.callId, output: answer.output };
    this.#options.send('conversation.item.create', { item });
    this.#settle();
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
  }

  /** Nothing more is said about what is open. @returns true where a reply was asked for that is yet to begin */
  silence(): boolean {
    const waited = this.busy;
    const orphan = this.#calls.silence();
    this.#approved.clear();
    if (waited && !orphan && !this.#calls.outstanding && this.#options.quiet())
      this.#options.event('callsAnswered', 'called off');
    return orphan;
  }

  /** @returns true where the complaint was about the reply that was asked for, and is dealt with */
  complaint(error: ServiceError): boolean {
    if (this.#calls.request !== 'sent') return false;
    if (error.code === 'conversation_already_has_active_response') {
      this.#askAgain(/\bresp_\w+/.exec(error.message)?.[0]);
      return true;
    }
    if (error.eventId === '' || error.eventId !== this.#createId) return false;
    this.#calls.silence();
    this.#options.event('replyEnded', 'the service refused to reply');
    return false;
  }

  #askAgain(activeId: string | undefined): void {
    if (!this.#calls.refused()) {
      this.#options.event('replyEnded', 'the service would not begin a reply');
      return;
    }
    // One that we have not seen the end of ends yet, and `replyEnded` is called then.
    const ended = activeId === undefined || this.#options.isDead(activeId);
    if (this.#options.quiet() && ended) this.#ask();
  }

  /** After the last answer: on with it, unless a reply is active, whose end comes first. */
  #settle(): void {
    if (this.#calls.outstanding || !this.#options.quiet()) return;
    if (this.#calls.request === 'wanted') this.#ask();
    else this.#options.event('callsAnswered', 'nothing is to be said');
  }

  #ask(): void {
    const parting = this.#calls.next === 'hangUp';
    if (parting && this.#spoken) {
      this.#calls.silence();
      this.#options.event('goodbyeSaid', 'the goodbye came with the call');
      return;
    }
    const response = this.#calls.mayCallAgain ? {} : { response: { tool_choice: 'none' } };
    this.#calls.asked();
    this.#createId = this.#options.send('response.create', response);
    this.#options.event(parting ? 'goodbyeAsked' : 'replyAsked', 'all calls are answered');
  }

  #remoteBegan({ id, approvalRequestId }: Pick<ServerItem, 'id' | 'approvalRequestId'>): void {
    const approval = this.#approved.has(approvalRequestId) ? approvalRequestId : [...this.#approved][0];
    if (approval === undefined && this.#options.quiet()) return;
    this.#calls.remoteBegan(id);
    if (approval === undefined) return;
    this.#approved.delete(approval);
    this.#calls.remoteEnded(placeholder(approval));
  }

  #judge({ id, serverLabel, name }: ServerItem): void {
    const server = this.#options.servers.find(({ label }) => label === serverLabel);
    const approve = server?.approve.includes(name) ?? false;
    const item = { type: 'mcp_approval_response', approval_request_id: id, approve };
    this.#calls.remoteBegan(placeholder(id));
    if (approve) this.#approved.add(id);
    else this.#options.notice(refusal(serverLabel, name));
    this.#options.send('conversation.item.create', { item });
    if (!approve) this.remoteEnded(placeholder(id));
  }
}

const refusal = (serverLabel: string, name: string): string =>
  `The MCP server ${JSON.stringify(serverLabel)} asks to run ${JSON.stringify(name)}, which no approve under [[mcp]] ` +
  'allows: it is refused.';
