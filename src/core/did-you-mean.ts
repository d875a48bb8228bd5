// "Did you mean": the option of a list that is most similar to a word.

import { distance } from 'fastest-levenshtein';

const MAX_WORD_CHARACTERS = 64;
const MIN_PREFIX_CHARACTERS = 3;

/** The option that `typed` may be a misspelling or the beginning of; undefined where none is similar enough. */
export const didYouMean = (typed: string, options: readonly string[]): string | undefined => {
  const bare = (word: string) => word.toLowerCase().replaceAll(/[-_\s]/g, '');
  const word = bare(typed.slice(0, MAX_WORD_CHARACTERS));
  if (word === '') return undefined;
  const ranked = options
    .map((option) => ({ option, edits: distance(word, bare(option)) }))
    .sort((one, other) => one.edits - other.edits);
  const [best] = ranked;
  if (best === undefined) return undefined;
  // A third of the letters; at least 2, since two swapped letters count as 2, but 1 in a very short word.
  const longest = Math.max(word.length, bare(best.option).length);
  const maxEdits = Math.max(longest < 4 ? 1 : 2, Math.floor(longest / 3));
  if (best.edits <= maxEdits) return best.option;
  return options.find((option) => hasPrefix(bare(option), word) || hasPrefix(word, bare(option)));
};

const hasPrefix = (word: string, prefix: string): boolean =>
  prefix.length >= MIN_PREFIX_CHARACTERS && word.startsWith(prefix);
