import { describe, expect, test } from 'vitest';
import {
  type AuthorizationRules,
  authorize,
  type HandshakeRequest,
  isRealtimePath,
} from '../../../src/parrot/server/authorize.ts';

const ga: AuthorizationRules = { dialect: 'ga', key: undefined };
const beta: AuthorizationRules = { dialect: 'beta', key: undefined };
const locked: AuthorizationRules = { dialect: 'ga', key: 'sk-right' };

const visit = (query: string, headers: HandshakeRequest['headers'] = {}): HandshakeRequest => ({
  url: `/v1/realtime${query}`,
  headers,
});
const withModel = (headers: HandshakeRequest['headers'] = {}): HandshakeRequest =>
  visit('?model=gpt-realtime-2.1', headers);

test.each([
  ['?model=gpt-realtime-2.1', 'gpt-realtime-2.1'],
  ['?model=gpt-4o-realtime-preview&x=1', 'gpt-4o-realtime-preview'],
  ['?model=qwen3-omni', 'qwen3-omni'],
  ['?api-version=2025-04-01-preview&deployment=kitchen', 'kitchen'],
])('%s is let in as %s', (query, model) => {
  expect(authorize(visit(query), ga)).toEqual({ model });
});

describe('refused', () => {
  test.each(['', '?model=', '?call_id=rtc_1', '?intent=transcription'])('without a model: "%s"', (query) => {
    expect(authorize(visit(query), ga)).toMatchObject({
      error: { code: 'missing_model', type: 'invalid_request_error' },
      closeCode: 4000,
      closeReason: 'invalid_request_error.missing_model',
    });
  });

  test.each(['gpt-live-1', 'gpt-5.2', 'whisper-1', 'gpt-4o-transcribe', 'o3-mini'])(
    'with a model of something else: %s',
    (model) => {
      expect(authorize(visit(`?model=${model}`), ga)).toMatchObject({
        error: { code: 'invalid_model', message: expect.stringContaining(model) },
        closeCode: 4000,
        closeReason: 'invalid_request_error.invalid_model',
      });
    },
  );

  test.each<HandshakeRequest['headers']>([
    { 'openai-beta': 'realtime=v1' },
    { 'openai-beta': ['assistants=v2', 'realtime=v1'] },
    { 'sec-websocket-protocol': 'realtime, openai-beta.realtime-v1' },
  ])('by a GA server, with the beta header: %j', (headers) => {
    expect(authorize(withModel(headers), ga)).toMatchObject({
      error: { code: 'beta_api_shape_disabled' },
      closeCode: 4000,
      closeReason: 'invalid_request_error.beta_api_shape_disabled',
    });
    expect(authorize(withModel(headers), beta)).toEqual({ model: 'gpt-realtime-2.1' });
  });

  test('a beta server needs no header', () => {
    expect(authorize(withModel(), beta)).toEqual({ model: 'gpt-realtime-2.1' });
  });

  test.each<HandshakeRequest['headers']>([
    {},
    { authorization: 'Bearer sk-wrong' },
    { authorization: 'Bearer ' },
    { 'api-key': 'sk-wrong' },
    { 'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-wrong' },
  ])('with the wrong key: %j', (headers) => {
    const admission = authorize(withModel(headers), locked);
    expect(admission).toMatchObject({
      error: { code: 'invalid_api_key', message: expect.stringMatching(/^Incorrect API key provided/) },
      closeCode: 3000,
      closeReason: 'invalid_request_error.invalid_api_key',
    });
    expect(JSON.stringify(admission)).not.toContain('sk-');
  });

  test.each<HandshakeRequest['headers']>([
    { authorization: 'Bearer sk-right' },
    { authorization: 'bearer sk-right' },
    { 'api-key': 'sk-right' },
    { 'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-right' },
  ])('not with the right one: %j', (headers) => {
    expect(authorize(withModel(headers), locked)).toEqual({ model: 'gpt-realtime-2.1' });
  });
});

test.each([
  ['/v1/realtime', true],
  ['/v1/realtime?model=x', true],
  ['/openai/v1/realtime?model=x', true],
  ['/openai/realtime?deployment=x', true],
  ['/v1/realtime/', false],
  ['/v1/responses', false],
  ['/', false],
  ['//', false],
  ['', false],
  ['http://[', false],
])('the path %s: %s', (url, expected) => {
  expect(isRealtimePath(url)).toBe(expected);
});
