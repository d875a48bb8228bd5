// The time and the date, here or elsewhere.

import { ToolError } from '../../core/errors.ts';
import type { Tool, ToolArguments } from '../tool.ts';

/** Each takes 30 KB of memory outside of Node's heap, which it gets back late. */
const MAX_FORMATS = 8;
const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError where there is no such zone */
const formatOf = (timeZone: string | undefined): Intl.DateTimeFormat => {
  const key = timeZone ?? '';
  const format =
    formats.get(key) ??
    new Intl.DateTimeFormat('en', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      weekday: 'long',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
  // The newest is the last.
  formats.delete(key);
  formats.set(key, format);
  const [oldest] = formats.keys();
  if (formats.size > MAX_FORMATS && oldest !== undefined) formats.delete(oldest);
  return format;
};

const timeIn = (now: Date, timeZone: string | undefined): object => {
  const format = formatOf(timeZone);
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return {
    time: `${part('hour')}:${part('minute')}:${part('second')}`,
    date: `${part('year')}-${part('month')}-${part('day')}`,
    weekday: part('weekday'),
    time_zone: timeZone ?? format.resolvedOptions().timeZone,
  };
};

const readZone = ({ time_zone: zone }: ToolArguments): string | undefined =>
  typeof zone === 'string' && zone !== '' ? zone : undefined;

/** @param now for tests */
export const getTime = (now: () => Date = () => new Date()): Tool => ({
  name: 'get_time',
  description:
    'The time, the date and the day of the week: here, or in another place of the world. Call it whenever an ' +
    'answer depends on the present time; you do not know it otherwise.',
  parameters: {
    type: 'object',
    properties: {
      time_zone: { type: 'string', description: 'IANA name such as "Asia/Tokyo"; without it, the time here' },
    },
    additionalProperties: false,
  },
  timeoutMs: 5000,
  run: async (args) => {
    try {
      return { output: JSON.stringify(timeIn(now(), readZone(args))) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ToolError(
        'time-zone-unknown',
        'There is no such time zone: give an IANA name such as "Asia/Tokyo".',
      );
    }
  },
});
