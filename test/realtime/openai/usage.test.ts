import { expect, test } from 'vitest';
import { created, done, ready } from './recorder.ts';

const nothing = {
  inputTokens: 0,
  cachedInputTokens: 0,
  inputAudioTokens: 0,
  outputTokens: 0,
  outputAudioTokens: 0,
};

test.each([
  [undefined, undefined],
  [{}, undefined],
  [{ input_tokens: '90', output_tokens: null }, undefined],
  [{ input_tokens: -1 }, undefined],
  [{ input_tokens: 1.5 }, undefined],
  [{ input_tokens: 90 }, { ...nothing, inputTokens: 90 }],
  [
    { output_tokens: 7, input_token_details: [3], output_token_details: 'x' },
    { ...nothing, outputTokens: 7 },
  ],
  [
    {
      input_tokens: 90,
      output_tokens: 70,
      input_token_details: { cached_tokens: 60, audio_tokens: 20, text_tokens: 10 },
      output_token_details: { audio_tokens: 50, text_tokens: 20 },
    },
    { inputTokens: 90, cachedInputTokens: 60, inputAudioTokens: 20, outputTokens: 70, outputAudioTokens: 50 },
  ],
])('%j', (usage, expected) => {
  const { receive, used } = ready();
  receive(created('r1'), done('r1', { usage }));
  expect(used[0]).toEqual(expected);
});

test('every response tells what it has used, one that failed too', () => {
  const { receive, used } = ready();
  const response = { id: 'r1', output: [], usage: { input_tokens: 5, output_tokens: 3 } };
  receive(
    { type: 'response.created', response: { id: 'r1' } },
    { type: 'response.done', response: { ...response, status: 'completed' } },
    { type: 'response.created', response: { id: 'r2' } },
    { type: 'response.done', response: { ...response, id: 'r2', status: 'failed' } },
    { type: 'response.created', response: { id: 'r3' } },
    { type: 'response.done', response: { id: 'r3', status: 'completed' } },
  );
  const once = { ...nothing, inputTokens: 5, outputTokens: 3 };
  expect(used).toEqual([once, once]);
});
