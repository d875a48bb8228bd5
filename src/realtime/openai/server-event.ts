// The events of the service in one shape: a tolerant reading of JSON text (compatible servers leave fields out,
// add others, and send event_ids that are placeholders), with beta names turned into GA names. Pure.

import { isRecord } from '../../core/is-record.ts';
import type { Usage } from '../../core/ports.ts';
import type { Dialect } from './session-update.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The fields of all server events that Parley reads; a missing text is ''. A wrong type counts as missing. */
export interface ServerEvent {
  readonly type: string;
  readonly responseId: string;
  readonly itemId: string;
  readonly contentIndex: number;
  /** base64 or text, by type. */
  readonly delta: string;
  readonly transcript: string;
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
  readonly arguments: string;
  readonly callId: string;
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
  ['response.audio_transcript.done', 'response.output_audio_transcript.done'],
]);

/** The event in `text`; undefined where it is not one. */
export const parseServerEvent = (text: string): ServerEvent | undefined => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const event = record(json);
  const type = string(event?.['type']);
  if (event === undefined || type === undefined) return undefined;
  const contentIndex = event['content_index'];
  return {
    type: betaNames.get(type) ?? type,
    responseId: string(event['response_id']) ?? '',
    itemId: string(event['item_id']) ?? '',
    contentIndex: typeof contentIndex === 'number' ? contentIndex : 0,
    delta: string(event['delta']) ?? '',
    transcript: string(event['transcript']) ?? '',
    session: record(event['session']),
    response: responseFields(record(event['response'])),
    item: serverItem(record(event['item'])),
    error: serviceError(event['error']),
  };
};

const responseFields = (response: Fields | undefined): ResponseFields | undefined => {
  if (response === undefined) return undefined;
  const details = record(response['status_details']);
  return {
    id: string(response['id']),
    status: string(response['status']) ?? 'completed',
    reason: string(details?.['reason']) ?? '',
    error: serviceError(details?.['error']),
    usage: usageOf(record(response['usage'])),
  };
};

const serverItem = (item: Fields | undefined): ServerItem | undefined =>
  item === undefined
    ? undefined
    : {
        id: string(item['id']) ?? '',
        type: string(item['type']) ?? '',
        status: string(item['status']) ?? '',
        name: string(item['name']) ?? '',
        arguments: string(item['arguments']) ?? '',
        callId: string(item['call_id']) ?? '',
        serverLabel: string(item['server_label']) ?? '',
        approvalRequestId: string(item['approval_request_id']) ?? '',
      };

const serviceError = (value: unknown): ServiceError => {
  const error = record(value);
  return {
    code: string(error?.['code']) ?? string(error?.['type']) ?? '',
    message: string(error?.['message']) ?? '',
    param: string(error?.['param']) ?? '',
    eventId: string(error?.['event_id']) ?? '',
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
export const decodeAudio = (delta: string): Buffer | undefined => {
  const padding = delta.endsWith('==') ? 2 : delta.endsWith('=') ? 1 : 0;
  const pcm = Buffer.from(delta, 'base64');
  // Node's decoder skips what is not base64, so the result is too short.
  return pcm.length === Math.floor(((delta.length - padding) * 3) / 4) ? pcm : undefined;
};
