// A duration as text, for the log and for the service, which says it in the language of the person.

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/**
 * "1 h 9 min 58 s"; seconds are rounded up, so that a remaining time is never "0 s".
 * @param maxUnits how many units: with 2 it is "1 h 9 min"
 */
export const formatDuration = (ms: number, maxUnits: number = units.length): string => {
  let seconds = Math.max(0, Math.ceil(ms / 1000));
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    seconds -= count * size;
  }
  return parts.slice(0, maxUnits).join(' ') || '0 s';
};
