// Items of a reply that call: no content, no sound, only arguments.

import type { Fields } from '../session/context.ts';
import type { Item, ItemStatus } from '../session/items.ts';
import { OutputItem, type Stage } from './output-item.ts';
import type { FunctionCallPlan } from './reply-script.ts';

const PIECE_CHARACTERS = 8;

const inPieces = (text: string): string[] => {
  const characters = [...text];
  const count = Math.ceil(characters.length / PIECE_CHARACTERS);
  return Array.from({ length: count }, (_, i) =>
    characters.slice(i * PIECE_CHARACTERS, (i + 1) * PIECE_CHARACTERS).join(''),
  );
};

/** Streams its arguments: raw text in small pieces, as a model writes it. */
export abstract class CallItem extends OutputItem {
  readonly #unsaid: string[];
  /** What the names of the events of the arguments begin with. */
  protected abstract readonly eventPrefix: string;
  /** What those events say of the call. */
  protected readonly callFields: Fields = {};

  constructor(
    stage: Stage,
    index: number,
    idPrefix: string,
    item: Pick<Item, 'type' | 'fields'>,
    text: string,
  ) {
    super(stage, index, idPrefix, item);
    this.#unsaid = inPieces(text);
  }

  override get unsaid(): boolean {
    return this.#unsaid.length > 0;
  }

  override next(): boolean {
    const piece = this.#unsaid.shift();
    if (piece === undefined) return false;
    this.written += piece;
    this.item.fields = { ...this.item.fields, arguments: this.written };
    this.sayDelta(`${this.eventPrefix}.delta`, piece, this.callFields);
    return true;
  }

  /** As the real service does, it tells of arguments that were cut off as if they were whole. */
  protected endArguments(fields: Fields = {}): void {
    this.say(`${this.eventPrefix}.done`, { ...this.callFields, ...fields, arguments: this.written });
  }
}

/** Calls a function of the client's. */
export class FunctionCallItem extends CallItem {
  readonly #plan: FunctionCallPlan;
  protected readonly eventPrefix = 'response.function_call_arguments';
  protected override readonly callFields: Fields;

  constructor(stage: Stage, index: number, plan: FunctionCallPlan) {
    const call_id = plan.callId ?? stage.newId('call_');
    const fields = { name: plan.name, call_id, arguments: '' };
    super(stage, index, 'item_', { type: 'function_call', fields }, plan.arguments);
    this.#plan = plan;
    this.callFields = { call_id };
  }

  override close(status: ItemStatus): void {
    const { name, status: planned = status } = this.#plan;
    this.endArguments(this.stage.dialect.namesFunctionWhenDone ? { name } : {});
    super.close(status === 'completed' ? planned : status);
  }
}
