// The items of a conversation: what a client does to them.

import { describe, expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import { errorsOf, inside, SessionRig, typed } from '../session-rig.ts';

const dialects = ['ga', 'beta'] as const;
const text = (words: string, id?: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text: words }],
  ...(id === undefined ? {} : { id }),
});

const manual = (dialect: 'ga' | 'beta' = 'ga'): SessionRig => {
  const rig = new SessionRig(dialect);
  rig.configure({ detection: null }).take();
  return rig;
};

const create = (item: object, previous?: string | null) => ({
  type: 'conversation.item.create',
  event_id: 'c_1',
  item,
  ...(previous === undefined ? {} : { previous_item_id: previous }),
});

describe.each(dialects)('%s: created', (dialect) => {
  const added = dialect === 'ga' ? 'conversation.item.added' : 'conversation.item.created';

  test('an item is announced as it was given', () => {
    const events = manual(dialect)
      .send(create(text('Hello.', 'msg_1')))
      .take();
    const expected = {
      previous_item_id: null,
      item: {
        id: 'msg_1',
        object: 'realtime.item',
        type: 'message',
        status: 'completed',
        role: 'user',
        content: [{ type: 'input_text', text: 'Hello.' }],
      },
    };
    const types = dialect === 'ga' ? [added, 'conversation.item.done'] : [added];
    expect(events).toEqual(types.map((type) => ({ type, event_id: expect.any(String), ...expected })));
  });

  test('items go to the end, after another, or to the front', () => {
    const rig = manual(dialect);
    rig.send(create(text('b', 'b')), create(text('d', 'd'), ''), create(text('c', 'c'), 'b'));
    rig.send(create(text('a', 'a'), 'root'), create(text('e', 'e'), null));
    const places = typed(rig.take(), added).map((e) => [inside(e, 'item.id'), e['previous_item_id']]);
    expect(places).toEqual([
      ['b', null],
      ['d', 'b'],
      ['c', 'b'],
      ['a', null],
      ['e', 'd'],
    ]);
  });

  test('of other types, and of other roles, with the fields that they came with', () => {
    const assistant = dialect === 'ga' ? 'output_text' : 'text';
    const items = [
      { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be kind.' }] },
      { type: 'message', role: 'assistant', content: [{ type: assistant, text: 'I am.' }] },
      { type: 'function_call', call_id: 'call_1', name: 'get_time', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: '"noon"' },
    ];
    const rig = manual(dialect);
    for (const item of items) rig.send(create(item));
    expect(typed(rig.take(), added).map((event) => event['item'])).toMatchObject(items);
  });
});

describe('refused', () => {
  test.each([
    [{ type: 'poem' }, 'invalid_value', 'item.type'],
    [{ type: 'message', content: [] }, 'missing_required_parameter', 'item.role'],
    [{ type: 'message', role: 'user' }, 'missing_required_parameter', 'item.content'],
    [
      { type: 'message', role: 'assistant', content: [{ type: 'output_audio', audio: '' }] },
      'invalid_value',
      'item.content[0].type',
    ],
    [
      { type: 'message', role: 'user', content: [{ type: 'input_audio', audio: '!' }] },
      'invalid_value',
      'item.content[0].audio',
    ],
    [{ ...text('x'), id: 'x'.repeat(33) }, 'string_above_max_length', 'item.id'],
    [{ type: 'function_call_output', call_id: 'c' }, 'missing_required_parameter', 'item.output'],
  ])('%j', (item, code, param) => {
    expect(errorsOf(manual().send(create(item)).take())).toMatchObject([{ code, param, event_id: 'c_1' }]);
  });

  test('an id that is in use, a position that does not exist', () => {
    const rig = manual().send(create(text('a', 'a')));
    rig.take();
    rig.send(create(text('a', 'a')), create(text('b', 'b'), 'nowhere'));
    expect(errorsOf(rig.take())).toMatchObject([{ param: 'item.id' }, { param: 'previous_item_id' }]);
  });
});

describe('deleted and retrieved', () => {
  test.each(dialects)('%s: a deleted item stays deleted', (dialect) => {
    const rig = manual(dialect).send(create(text('a', 'a')));
    rig.take();
    rig.send({ type: 'conversation.item.delete', item_id: 'a' });
    expect(rig.take()).toMatchObject([{ type: 'conversation.item.deleted', item_id: 'a' }]);
    rig.send({ type: 'conversation.item.delete', item_id: 'a', event_id: 'c_1' });
    rig.send({ type: 'conversation.item.retrieve', item_id: 'a', event_id: 'c_2' });
    expect(errorsOf(rig.take())).toEqual([
      {
        type: 'invalid_request_error',
        code: 'item_delete_invalid_item_id',
        message: "Error deleting item: the item with id 'a' does not exist.",
        param: 'item_id',
        event_id: 'c_1',
      },
      {
        type: 'invalid_request_error',
        code: 'item_retrieve_invalid_item_id',
        message: "Error retrieving item: the item with id 'a' does not exist.",
        param: 'item_id',
        event_id: 'c_2',
      },
    ]);
  });

  test.each(dialects)('%s: an utterance is retrieved with its audio and its transcript', (dialect) => {
    const rig = manual(dialect).configure({ transcription: { model: 'whisper-1' } });
    rig.say(silence(700)).run();
    const id = typed(rig.take(), 'input_audio_buffer.committed')[0]?.['item_id'];
    rig.send({ type: 'conversation.item.retrieve', item_id: id });
    const [retrieved] = rig.take();
    expect(retrieved?.['type']).toBe('conversation.item.retrieved');
    expect(inside(retrieved, 'item.content')).toEqual([
      { type: 'input_audio', audio: silence(700).toString('base64'), transcript: '(0.7 s of speech)' },
    ]);
  });
});
