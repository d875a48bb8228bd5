// A JSON file of triggers: which calls the parrot makes at which utterance.

import * as z from 'zod';
import { readTextFile } from '../../config/text-file.ts';
import { ConfigError, errorMessage } from '../../core/errors.ts';
import type { ReplyEnding } from './reply-script.ts';
import type { CallTrigger } from './triggers.ts';

const MAX_FILE_BYTES = 1024 * 1024;

const endings = {
  completed: { status: 'completed' },
  cancelled: { status: 'cancelled', reason: 'turn_detected' },
  failed: { status: 'failed', code: 'server_error' },
  incomplete: { status: 'incomplete', reason: 'max_output_tokens' },
} as const satisfies Record<string, ReplyEnding>;

const call = z.strictObject({
  name: z.string().min(1),
  arguments: z.union([z.string(), z.record(z.string(), z.unknown())], {
    error: 'expected an object, or a text that is sent as it is',
  }),
});

const trigger = z.strictObject({
  turn: z.int().min(1),
  calls: z.array(call).min(1),
  spoken: z.boolean().optional(),
  ending: z.enum(['completed', 'cancelled', 'failed', 'incomplete']).optional(),
});

const triggers = z.array(trigger);

/** `[0].calls[1].name` */
const written = (path: readonly PropertyKey[]): string =>
  path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');

const jsonOf = (path: string): unknown => {
  const file = readTextFile(path, 'The file of calls', MAX_FILE_BYTES);
  if (file === undefined) throw new ConfigError('calls-file-missing', `There is no file of calls ${path}.`);
  try {
    return JSON.parse(file.text);
  } catch (error) {
    const reason = errorMessage(error);
    throw new ConfigError('calls-file-not-json', `The file of calls ${path} is not JSON: ${reason}.`);
  }
};

const check = (path: string, value: unknown): z.infer<typeof triggers> => {
  const result = triggers.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = written(issue?.path ?? []);
  const at = place === '' ? '' : `, at ${place}`;
  throw new ConfigError('calls-file-invalid', `The file of calls ${path} is wrong${at}: ${issue?.message}.`);
};

/**
 * The triggers of a JSON file: `[{ "turn": 1, "calls": [{ "name": "get_time", "arguments": {} }] }]`, where
 * `arguments` may be a string, which is sent as it is, and `spoken` (boolean) and `ending` (a response's status)
 * may be added.
 * @throws ConfigError: one sentence, with the path, for each fault
 */
export const readTriggers = (path: string): readonly CallTrigger[] =>
  check(path, jsonOf(path)).map(({ turn, calls, spoken, ending }) => ({
    turn,
    calls: calls.map(({ name, arguments: given }) => ({
      name,
      arguments: typeof given === 'string' ? given : JSON.stringify(given),
    })),
    ...(spoken === undefined ? {} : { spoken }),
    ...(ending === undefined ? {} : { ending: endings[ending] }),
  }));
