// Triggers that a person has written down: a JSON file that names utterances, by number or by a recording
// of them, and what the parrot is to call when it hears them.

import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { readWav } from '../../audio/wav/wav-file.ts';
import { readTextFile } from '../../config/text-file.ts';
import { ConfigError, errorMessage } from '../../core/errors.ts';
import { speechFeatures } from '../hearing/speech-features.ts';
import type { ReplyEnding } from './reply-script.ts';
import type { CallTrigger } from './triggers.ts';

const LARGEST_FILE_BYTES = 1024 * 1024;

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

const trigger = z
  .strictObject({
    turn: z.int().min(1).optional(),
    heard: z.string().min(1).optional(),
    calls: z.array(call).min(1),
    spoken: z.boolean().optional(),
    ending: z.enum(['completed', 'cancelled', 'failed', 'incomplete']).optional(),
  })
  .refine(({ turn, heard }) => (turn === undefined) !== (heard === undefined), {
    error: 'expected either "turn" or "heard"',
  });

const triggers = z.array(trigger);

/** `[0].calls[1].name` */
const written = (path: readonly PropertyKey[]): string =>
  path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');

const jsonOf = (path: string): unknown => {
  const file = readTextFile(path, 'The file of calls', LARGEST_FILE_BYTES);
  if (file === undefined) throw new ConfigError(`There is no file of calls ${path}.`);
  try {
    return JSON.parse(file.text);
  } catch (error) {
    const reason = errorMessage(error);
    throw new ConfigError(`The file of calls ${path} is not JSON: ${reason}.`, { cause: error });
  }
};

const check = (path: string, value: unknown): z.infer<typeof triggers> => {
  const result = triggers.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = written(issue?.path ?? []);
  const at = place === '' ? '' : `, at ${place}`;
  throw new ConfigError(`The file of calls ${path} is wrong${at}: ${issue?.message}.`);
};

/** A recording that a trigger names. */
const recording = async (path: string, name: string): Promise<Buffer> => {
  const wav = resolve(dirname(path), name);
  const pcm = await readWav(wav).catch((error: Error) => {
    throw new ConfigError(
      `The file of calls ${path} names a recording that cannot be had: ${error.message}`,
      {
        cause: error,
      },
    );
  });
  if (speechFeatures(pcm).length > 0) return pcm;
  throw new ConfigError(
    `The file of calls ${path} names ${wav}, which holds no sound, or too much to be one sentence.`,
  );
};

/**
 * The triggers of a JSON file: `[{ "turn": 1, "calls": [{ "name": "get_time", "arguments": {} }] }]`, where
 * `"heard": "light.wav"` (relative to the file) may stand for `turn`, `arguments` may be a text, which is
 * sent as it is, and `spoken` (boolean) and `ending` (a response's status) may be added.
 * @throws ConfigError: one sentence, with the path, for whatever is wrong
 */
export const readTriggers = async (path: string): Promise<readonly CallTrigger[]> => {
  const entries = check(path, jsonOf(path));
  return Promise.all(
    entries.map(async ({ turn, heard, calls, spoken, ending }) => ({
      ...(turn === undefined ? {} : { turn }),
      ...(heard === undefined ? {} : { heard: await recording(path, heard) }),
      calls: calls.map(({ name, arguments: given }) => ({
        name,
        arguments: typeof given === 'string' ? given : JSON.stringify(given),
      })),
      ...(spoken === undefined ? {} : { spoken }),
      ...(ending === undefined ? {} : { ending: endings[ending] }),
    })),
  );
};
