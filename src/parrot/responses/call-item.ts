// An item of a reply that calls a function of the client's: no content, no sound, only arguments.

import { Arguments } from '../schemas/arguments.ts';
import type { Item, ItemStatus } from '../session/items.ts';
import { ItemEvents, type OutputItem, type Stage } from './output-item.ts';
import type { FunctionCallPlan } from './reply-script.ts';

const PREFIX = 'response.function_call_arguments';

export class CallItem implements OutputItem {
  readonly item: Item;
  readonly sentBytes = 0;
  readonly #plan: FunctionCallPlan;
  readonly #callId: string;
  readonly #namesFunction: boolean;
  readonly #arguments: Arguments;
  readonly #events: ItemEvents;

  constructor(stage: Stage, index: number, plan: FunctionCallPlan) {
    this.#plan = plan;
    this.#callId = plan.callId ?? stage.newId('call_');
    this.#namesFunction = stage.dialect.namesFunctionWhenDone;
    this.item = {
      id: stage.newId('item_'),
      type: 'function_call',
      status: 'in_progress',
      content: [],
      fields: { name: plan.name, call_id: this.#callId, arguments: '' },
      responseId: stage.responseId,
    };
    this.#arguments = new Arguments(this.item, plan.arguments);
    this.#events = new ItemEvents(stage, index, this.item);
  }

  get written(): string {
    return this.#arguments.written;
  }

  get unsaid(): boolean {
    return this.#arguments.unsaid;
  }

  open(): void {
    this.#events.added();
  }

  next(): boolean {
    const piece = this.#arguments.next();
    if (piece !== undefined) this.#events.sayDelta(`${PREFIX}.delta`, piece, { call_id: this.#callId });
    return piece !== undefined;
  }

  nextAudio(): boolean {
    return false;
  }

  /** As the real service does, it tells of arguments that were cut off as if they were whole. */
  close(status: ItemStatus): void {
    const name = this.#namesFunction ? { name: this.#plan.name } : {};
    this.#events.say(`${PREFIX}.done`, { call_id: this.#callId, ...name, arguments: this.written });
    this.#events.done(status === 'completed' ? (this.#plan.status ?? status) : status);
  }
}
