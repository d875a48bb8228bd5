// The conversation as the service remembers it: items in order, each with its parts, and the audio of as
// many of them as the memory limit allows. At the limit the oldest audio is dropped first, then the oldest items.

export type PartType = 'input_text' | 'input_audio' | 'input_image' | 'output_text' | 'output_audio';

export interface Part {
  readonly type: PartType;
  text?: string;
  /** null: not known (yet). */
  transcript?: string | null;
  /** Undefined once dropped. */
  audio?: Buffer | undefined;
  readonly image?: Readonly<Record<string, unknown>>;
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface Item {
  readonly id: string;
  /** `message`, or any other type: those keep their fields as they came. */
  readonly type: string;
  readonly role?: 'user' | 'assistant' | 'system';
  status: ItemStatus;
  readonly content: Part[];
  /** Its other fields, as on the wire. */
  fields: Readonly<Record<string, unknown>>;
  /** The response that made it: the calls of one response are answered together. */
  readonly responseId?: string;
}

export const MAX_ITEMS = 1000;
export const MAX_KEPT_BYTES = 16 * 1024 * 1024;

export const newMessage = (
  id: string,
  role: 'user' | 'assistant' | 'system',
  status: ItemStatus,
  content: Part[],
): Item => ({ id, type: 'message', role, status, content, fields: {} });

const weightOfWords = ({ text, transcript, image }: Part): number =>
  (text?.length ?? 0) + (transcript?.length ?? 0) + (image === undefined ? 0 : JSON.stringify(image).length);

/** The size of an item without its audio. */
const weightOf = ({ content, fields }: Item): number =>
  content.reduce((sum, part) => sum + weightOfWords(part), JSON.stringify(fields).length);

/**
 * The memory that audio lies in, the oldest first, and the parts that share it: a reply has its utterance's,
 * and even the shortest piece of it keeps all of it.
 */
const memories = (items: readonly Item[]): Map<ArrayBufferLike, Part[]> => {
  const found = new Map<ArrayBufferLike, Part[]>();
  for (const part of items.flatMap((item) => item.content)) {
    if (part.audio === undefined) continue;
    const memory = part.audio.buffer;
    found.set(memory, [...(found.get(memory) ?? []), part]);
  }
  return found;
};

export class Conversation {
  readonly id: string;
  readonly #items: Item[] = [];
  readonly #turns = new WeakMap<Item, number>();
  #turnCount = 0;

  constructor(id: string) {
    this.id = id;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  find(id: string): Item | undefined {
    return this.#items.find((item) => item.id === id);
  }

  /** The id of the item before this one, for `previous_item_id`. */
  previousId(id: string): string | null {
    return this.#items[this.#items.findIndex((item) => item.id === id) - 1]?.id ?? null;
  }

  lastId(): string | null {
    return this.#items.at(-1)?.id ?? null;
  }

  /** Which of the person's utterances this item is, from 1, dropped ones counted; undefined: none. */
  turnOf(item: Item): number | undefined {
    return this.#turns.get(item);
  }

  /** Adds at the end, or after the item named, or with `root` at the beginning. */
  add(item: Item, after?: string): void {
    const index = after === 'root' ? 0 : this.#items.findIndex(({ id }) => id === after) + 1;
    if (after === undefined) this.#items.push(item);
    else this.#items.splice(index, 0, item);
    if (item.role === 'user') this.#turns.set(item, ++this.#turnCount);
    this.keepWithinLimits();
  }

  remove(id: string): boolean {
    const index = this.#items.findIndex((item) => item.id === id);
    if (index >= 0) this.#items.splice(index, 1);
    return index >= 0;
  }

  /** To be called when an item has grown. The newest item always stays whole. */
  keepWithinLimits(): void {
    const kept = memories(this.#items);
    let surplus = this.#items.reduce((sum, item) => sum + weightOf(item), 0) - MAX_KEPT_BYTES;
    for (const memory of kept.keys()) surplus += memory.byteLength;
    for (const memory of memories(this.#items.slice(-1)).keys()) kept.delete(memory);
    for (const [memory, parts] of kept) {
      if (surplus <= 0) break;
      for (const part of parts) part.audio = undefined;
      surplus -= memory.byteLength;
    }
    while (this.#items.length > 1 && (surplus > 0 || this.#items.length > MAX_ITEMS)) {
      const oldest = this.#items.shift();
      surplus -= oldest === undefined ? 0 : weightOf(oldest);
    }
  }
}
