// Triggers of calls, each for one utterance of a session, and their JSON file.

import * as z from 'zod';
import { ConfigError, errorMessage } from '../../core/errors.ts';
import { readTextFile } from '../../system/text-file.ts';
import { written } from '../schemas/validate.ts';
import type { ReplyEnding, ReplyScript } from './reply-script.ts';

export interface CallTrigger {
  /** The n-th utterance of a session, from 1; written messages count too. */
  readonly turn: number;
  /** One after the other, in one response. `arguments`: raw text, which may be bad JSON. */
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  /** The utterance is repeated before the calls. Default false. */
  readonly spoken?: boolean;
  /** Default: completed. */
  readonly ending?: ReplyEnding;
}

/** The response of the trigger for this turn; the usual one where there is none. */
export const scriptFor = (triggers: readonly CallTrigger[], turn: number | undefined): ReplyScript => {
  const trigger = triggers.find((one) => one.turn === turn);
  if (trigger === undefined) return {};
  const { calls, spoken = false, ending = { status: 'completed' } } = trigger;
  return { items: [...(spoken ? [{}] : []), ...calls.map((call) => ({ call }))], ending };
};

const MAX_FILE_BYTES = 1024 * 1024;

const endings = {
  completed: { status: 'completed' },
  cancelled: { status: 'cancelled', reason: 'turn_detected' },
  failed: { status: 'failed', code: 'server_error' },
  incomplete: { status: 'incomplete', reason: 'max_output_tokens' },
} as const satisfies Record<string, ReplyEnding>;

const call = z.strictObject({
  name: z.string().min(1),
  arguments: z
    .union([z.string(), z.record(z.string(), z.unknown())], {
      error: 'expected an object, or a text that is sent as it is',
    })
    .transform((given) => (typeof given === 'string' ? given : JSON.stringify(given))),
});

const triggers = z.array(
  z.strictObject({
    turn: z.int().min(1),
    calls: z.array(call).min(1),
    spoken: z.boolean().exactOptional(),
    ending: z
      .enum(['completed', 'cancelled', 'failed', 'incomplete'])
      .transform((status) => endings[status])
      .exactOptional(),
  }),
);

const jsonOf = (path: string): unknown => {
  const file = readTextFile(path, 'The file of calls', MAX_FILE_BYTES);
  if (file === undefined)
    throw new ConfigError('calls-file-missing', `There is no file of calls ${path}: check the path.`);
  try {
    return JSON.parse(file.text);
  } catch (error) {
    const reason = errorMessage(error);
    throw new ConfigError('calls-file-not-json', `The file of calls ${path} is not JSON: ${reason}.`);
  }
};

/**
 * The triggers of a JSON file: `[{ "turn": 1, "calls": [{ "name": "get_time", "arguments": {} }] }]`, where
 * `arguments` may be a string, which is sent as it is, and `spoken` (boolean) and `ending` (a response's status)
 * may be added.
 * @throws ConfigError: one sentence, with the path, for each fault
 */
export const readTriggers = (path: string): readonly CallTrigger[] => {
  const result = triggers.safeParse(jsonOf(path));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = written(issue?.path ?? []);
  const at = place === '' ? '' : `, at ${place}`;
  throw new ConfigError('calls-file-invalid', `The file of calls ${path} is wrong${at}: ${issue?.message}.`);
};
