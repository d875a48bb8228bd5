// One line per event of the wire: names, ids and sizes; never audio, never a key.

import { isRecord } from '../../core/is-record.ts';
import type { Fields } from './context.ts';

export interface TraceLine {
  readonly direction: 'in' | 'out';
  /** The session's id: one per connection. */
  readonly session: string;
  readonly type: string;
  /** Bytes of PCM that an append or an audio delta carries. */
  readonly bytes?: number;
  readonly itemId?: string;
  /** Of a function call or its output. */
  readonly callId?: string;
  /** Of the function or the MCP server's tool that is called. */
  readonly name?: string;
  readonly responseId?: string;
  /** How a response ended. */
  readonly status?: string;
  /** Of an error. */
  readonly code?: string;
  readonly message?: string;
  readonly transcript?: string;
}

const inside = (event: Fields, key: string): Fields => {
  const value = event[key];
  return isRecord(value) ? value : {};
};

const soundOf = (type: string, { audio, delta }: Fields): unknown => {
  if (type === 'input_audio_buffer.append') return audio;
  return type.endsWith('audio.delta') ? delta : undefined;
};

export const traceLine = (direction: 'in' | 'out', session: string, event: Fields): TraceLine => {
  const { type: given } = event;
  // A client may send any value as its type; not every object can be converted to a string.
  const type = typeof given === 'string' ? given : '';
  const response = inside(event, 'response');
  const item = inside(event, 'item');
  const error = inside(event, 'error');
  const sound = soundOf(type, event);
  const facts = {
    bytes: typeof sound === 'string' ? Buffer.byteLength(sound, 'base64') : undefined,
    itemId: event['item_id'] ?? item['id'],
    callId: event['call_id'] ?? item['call_id'],
    name: event['name'] ?? item['name'],
    responseId: event['response_id'] ?? response['id'],
    status: response['status'],
    code: error['code'],
    message: error['message'],
    transcript: event['transcript'],
  };
  const known = Object.entries(facts).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  );
  return { direction, session, type, ...Object.fromEntries(known) };
};
