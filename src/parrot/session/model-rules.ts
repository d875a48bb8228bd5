// What a session or a response may ask for depends on more than its shape: on the model, and on what was said
// already. One set of rules for both dialects. Only OpenAI's own models have known rules: those of
// other services have voices and options of their own, which the parrot accepts.

import { ApiError } from '../schemas/api-error.ts';
import { invalidValue } from '../schemas/validate.ts';

type Voice = string | { readonly id: string } | undefined;

const isOpenAi = (model: string): boolean => /^gpt-/.test(model);

/** gpt-realtime-2, -2.1, -2.1-mini; not gpt-realtime-2025-08-28, which is a date. */
const reasons = (model: string): boolean => /^gpt-realtime-2(?!\d)/.test(model);

export const refuseOtherModel = (wanted: string | undefined, model: string): void => {
  if (wanted !== undefined && wanted !== model) throw invalidValue('session.model', wanted, [model]);
};

/** A name that is none of the voices; an object is a custom voice, which the parrot cannot know. */
export const refuseUnknownVoice = (
  param: string,
  wanted: Voice,
  voices: readonly string[],
  model: string,
): void => {
  if (typeof wanted !== 'string' || voices.includes(wanted) || !isOpenAi(model)) return;
  throw invalidValue(param, wanted, voices);
};

/** To be called after the voice was used. */
export const refuseOtherVoice = (param: string, wanted: Voice, voice: Voice): void => {
  if (wanted === undefined || JSON.stringify(wanted) === JSON.stringify(voice)) return;
  throw new ApiError("Cannot update a conversation's voice if assistant audio is present.", {
    code: 'cannot_update_voice',
    param,
  });
};

/** `place`: `session` or `response`. */
export const refuseReasoning = (
  place: string,
  given: { readonly reasoning?: unknown; readonly parallel_tool_calls?: unknown },
  model: string,
): void => {
  if (reasons(model) || !isOpenAi(model)) return;
  for (const option of ['reasoning', 'parallel_tool_calls'] as const) {
    if (given[option] === undefined) continue;
    const param = `${place}.${option}`;
    throw new ApiError(`Unsupported option for this model: '${param}'.`, { code: 'invalid_value', param });
  }
};
