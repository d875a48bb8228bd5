// The calls of MCP servers: the service runs them by itself. They are followed to their end, and the
// approvals that the service requests are decided by the configuration. Pure.

import type { ConnectionListener } from '../../core/ports.ts';
import type { McpServer } from '../protocol.ts';
import type { Responses } from './responses.ts';
import type { ServerItem } from './server-event.ts';

export interface McpCallsOptions {
  readonly servers: readonly McpServer[];
  readonly responses: Responses;
  /** @returns the event_id */
  send(type: string, fields?: object): string;
  readonly listener: Pick<ConnectionListener, 'event' | 'callsMade' | 'notice'>;
  /** One has ended, or was refused: the service may speak about it. */
  ended(): void;
}

const MAX_CALLS = 256;

export class McpCalls {
  readonly #options: McpCallsOptions;
  /** Ids of calls that have not ended. */
  readonly #running = new Set<string>();
  /** Ids of approval requests that were granted and whose calls have not begun, by the event_id of the grant. */
  readonly #granted = new Map<string, string>();

  constructor(options: McpCallsOptions) {
    this.#options = options;
  }

  get outstanding(): boolean {
    return this.#running.size > 0 || this.#granted.size > 0;
  }

  /** @returns true where the call is new, and waited for */
  began(id: string, approvalRequestId: string): boolean {
    // The service may still run a call that was interrupted; its end is not awaited.
    if (!this.#options.responses.alive && this.#granted.size === 0) return false;
    if (this.#running.has(id) || this.#running.size >= MAX_CALLS) return false;
    this.#running.add(id);
    const grants = [...this.#granted];
    // Where the call does not name its approval, it is the oldest.
    const [eventId] = grants.find(([, approval]) => approval === approvalRequestId) ?? grants[0] ?? [];
    if (eventId !== undefined) this.#granted.delete(eventId);
    return true;
  }

  hasEnded(id: string): void {
    if (this.#running.delete(id)) this.#options.ended();
  }

  judge({ id, serverLabel, name }: ServerItem): void {
    const { servers, send, listener, ended } = this.#options;
    const allowed = servers.find(({ label }) => label === serverLabel)?.approve.includes(name) ?? false;
    const approve = allowed && this.#granted.size < MAX_CALLS;
    if (!approve)
      listener.notice({
        code: 'mcp-call-refused',
        sentence:
          `The MCP server ${JSON.stringify(serverLabel)} requests to run ${JSON.stringify(name)}, which no approve ` +
          'under [[mcp]] allows: it is refused.',
      });
    const item = { type: 'mcp_approval_response', approval_request_id: id, approve };
    const eventId = send('conversation.item.create', { item });
    if (approve) this.#granted.set(eventId, id);
    else ended();
  }

  /** @returns true where the service refused a grant: its call will never begin */
  grantRefused(eventId: string): boolean {
    if (!this.#granted.delete(eventId)) return false;
    this.#options.ended();
    return true;
  }

  /** No call is awaited after this. */
  forget(): void {
    this.#running.clear();
    this.#granted.clear();
  }
}
