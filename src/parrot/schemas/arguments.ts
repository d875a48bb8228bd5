// The arguments of a call as they are streamed: raw text in small pieces, as a model writes it.

import type { Item } from '../session/items.ts';

const PIECE_CHARACTERS = 8;

export class Arguments {
  readonly #item: Item;
  readonly #unsaid: string[];
  #written = '';

  /** `item`: where they are written, as they come, under `arguments`. */
  constructor(item: Item, text: string) {
    this.#item = item;
    const characters = [...text];
    const count = Math.ceil(characters.length / PIECE_CHARACTERS);
    this.#unsaid = Array.from({ length: count }, (_, i) =>
      characters.slice(i * PIECE_CHARACTERS, (i + 1) * PIECE_CHARACTERS).join(''),
    );
  }

  get written(): string {
    return this.#written;
  }

  get unsaid(): boolean {
    return this.#unsaid.length > 0;
  }

  /** The next piece; undefined: that was all. */
  next(): string | undefined {
    const piece = this.#unsaid.shift();
    if (piece === undefined) return undefined;
    this.#written += piece;
    this.#item.fields = { ...this.#item.fields, arguments: this.#written };
    return piece;
  }
}
