// Who may come in, decided from the request alone. The real service turns nobody away at the door: it lets
// the WebSocket open, says what is wrong, and closes it with a code of its own. Pure.

import { Refusal } from '../schemas/api-error.ts';

export interface Visitor {
  /** Path and query, as in the request line. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface DoorRules {
  readonly dialect: 'ga' | 'beta';
  /** The only key that is let in; undefined: any, and none. */
  readonly key: string | undefined;
}

export interface Refused {
  readonly refusal: Refusal;
  readonly closeCode: number;
  readonly closeReason: string;
}

export type Admission = Refused | { readonly model: string };

/** OpenAI's own path, and Azure's. */
const PATHS = ['/v1/realtime', '/openai/v1/realtime', '/openai/realtime'];

const AUTHENTICATION = 3000;
const REQUEST = 4000;

const parse = (url: string): URL | undefined =>
  URL.canParse(url, 'ws://parrot') ? new URL(url, 'ws://parrot') : undefined;

export const isRealtimePath = (url: string): boolean => PATHS.includes(parse(url)?.pathname ?? '');

const header = ({ headers }: Visitor, name: string): string => {
  const value = headers[name] ?? '';
  return typeof value === 'string' ? value : value.join(', ');
};

/** Browsers cannot set headers; they put theirs among the subprotocols. */
const subprotocols = (visitor: Visitor): string[] =>
  header(visitor, 'sec-websocket-protocol')
    .split(',')
    .map((name) => name.trim());

const keysOf = (visitor: Visitor): string[] => [
  header(visitor, 'authorization').replace(/^Bearer\s+/i, ''),
  header(visitor, 'api-key'),
  ...subprotocols(visitor).map((name) => name.replace(/^openai-insecure-api-key\./, '')),
];

const wantsBeta = (visitor: Visitor): boolean =>
  header(visitor, 'openai-beta').includes('realtime=v1') ||
  subprotocols(visitor).includes('openai-beta.realtime-v1');

/** Names of OpenAI's that are models of something else. Whatever others call theirs is welcome. */
const isForeignModel = (model: string): boolean =>
  /^(gpt|chatgpt|o\d|whisper|tts|dall-e|text|codex|omni)-/.test(model) && !/realtime|^gpt-audio/.test(model);

const refuse = (closeCode: number, code: string, sentence: string): Refused => ({
  refusal: new Refusal(sentence, { code }),
  closeCode,
  closeReason: `invalid_request_error.${code}`,
});

export const admit = (visitor: Visitor, { dialect, key }: DoorRules): Admission => {
  if (key !== undefined && !keysOf(visitor).includes(key)) {
    const sentence = 'Incorrect API key provided. The parrot was started with a key and takes no other.';
    return refuse(AUTHENTICATION, 'invalid_api_key', sentence);
  }
  if (dialect === 'ga' && wantsBeta(visitor)) {
    const sentence =
      'The Realtime Beta API is no longer supported. ' +
      'Remove the OpenAI-Beta header and use the event shapes of the GA API.';
    return refuse(REQUEST, 'beta_api_shape_disabled', sentence);
  }
  const query = parse(visitor.url)?.searchParams;
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
