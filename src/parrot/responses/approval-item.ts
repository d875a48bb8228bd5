// An item of a reply that asks whether a tool of an MCP server may be run.

import type { Item, ItemStatus } from '../session/items.ts';
import { McpCallItem } from './mcp-call-item.ts';
import { ItemEvents, type OutputItem, type Stage } from './output-item.ts';
import type { ApprovalPlan } from './reply-script.ts';

export class ApprovalItem implements OutputItem {
  readonly item: Item;
  readonly sentBytes = 0;
  readonly unsaid = false;
  readonly #stage: Stage;
  readonly #index: number;
  readonly #plan: ApprovalPlan;
  readonly #events: ItemEvents;

  constructor(stage: Stage, index: number, plan: ApprovalPlan) {
    const { serverLabel, name } = plan;
    this.#stage = stage;
    this.#index = index;
    this.#plan = plan;
    this.item = {
      id: stage.newId('mcpr_'),
      type: 'mcp_approval_request',
      status: 'in_progress',
      content: [],
      fields: { server_label: serverLabel, name, arguments: plan.arguments },
      responseId: stage.responseId,
    };
    this.#events = new ItemEvents(stage, index, this.item);
  }

  get written(): string {
    return this.#plan.arguments;
  }

  open(): void {
    this.#events.added();
  }

  next(): boolean {
    return false;
  }

  nextAudio(): boolean {
    return false;
  }

  close(status: ItemStatus): void {
    // Before the client hears of it: it may answer at once.
    this.#stage.approvals.expect(this.item, () => this.#call());
    this.#events.done(status);
  }

  /** What is asked for, now that it is allowed. */
  *#call(): Generator<void, void, void> {
    const call = new McpCallItem(
      this.#stage,
      this.#index,
      { ...this.#plan, ...this.#plan.result },
      this.item.id,
    );
    call.open();
    call.begin();
    yield;
    call.finish();
  }
}
