// One line per event of the wire: names, ids and sizes; never audio, never a key.

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

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object';

const inside = (event: Fields, key: string): Fields => {
  const value = event[key];
  return isFields(value) ? value : {};
};

const bytesOfBase64 = (text: unknown): number | undefined => {
  if (typeof text !== 'string') return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
};

const sound = (type: string, event: Fields): number | undefined => {
  if (type === 'input_audio_buffer.append') return bytesOfBase64(event['audio']);
  return /audio\.delta$/.test(type) ? bytesOfBase64(event['delta']) : undefined;
};

export const traceLine = (direction: 'in' | 'out', session: string, event: Fields): TraceLine => {
  const { type: given } = event;
  // A client may send any value as its type; not every object can be converted to a string.
  const type = typeof given === 'string' ? given : '';
  const response = inside(event, 'response');
  const item = inside(event, 'item');
  const facts = {
    bytes: sound(type, event),
    itemId: event['item_id'] ?? item['id'],
    callId: event['call_id'] ?? item['call_id'],
    name: event['name'] ?? item['name'],
    responseId: event['response_id'] ?? response['id'],
    status: response['status'],
    code: inside(event, 'error')['code'],
    message: inside(event, 'error')['message'],
    transcript: event['transcript'],
  };
  const known = Object.entries(facts).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  );
  return { direction, session, type, ...Object.fromEntries(known) };
};
