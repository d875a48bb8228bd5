// What a response has used, as its `response.done` tells. Pure.

import type { Usage } from '../../core/ports.ts';
import { record } from './server-event.ts';

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** @param usage of the response @returns undefined where it counts neither input nor output */
export const usageOf = (usage: Readonly<Record<string, unknown>> | undefined): Usage | undefined => {
  const [input, output] = [count(usage?.['input_tokens']), count(usage?.['output_tokens'])];
  if (input === undefined && output === undefined) return undefined;
  const [inputDetails, outputDetails] = ['input_token_details', 'output_token_details'].map((name) =>
    record(usage?.[name]),
  );
  return {
    inputTokens: input ?? 0,
    cachedInputTokens: count(inputDetails?.['cached_tokens']) ?? 0,
    inputAudioTokens: count(inputDetails?.['audio_tokens']) ?? 0,
    outputTokens: output ?? 0,
    outputAudioTokens: count(outputDetails?.['audio_tokens']) ?? 0,
  };
};
