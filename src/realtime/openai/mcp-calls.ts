// The calls of MCP servers: the service runs them by itself; here they are followed to their end, and what it wants
// approved is judged by the configuration. Pure.

import type { ServiceEvent } from '../../core/ports.ts';
import type { Calls } from './calls.ts';
import type { ServerItem, ServiceError } from './server-event.ts';
import type { McpServer } from './session-update.ts';

export interface McpCallsOptions {
  readonly servers: readonly McpServer[];
  readonly calls: Calls;
  send(type: string, fields?: object): string;
  event(event: ServiceEvent, reason: string): void;
  notice(sentence: string): void;
  alive(): boolean;
  sounding(): boolean;
  /** One has come to its end. */
  settle(): void;
}

/** Stands for the call that an approval leads to, until that begins. */
const placeholder = (approvalId: string): string => `approval ${approvalId}`;

export class McpCalls {
  readonly #options: McpCallsOptions;
  /** Approvals that were granted and whose calls have not begun, by the event_id of the grant. */
  readonly #granted = new Map<string, string>();

  constructor(options: McpCallsOptions) {
    this.#options = options;
  }

  began({ id, approvalRequestId }: Pick<ServerItem, 'id' | 'approvalRequestId'>): void {
    const { calls, alive, sounding, event } = this.#options;
    // What was called off may still be under way over there; nobody waits for it.
    if (!alive() && this.#granted.size === 0) return;
    const was = calls.outstanding;
    if (!calls.remoteBegan(id)) return;
    this.#endGrant(approvalRequestId);
    // It may take its time, and the response lasts as long.
    if (!was && alive() && !sounding()) event('callsMade', 'an MCP server is called');
  }

  ended(id: string): void {
    if (this.#options.calls.remoteEnded(id)) this.#options.settle();
  }

  judge({ id, serverLabel, name }: ServerItem): void {
    const { servers, calls, send, notice } = this.#options;
    const server = servers.find(({ label }) => label === serverLabel);
    const approve = server?.approve.includes(name) ?? false;
    calls.remoteBegan(placeholder(id));
    if (!approve) notice(refusal(serverLabel, name));
    const item = { type: 'mcp_approval_response', approval_request_id: id, approve };
    const eventId = send('conversation.item.create', { item });
    if (approve) this.#granted.set(eventId, id);
    else this.ended(placeholder(id));
  }

  /** @returns true where a grant was refused: its call will never begin */
  complaint({ eventId }: ServiceError): boolean {
    const approval = this.#granted.get(eventId);
    if (approval === undefined) return false;
    this.#granted.delete(eventId);
    this.ended(placeholder(approval));
    return true;
  }

  /** Nobody waits any more. */
  forget(): void {
    this.#granted.clear();
  }

  /** Of that approval, or of the oldest where the call does not name it. */
  #endGrant(approvalRequestId: string): void {
    const grants = [...this.#granted];
    const [eventId, approval] = grants.find(([, id]) => id === approvalRequestId) ?? grants[0] ?? [];
    if (eventId === undefined || approval === undefined) return;
    this.#granted.delete(eventId);
    this.#options.calls.remoteEnded(placeholder(approval));
  }
}

const refusal = (serverLabel: string, name: string): string =>
  `The MCP server ${JSON.stringify(serverLabel)} asks to run ${JSON.stringify(name)}, which no approve under [[mcp]] ` +
  'allows: it is refused.';
