// Items of a reply that are calls: no content, no audio, only arguments. Functions are run by the client. Tools of MCP
// servers are run by the service: the result may come after the end of the response, and a call that needs approval
// begins only then.

import type { Fields, Steps } from '../session/context.ts';
import type { ItemStatus } from '../session/items.ts';
import { OutputItem, type Stage } from './output-item.ts';
import type { ApprovalPlan, FunctionCallPlan, McpCallPlan } from './reply-script.ts';

/** A text in small pieces, as a model writes it. */
const inPieces = (text: string): string[] => text.match(/.{1,8}/gsu) ?? [];

/** Streams its arguments. */
abstract class CallItem extends OutputItem {
  /** Those that are not sent yet. */
  protected abstract readonly pieces: string[];
  /** How the names of the events of the arguments begin. */
  protected abstract readonly eventPrefix: string;
  /** The fields of those events about the call. */
  protected readonly callFields: Fields = {};

  override get hasMore(): boolean {
    return this.pieces.length > 0;
  }

  override next(): boolean {
    const piece = this.pieces.shift();
    if (piece === undefined) return false;
    this.written += piece;
    this.item.fields = { ...this.item.fields, arguments: this.written };
    this.emitDelta(`${this.eventPrefix}.delta`, piece, this.callFields);
    return true;
  }

  /** Arguments that were cut off are sent as if they were complete, as by the real service. */
  protected endArguments(fields: Fields = {}): void {
    this.emit(`${this.eventPrefix}.done`, { ...this.callFields, ...fields, arguments: this.written });
  }
}

/** Calls a function of the client's. */
export class FunctionCallItem extends CallItem {
  readonly #plan: FunctionCallPlan;
  protected readonly pieces: string[];
  protected readonly eventPrefix = 'response.function_call_arguments';
  protected override readonly callFields: Fields;

  constructor(stage: Stage, index: number, plan: FunctionCallPlan) {
    const call_id = plan.callId ?? stage.newId('call_');
    const fields = { name: plan.name, call_id, arguments: '' };
    super(stage, index, 'item_', { type: 'function_call', fields });
    this.#plan = plan;
    this.pieces = inPieces(plan.arguments);
    this.callFields = { call_id };
  }

  override close(status: ItemStatus): void {
    const { name, status: planned = status } = this.#plan;
    this.endArguments(this.stage.dialect.namesFunctionWhenDone ? { name } : {});
    super.close(status === 'completed' ? planned : status);
  }
}

/** An error where there is one, else the output. */
const resultToWire = ({ output = '', error }: McpCallPlan): Fields =>
  error === undefined
    ? { output, error: null }
    : { output: null, error: { type: 'tool_execution_error', message: error } };

/** Calls a tool of an MCP server. */
export class McpCallItem extends CallItem {
  readonly #plan: McpCallPlan;
  protected readonly pieces: string[];
  protected readonly eventPrefix = 'response.mcp_call_arguments';
  #running = false;

  /** `approvalId`: of the request that the client has approved; its arguments are known. */
  constructor(stage: Stage, index: number, plan: McpCallPlan, approvalId: string | null = null) {
    const fields = {
      server_label: plan.serverLabel,
      name: plan.name,
      arguments: approvalId === null ? '' : plan.arguments,
      approval_request_id: approvalId,
      output: null,
      error: null,
    };
    super(stage, index, 'mcp_', { type: 'mcp_call', fields });
    this.#plan = plan;
    this.pieces = inPieces(plan.arguments);
  }

  override get hasMore(): boolean {
    return !this.#running;
  }

  override next(): boolean {
    if (super.next()) return true;
    this.endArguments();
    this.#begin();
    return false;
  }

  /** A running call is not cancelled: its result comes now or later. */
  override close(status: ItemStatus): void {
    if (!this.#running) {
      this.endArguments();
      super.close(status);
    } else if (!this.#plan.afterDone) this.#finish();
  }

  override *settle(): Steps {
    if (!this.#running || !this.#plan.afterDone) return;
    yield;
    this.#finish();
  }

  /** All of it, after the response that asked for approval. */
  *runApproved(): Steps {
    this.open();
    this.#begin();
    yield;
    this.#finish();
  }

  #begin(): void {
    this.#running = true;
    this.#emitProgress('in_progress');
  }

  #finish(): void {
    this.item.fields = { ...this.item.fields, ...resultToWire(this.#plan) };
    this.#emitProgress(this.#plan.error === undefined ? 'completed' : 'failed');
    super.close('completed');
  }

  /** It continues after the response, and does not name it. */
  #emitProgress(what: 'in_progress' | 'completed' | 'failed'): void {
    this.stage.emit(`response.mcp_call.${what}`, { item_id: this.item.id, output_index: this.index });
  }
}

/** Requests approval to run such a tool. */
export class ApprovalItem extends OutputItem {
  readonly #plan: ApprovalPlan;

  constructor(stage: Stage, index: number, plan: ApprovalPlan) {
    const fields = { server_label: plan.serverLabel, name: plan.name, arguments: plan.arguments };
    super(stage, index, 'mcpr_', { type: 'mcp_approval_request', fields });
    this.written = plan.arguments;
    this.#plan = plan;
  }

  override close(status: ItemStatus): void {
    const plan = { ...this.#plan, ...this.#plan.result };
    const run = () => new McpCallItem(this.stage, this.index, plan, this.item.id).runApproved();
    // Before the client gets it: it may answer at once.
    this.stage.approvals.set(this.item, run);
    super.close(status);
  }
}
