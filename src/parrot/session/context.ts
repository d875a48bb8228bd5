// What the parts of a session share, and the events of an item.

import { type Dialect, itemToWire } from './dialect.ts';
import type { Conversation, Item } from './items.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Work to be done in steps. */
export type Steps = Generator<void, void, void>;

export interface Context {
  readonly dialect: Dialect;
  readonly conversation: Conversation;
  /** Requests for approval that are not answered yet, and what each runs when approved. */
  readonly approvals: WeakMap<Item, () => Steps>;
  /** A new id that begins with `prefix`. */
  newId(prefix: string): string;
  emit(type: string, fields: Fields): void;
  /** Runs these steps between those of all other work. */
  work(steps: Steps): void;
}

/** Reports that an item was added, or that it is complete. */
export const emitItem = (context: Context, what: 'added' | 'done', item: Item): void => {
  const { conversation, dialect, emit } = context;
  const previous_item_id = conversation.previousId(item.id);
  emit(`conversation.item.${what}`, { previous_item_id, item: itemToWire(item, dialect) });
};

/** Reports an item that is complete from the start. */
export const emitCompleteItem = (context: Context, item: Item): void => {
  emitItem(context, 'added', item);
  emitItem(context, 'done', item);
};
