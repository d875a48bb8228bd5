// An item of a reply that calls a tool of an MCP server. The service runs it by itself; its result may come
// when the response is over already, or, where the person had to allow it, begin only then.

import { Arguments } from '../schemas/arguments.ts';
import type { Item, ItemStatus } from '../session/items.ts';
import { ItemEvents, type OutputItem, type Stage } from './output-item.ts';
import type { McpCallPlan } from './reply-script.ts';

/** What a call comes to: an error where there is one, else its output. */
export interface McpResult {
  readonly output?: string;
  readonly error?: string;
}

const PREFIX = 'response.mcp_call_arguments';

const resultToWire = ({ output, error }: McpResult): Readonly<Record<string, unknown>> =>
  error === undefined
    ? { output: output ?? '', error: null }
    : { output: null, error: { type: 'tool_execution_error', message: error } };

export class McpCallItem implements OutputItem {
  readonly item: Item;
  readonly sentBytes = 0;
  readonly #plan: McpCallPlan;
  readonly #arguments: Arguments;
  readonly #events: ItemEvents;
  #running = false;

  /** `approvalId`: of the request that the client has approved. */
  constructor(stage: Stage, index: number, plan: McpCallPlan, approvalId: string | null = null) {
    this.#plan = plan;
    this.item = {
      id: stage.newId('mcp_'),
      type: 'mcp_call',
      status: 'in_progress',
      content: [],
      fields: {
        server_label: plan.serverLabel,
        name: plan.name,
        arguments: approvalId === null ? '' : plan.arguments,
        approval_request_id: approvalId,
        output: null,
        error: null,
      },
      responseId: stage.responseId,
    };
    this.#arguments = new Arguments(this.item, approvalId === null ? plan.arguments : '');
    this.#events = new ItemEvents(stage, index, this.item);
  }

  get written(): string {
    return this.#arguments.written;
  }

  get unsaid(): boolean {
    return !this.#running;
  }

  open(): void {
    this.#events.added();
  }

  next(): boolean {
    const piece = this.#arguments.next();
    if (piece === undefined) this.#run();
    else this.#events.sayDelta(`${PREFIX}.delta`, piece, {});
    return piece !== undefined;
  }

  #run(): void {
    this.#events.say(`${PREFIX}.done`, { arguments: this.written });
    this.begin();
  }

  /** At once: its arguments are known. */
  begin(): void {
    this.#running = true;
    this.#events.sayOutside('response.mcp_call.in_progress');
  }

  nextAudio(): boolean {
    return false;
  }

  /** A call that runs is not called back: it comes to its result, now or later. */
  close(status: ItemStatus): void {
    if (!this.#running) {
      this.#events.say(`${PREFIX}.done`, { arguments: this.written });
      this.#events.done(status);
    } else if (!this.#plan.afterDone) this.finish();
  }

  *settle(): Generator<void, void, void> {
    if (!this.#running || !this.#plan.afterDone) return;
    yield;
    this.finish();
  }

  /** The result. */
  finish(): void {
    this.item.fields = { ...this.item.fields, ...resultToWire(this.#plan) };
    const end = this.#plan.error === undefined ? 'completed' : 'failed';
    this.#events.sayOutside(`response.mcp_call.${end}`);
    this.#events.done('completed');
  }
}
