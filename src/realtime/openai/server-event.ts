// The events of the service in one shape: a tolerant reading of JSON text (compatible servers leave fields out,
// add others, and send event_ids that are placeholders), with beta names turned into GA names. Pure.

import { isRecord } from '../../core/is-record.ts';
import type { Usage } from '../../core/ports.ts';
import type { Dialect } from './session-update.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of all server events that Parley reads; a missing text is ''. A value of another type is taken where its
 * meaning is clear: a number as the text of an id, arguments that are not encoded as JSON. Any other is missing.
 */
export interface ServerEvent {
  readonly type: string;
  readonly responseId: string;
  readonly itemId: string;
  readonly contentIndex: number;
  /** base64 or text, by type. */
  readonly delta: string;
  readonly transcript: string;
  /** Of a reply without sound. */
  readonly text: string;
  /** The call that an event tells of without an item. */
  readonly call: ServerItem;
  readonly session: Fields | undefined;
  readonly response: ResponseFields | undefined;
  readonly item: ServerItem | undefined;
  readonly error: ServiceError;
}

/** An item of a conversation; what is missing is ''. */
export interface ServerItem {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  /** Of a call, and of a request to approve one. */
  readonly name: string;
  /** JSON, unless the model made a mistake. */
  readonly arguments: string;
  readonly callId: string;
  /** The words of a message: the transcript of its sound, or its text. */
  readonly words: string;
  /** MCP. */
  readonly serverLabel: string;
  readonly approvalRequestId: string;
}

export interface ResponseFields {
  readonly id: string | undefined;
  readonly status: string;
  /** status_details.reason */
  readonly reason: string;
  /** status_details.error */
  readonly error: ServiceError;
  readonly usage: Usage | undefined;
  readonly output: readonly ServerItem[];
}

export interface ServiceError {
  readonly code: string;
  readonly message: string;
  readonly param: string;
  /** Of the client event that it answers; often missing. */
  readonly eventId: string;
}

/** Of the events that Parley reads. */
// A map, not an object: a type comes from outside and may be "__proto__".
const betaNames: ReadonlyMap<string, string> = new Map([
  ['response.audio.delta', 'response.output_audio.delta'],
  ['response.audio_transcript.delta', 'response.output_audio_transcript.delta'],
  ['response.audio_transcript.done', 'response.output_audio_transcript.done'],
  ['response.text.delta', 'response.output_text.delta'],
  ['response.text.done', 'response.output_text.done'],
]);

/** The event in `text`; undefined where it is not one. */
export const parseServerEvent = (text: string): ServerEvent | undefined => {
  const event = recordIn(text);
  const type = string(event?.['type']);
  if (event === undefined || type === undefined) return undefined;
  const itemId = id(event['item_id']);
  return {
    type: betaNames.get(type) ?? type,
    responseId: id(event['response_id']),
    itemId,
    contentIndex: count(event['content_index']) ?? 0,
    delta: string(event['delta']) ?? '',
    transcript: string(event['transcript']) ?? '',
    text: string(event['text']) ?? '',
    call: serverItem({ ...event, id: itemId, type: 'function_call', status: '' }),
    session: record(event['session']),
    response: responseFields(record(event['response'])),
    item: itemIn(event['item']),
    error: serviceError(event['error'], event),
  };
};

/** The error in the body of an HTTP answer; a body that is no JSON is its message. */
export const parseErrorBody = (text: string): ServiceError => {
  const body = recordIn(text);
  return body === undefined ? serviceError(text, {}) : serviceError(body['error'], body);
};

const recordIn = (text: string): Fields | undefined => {
  try {
    return record(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const responseFields = (response: Fields | undefined): ResponseFields | undefined => {
  if (response === undefined) return undefined;
  const given = response['status_details'];
  const details = record(given);
  const reason = string(details?.['reason']) ?? '';
  return {
    id: id(response['id']) || undefined,
    status: string(response['status']) ?? 'completed',
    reason,
    error: serviceError(details?.['error'] ?? string(given), { message: reason, ...details }),
    usage: usageOf(record(response['usage'])),
    output: list(response['output']).flatMap((item) => itemIn(item) ?? []),
  };
};

const itemIn = (value: unknown): ServerItem | undefined => {
  const item = record(value);
  return item === undefined ? undefined : serverItem(item);
};

const serverItem = (item: Fields): ServerItem => ({
  id: id(item['id']),
  type: string(item['type']) ?? '',
  status: string(item['status']) ?? '',
  name: string(item['name']) ?? '',
  arguments: json(item['arguments']),
  callId: id(item['call_id']),
  words: wordsIn(item['content']),
  serverLabel: string(item['server_label']) ?? '',
  approvalRequestId: id(item['approval_request_id']),
});

/**
 * @param value an object with the fields of an error, or a text; where it is missing, `around` has them
 * @param around what holds the error; of an event its own `type` and `event_id` are none of an error's
 */
const serviceError = (value: unknown, around: Fields): ServiceError => {
  const { type: _type, event_id: _eventId, ...beside } = around;
  const error = record(value) ?? beside;
  const text = string(value) ?? string(error['message']) ?? string(error['detail']);
  return {
    code: id(error['code']) || (string(error['type']) ?? ''),
    message: text ?? '',
    param: string(error['param']) ?? '',
    eventId: id(error['event_id']),
  };
};

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Undefined where the response counts neither input nor output. */
const usageOf = (usage: Fields | undefined): Usage | undefined => {
  const [input, output] = [count(usage?.['input_tokens']), count(usage?.['output_tokens'])];
  if (input === undefined && output === undefined) return undefined;
  const inputDetails = record(usage?.['input_token_details']);
  const outputDetails = record(usage?.['output_token_details']);
  return {
    inputTokens: input ?? 0,
    cachedInputTokens: count(inputDetails?.['cached_tokens']) ?? 0,
    inputAudioTokens: count(inputDetails?.['audio_tokens']) ?? 0,
    outputTokens: output ?? 0,
    outputAudioTokens: count(outputDetails?.['audio_tokens']) ?? 0,
  };
};

const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const id = (value: unknown): string => (typeof value === 'number' ? String(value) : (string(value) ?? ''));

/** Some services send the value itself. What is no object is refused when the tool is called, never replaced. */
const json = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
};

const wordsIn = (content: unknown): string =>
  list(content)
    .map((part) => string(record(part)?.['transcript']) ?? string(record(part)?.['text']) ?? '')
    .join('');

const record = (value: unknown): Fields | undefined => (isRecord(value) ? value : undefined);

/** The dialect that the session of a session.created shows; undefined where it shows none. */
export const dialectOf = (session: ServerEvent['session']): Dialect | undefined => {
  if (session === undefined) return undefined;
  if ('audio' in session || 'output_modalities' in session || 'type' in session) return 'ga';
  if ('modalities' in session || 'input_audio_format' in session) return 'beta';
  return undefined;
};

/** The dialect to try instead, where the refusal of a session.update shows that ours was wrong. */
export const dialectOfRefusal = (error: ServiceError): Dialect | undefined => {
  const about = `${error.code} ${error.param} ${error.message}`;
  if (!about.includes('session.type')) return undefined;
  if (/unknown/i.test(about)) return 'beta';
  return /missing/i.test(about) ? 'ga' : undefined;
};

/** The bytes of a base64 delta; undefined where it is not base64. */
export const decodeAudio = (text: string): Buffer | undefined => {
  // Some encoders break it into lines.
  const delta = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
  const padding = delta.endsWith('==') ? 2 : delta.endsWith('=') ? 1 : 0;
  const pcm = Buffer.from(delta, 'base64');
  // Node's decoder skips what is not base64, so the result is too short.
  return pcm.length === Math.floor(((delta.length - padding) * 3) / 4) ? pcm : undefined;
};
