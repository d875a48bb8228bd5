// Which requests are authorized. The real service rejects none during the handshake: it lets the WebSocket
// open, sends an error, and closes it with its own code. Pure.

import { ApiError } from '../schemas/api-error.ts';

export interface HandshakeRequest {
  /** Path and query, as in the request line. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface AuthorizationRules {
  readonly dialect: 'ga' | 'beta';
  /** The only valid key; undefined: any key, or none. */
  readonly key: string | undefined;
}

export interface Refused {
  readonly error: ApiError;
  readonly closeCode: number;
  readonly closeReason: string;
}

export type Authorization = Refused | { readonly model: string };

/** OpenAI's own path, and Azure's. */
const PATHS = ['/v1/realtime', '/openai/v1/realtime', '/openai/realtime'];

const AUTHENTICATION = 3000;
const REQUEST = 4000;

const parse = (url: string): URL | undefined =>
  URL.canParse(url, 'ws://parrot') ? new URL(url, 'ws://parrot') : undefined;

export const isRealtimePath = (url: string): boolean => PATHS.includes(parse(url)?.pathname ?? '');

const header = ({ headers }: HandshakeRequest, name: string): string =>
  [headers[name] ?? []].flat().join(', ');

/** Browsers cannot set headers; they put theirs among the subprotocols. */
const subprotocols = (request: HandshakeRequest): string[] =>
  header(request, 'sec-websocket-protocol')
    .split(',')
    .map((name) => name.trim());

const keysOf = (request: HandshakeRequest): string[] => [
  header(request, 'authorization').replace(/^Bearer\s+/i, ''),
  header(request, 'api-key'),
  ...subprotocols(request).map((name) => name.replace(/^openai-insecure-api-key\./, '')),
];

const asksForBeta = (request: HandshakeRequest): boolean =>
  header(request, 'openai-beta').includes('realtime=v1') ||
  subprotocols(request).includes('openai-beta.realtime-v1');

/** OpenAI's names of models for other purposes. Names of other vendors are accepted. */
const isForeignModel = (model: string): boolean =>
  /^(gpt|chatgpt|o\d|whisper|tts|dall-e|text|codex|omni)-/.test(model) && !/realtime|^gpt-audio/.test(model);

export const refuse = (closeCode: number, code: string, sentence: string): Refused => ({
  error: new ApiError(sentence, { code }),
  closeCode,
  closeReason: `invalid_request_error.${code}`,
});

export const authorize = (request: HandshakeRequest, { dialect, key }: AuthorizationRules): Authorization => {
  if (key !== undefined && !keysOf(request).includes(key)) {
    const sentence = 'Incorrect API key provided. The parrot was started with another key.';
    return refuse(AUTHENTICATION, 'invalid_api_key', sentence);
  }
  if (dialect === 'ga' && asksForBeta(request)) {
    const sentence =
      'The Realtime Beta API is no longer supported. ' +
      'Remove the OpenAI-Beta header and use the event shapes of the GA API.';
    return refuse(REQUEST, 'beta_api_shape_disabled', sentence);
  }
  const query = parse(request.url)?.searchParams;
  const model = query?.get('model') || query?.get('deployment') || '';
  if (model === '') {
    const sentence = 'You must provide a model parameter, for example ?model=gpt-realtime-2.1.';
    return refuse(REQUEST, 'missing_model', sentence);
  }
  if (isForeignModel(model)) {
    const sentence = `Model "${model.slice(0, 100)}" is not supported in realtime mode.`;
    return refuse(REQUEST, 'invalid_model', sentence);
  }
  return { model };
};
