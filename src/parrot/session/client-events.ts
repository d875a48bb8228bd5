// The events of a client, as far as both dialects agree on them. The contents of `session`, `item` and `response`
// belong to the dialects and are checked there.

import * as z from 'zod';
import { isRecord } from '../../core/is-record.ts';
import { ApiError } from '../schemas/api-error.ts';
import { check, invalidValue } from '../schemas/validate.ts';
import type { Fields } from './context.ts';

const eventId = z.string().max(512).nullish();

const event = <T extends string, F extends z.core.$ZodLooseShape>(type: T, fields: F) =>
  z.strictObject({ type: z.literal(type), event_id: eventId, ...fields });

const shapes = {
  'session.update': event('session.update', { session: z.unknown() }),
  'input_audio_buffer.append': event('input_audio_buffer.append', { audio: z.string() }),
  'input_audio_buffer.commit': event('input_audio_buffer.commit', {}),
  'input_audio_buffer.clear': event('input_audio_buffer.clear', {}),
  'conversation.item.create': event('conversation.item.create', {
    item: z.unknown(),
    previous_item_id: z.string().nullish(),
  }),
  'conversation.item.truncate': event('conversation.item.truncate', {
    item_id: z.string(),
    content_index: z.int().min(0),
    audio_end_ms: z.int().min(0),
  }),
  'conversation.item.delete': event('conversation.item.delete', { item_id: z.string() }),
  'conversation.item.retrieve': event('conversation.item.retrieve', { item_id: z.string() }),
  'response.create': event('response.create', { response: z.unknown().optional() }),
  'response.cancel': event('response.cancel', { response_id: z.string().nullish() }),
};

type Shapes = typeof shapes;
type ClientEventType = keyof Shapes;
export type ClientEvent<T extends ClientEventType = ClientEventType> = {
  [K in T]: z.infer<Shapes[K]> & { type: K };
}[T];

const isType = (type: string): type is ClientEventType => Object.hasOwn(shapes, type);

/** The JSON object of a frame; undefined stands for one that was not text. Throws an ApiError. */
export const parseJson = (text: string | undefined): Fields => {
  if (text === undefined) {
    const sentence = 'Expected a text WebSocket message; binary frames are not supported.';
    throw new ApiError(sentence, { code: 'invalid_event' });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError('Invalid event: failed to parse JSON value.', { code: 'invalid_json' });
  }
  if (!isRecord(value)) {
    throw new ApiError('Invalid event: expected a JSON object.', { code: 'invalid_event' });
  }
  return { ...value };
};

/** The event, checked. Throws an ApiError. */
export const parseClientEvent = (value: Fields): ClientEvent => {
  const { type } = check(z.looseObject({ type: z.string() }), value);
  if (!isType(type)) throw invalidValue('type', type, Object.keys(shapes));
  return check<ClientEvent>(shapes[type], value);
};
