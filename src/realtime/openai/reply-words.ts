// The words of a reply: the transcript of its sound, or its text where it has no sound. A service may tell them in
// pieces, as a whole, or only with the end of the response. Pure.

import type { ServerItem } from './server-event.ts';

/** The log holds a line of it; a response may never end. */
const MAX_LENGTH = 65_536;

export class ReplyWords {
  #pieces = '';
  #wasTold = false;

  /** A new response. */
  begin(): void {
    this.#pieces = '';
    this.#wasTold = false;
  }

  piece(text: string): void {
    if (this.#pieces.length < MAX_LENGTH) this.#pieces += text;
  }

  /** @param text the whole, '' where the service does not repeat it @returns what to report, '' for nothing */
  whole(text: string): string {
    const words = text || this.#pieces;
    this.#pieces = '';
    if (words !== '') this.#wasTold = true;
    return words;
  }

  /** @param output of the response @returns what was not reported before, '' for nothing */
  end(output: readonly ServerItem[]): string {
    const words =
      this.#pieces ||
      (this.#wasTold
        ? ''
        : output
            .map((item) => item.words)
            .join(' ')
            .trim());
    this.#pieces = '';
    if (words !== '') this.#wasTold = true;
    return words;
  }

  /** Words of the newest response were reported. */
  get wereTold(): boolean {
    return this.#wasTold;
  }
}
