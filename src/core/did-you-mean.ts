// "Did you mean": the word of a list that another was meant to be.

import { distance } from 'fastest-levenshtein';

/** The option that `typed` was meant to be: a slip of a third of its letters, or its beginning. */
export const didYouMean = (typed: string, options: readonly string[]): string | undefined => {
  const bare = (word: string) => word.toLowerCase().replaceAll(/[-_\s]/g, '');
  const wanted = bare(typed.slice(0, 64));
  if (wanted === '') return undefined;
  const ranked = options
    .map((option) => ({ option, slips: distance(wanted, bare(option)) }))
    .sort((one, other) => one.slips - other.slips);
  const [best] = ranked;
  if (best === undefined) return undefined;
  // Two neighbours swapped, the commonest slip, count as two; in a very short word two is anything.
  const longest = Math.max(wanted.length, bare(best.option).length);
  const allowed = Math.max(longest < 4 ? 1 : 2, Math.floor(longest / 3));
  if (best.slips <= allowed) return best.option;
  return options.find((option) => begins(bare(option), wanted) || begins(wanted, bare(option)));
};

const begins = (whole: string, start: string): boolean => start.length >= 3 && whole.startsWith(start);
