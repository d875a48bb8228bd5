// How long, in words: for the service, which says them in the language of the person, and for the log.

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/**
 * "1 h 9 min 58 s"; begun seconds count, so that what is left is never told as nothing.
 * @param mostUnits how many of them: with 2 it is "1 h 9 min"
 */
export const durationWords = (ms: number, mostUnits: number = units.length): string => {
  let seconds = Math.max(0, Math.ceil(ms / 1000));
  const words: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size);
    if (count > 0) words.push(`${count} ${unit}`);
    seconds -= count * size;
  }
  return words.slice(0, mostUnits).join(' ') || '0 s';
};
