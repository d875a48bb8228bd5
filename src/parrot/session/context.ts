// What the parts of a session share, and how each of them tells of an item.

import { type Dialect, itemToWire } from './dialect.ts';
import type { Conversation, Item } from './items.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Work to be done in steps. */
export type Steps = Generator<void, void, void>;

export interface Context {
  readonly dialect: Dialect;
  readonly conversation: Conversation;
  /** Requests for approval that are not answered yet, and what each asks for. */
  readonly approvals: WeakMap<Item, () => Steps>;
  /** A fresh id that begins with `prefix`. */
  newId(prefix: string): string;
  emit(type: string, fields: Fields): void;
  /** Takes these steps among those of all other work. */
  work(steps: Steps): void;
}

/** Tells that an item has come, or that it is complete. */
export const tell = (context: Context, what: 'added' | 'done', item: Item): void => {
  const { conversation, dialect, emit } = context;
  const previous_item_id = conversation.previousId(item.id);
  emit(`conversation.item.${what}`, { previous_item_id, item: itemToWire(item, dialect) });
};

/** Tells of an item that is complete as it comes. */
export const announce = (context: Context, item: Item): void => {
  tell(context, 'added', item);
  tell(context, 'done', item);
};
