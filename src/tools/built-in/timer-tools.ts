// Kitchen timers, by voice. The name is optional: most people set one timer at a time. The output repeats the
// duration, since a duration is easily misheard.

import { ToolError } from '../../core/errors.ts';
import { formatDuration } from '../../core/format-duration.ts';
import type { Timers } from '../../timers/timers.ts';
import type { Tool, ToolArguments, ToolResult } from '../tool.ts';

const TIMEOUT_MS = 5000;
const MAX_LISTED = 50;

const setDescription =
  'Sets a kitchen timer on this speaker: it rings here when the time is up, without a network, and after a ' +
  'power cut too. Call it whenever the person wants a timer, or to be reminded after a while. Give the duration ' +
  'as hours, minutes and seconds, which are added up: "an hour and a half" is hours 1, minutes 30. For a time of ' +
  'day, ask get_time first and give what is left until then. From 1 second to 7 days. Several may run at the same ' +
  'time. Afterwards say in a few words what was set and when it rings.';

const listDescription =
  'Lists the timers that are set, the next to ring first, with what is left of each. Call it when the person asks ' +
  'how long a timer still takes, or which timers there are; you do not know it otherwise.';

const cancelDescription =
  'Cancels one timer. Where the person names none, call list_timers first. When several have the name, the ' +
  'error lists them: ask the person which one, then give its id.';

const durationPart = (unit: string) => ({
  type: 'number',
  minimum: 0,
  description: `${unit} of the duration; 0 where left out`,
});

const numberIn = (value: unknown): number => (typeof value === 'number' ? value : 0);

const durationMsOf = ({ hours, minutes, seconds }: ToolArguments): number => {
  const totalS = numberIn(hours) * 3600 + numberIn(minutes) * 60 + numberIn(seconds);
  if (!(totalS > 0))
    throw new ToolError('duration-missing', 'The timer has no duration: give hours, minutes or seconds.');
  return totalS * 1000;
};

const result = (value: object): ToolResult => ({ output: JSON.stringify(value) });

export const timerTools = (timers: Timers): Tool[] => [
  {
    name: 'set_timer',
    description: setDescription,
    parameters: {
      type: 'object',
      properties: {
        name: {
          type: 'string',
          description:
            'What it is for, in the words of the person, such as "eggs"; leave it out where none was given',
        },
        hours: durationPart('Hours'),
        minutes: durationPart('Minutes'),
        seconds: durationPart('Seconds'),
      },
      additionalProperties: false,
    },
    timeoutMs: TIMEOUT_MS,
    run: async (args) => {
      const durationMs = durationMsOf(args);
      const named = typeof args['name'] === 'string' ? { name: args['name'] } : {};
      const { id, name } = timers.set({ ...named, durationMs });
      return result({ set: name, rings_in: formatDuration(durationMs), id });
    },
  },
  {
    name: 'list_timers',
    description: listDescription,
    parameters: { type: 'object', properties: {}, additionalProperties: false },
    timeoutMs: TIMEOUT_MS,
    run: async () => {
      const all = timers.list();
      const views = all.slice(0, MAX_LISTED).map(({ id, name, remainingMs }) => {
        return { id, name, remaining: remainingMs === 0 ? 'rings now' : formatDuration(remainingMs) };
      });
      const more = all.length - views.length;
      return result({ timers: views, ...(more > 0 ? { more } : {}) });
    },
  },
  {
    name: 'cancel_timer',
    description: cancelDescription,
    parameters: {
      type: 'object',
      properties: { timer: { type: 'string', description: 'Its name or its id, as list_timers gives them' } },
      required: ['timer'],
      additionalProperties: false,
    },
    timeoutMs: TIMEOUT_MS,
    run: async ({ timer }) => {
      if (typeof timer !== 'string')
        throw new ToolError('timer-not-named', 'The timer is missing: give its name or its id.');
      const { id, name } = timers.cancel(timer);
      return result({ cancelled: name, id });
    },
  },
];
