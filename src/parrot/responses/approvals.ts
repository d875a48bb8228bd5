// The questions that the service has asked, whether it may run a tool, and the client's answers: each once.

import { ApiError } from '../schemas/api-error.ts';
import type { Conversation, Item } from '../session/items.ts';

export interface ApprovalsOptions {
  readonly conversation: Conversation;
  /** Work to be done in steps. */
  work(steps: Generator<void, void, void>): void;
}

type Run = () => Generator<void, void, void>;

export class Approvals {
  readonly #options: ApprovalsOptions;
  /** Unanswered; those that the conversation has forgotten are forgotten here too. */
  readonly #open = new WeakMap<Item, Run>();

  constructor(options: ApprovalsOptions) {
    this.#options = options;
  }

  /** `request` is an item of the conversation; `run` what it asks for. */
  expect(request: Item, run: Run): void {
    this.#open.set(request, run);
  }

  /**
   * Runs it, if the client approves. `requestId` as the client gave it; throws an ApiError where that was not
   * asked, or is answered already.
   */
  answer(requestId: unknown, approve: boolean): void {
    const request = this.#options.conversation.find(String(requestId));
    const run = request === undefined ? undefined : this.#open.get(request);
    if (request === undefined || run === undefined) throw unexpected(requestId, request);
    this.#open.delete(request);
    if (approve) this.#options.work(run());
  }
}

const unexpected = (requestId: unknown, found: Item | undefined): ApiError =>
  new ApiError(
    found?.type === 'mcp_approval_request'
      ? `MCP approval request '${requestId}' has already been answered.`
      : `MCP approval request with id '${requestId}' not found in conversation.`,
    { code: 'invalid_value', param: 'item.approval_request_id' },
  );
