// Built-in tools that need nothing of the machine: the end of the conversation, and the time.

import { ToolError } from '../../core/errors.ts';
import type { Tool, ToolArguments } from '../tool.ts';

const timeoutMs = 5000;

export const endConversation: Tool = {
  name: 'end_conversation',
  description:
    'Ends the conversation. Call it when the person says goodbye, thanks you for the last time, or asks you to ' +
    'stop listening. Say a short goodbye with it.',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  timeoutMs,
  run: () => Promise.resolve({ output: '{"ending":true,"say":"a short goodbye"}', next: 'hangUp' }),
};

const clockIn = (now: Date, timeZone: string | undefined): object => {
  const zone = timeZone === undefined ? {} : { timeZone };
  // Swedish dates are ISO 8601.
  const date = new Intl.DateTimeFormat('sv', zone).format(now);
  const time = new Intl.DateTimeFormat('sv', { ...zone, timeStyle: 'medium' }).format(now);
  const weekday = new Intl.DateTimeFormat('en', { ...zone, weekday: 'long' }).format(now);
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
  timeoutMs,
  run: (args) => {
    try {
      return Promise.resolve({ output: JSON.stringify(clockIn(now(), readZone(args))) });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return Promise.reject(
        new ToolError('There is no such time zone: give an IANA name such as "Asia/Tokyo".'),
      );
    }
  },
});
