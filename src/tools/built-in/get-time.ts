// The time and the date, here or elsewhere.

import { ToolError } from '../../core/errors.ts';
import type { Tool, ToolArguments } from '../tool.ts';

const timeIn = (now: Date, timeZone: string | undefined): object => {
  // Swedish dates are ISO 8601.
  const date = new Intl.DateTimeFormat('sv', { timeZone }).format(now);
  const time = new Intl.DateTimeFormat('sv', { timeZone, timeStyle: 'medium' }).format(now);
  const weekday = new Intl.DateTimeFormat('en', { timeZone, weekday: 'long' }).format(now);
  return { time, date, weekday, time_zone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone };
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
