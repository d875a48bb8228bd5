// response.create and response.cancel.

import { describe, expect, test } from 'vitest';
import type { WireEvent } from '../../../src/parrot/session/session.ts';
import { audioOf, errorsOf, inside, SessionRig, typed } from '../session-rig.ts';

const dialects = ['ga', 'beta'] as const;
const voice = Buffer.from(Int16Array.from({ length: 12_000 }, (_, i) => i + 1).buffer);
const other = Buffer.from(Int16Array.from({ length: 4800 }, (_, i) => -i).buffer);

const userText = (text: string, id?: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
  ...(id === undefined ? {} : { id }),
});

const manual = (dialect: 'ga' | 'beta' = 'ga'): SessionRig => {
  const rig = new SessionRig(dialect);
  rig.configure({ detection: null }).take();
  return rig;
};

const types = (events: readonly WireEvent[]): unknown[] => events.map((event) => event['type']);
const done = (events: readonly WireEvent[], path: string): unknown =>
  inside(typed(events, 'response.done')[0], `response.${path}`);

describe.each(dialects)('%s', (dialect) => {
  const names = dialect === 'ga' ? { modalities: 'output_modalities' } : { modalities: 'modalities' };

  test('as text: a text is answered with the text', () => {
    const rig = manual(dialect);
    rig.send({ type: 'conversation.item.create', item: userText('Good morning, parrot.') }).take();
    rig.send({ type: 'response.create', response: { [names.modalities]: ['text'] } });
    const events = rig.run().take();
    const text = dialect === 'ga' ? 'response.output_text' : 'response.text';
    expect(types(events).filter((type, i, all) => type !== all[i - 1])).toEqual([
      'response.created',
      'response.output_item.added',
      dialect === 'ga' ? 'conversation.item.added' : 'conversation.item.created',
      'response.content_part.added',
      `${text}.delta`,
      `${text}.done`,
      'response.content_part.done',
      ...(dialect === 'ga' ? ['conversation.item.done'] : []),
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    const deltas = typed(events, `${text}.delta`).map((event) => event['delta']);
    expect(deltas.join('')).toBe('Good morning, parrot.');
    const textType = dialect === 'ga' ? 'output_text' : 'text';
    expect(done(events, 'output.0.content')).toEqual([{ type: textType, text: 'Good morning, parrot.' }]);
    expect(done(events, names.modalities)).toEqual(['text']);
  });

  test('a text that is requested as audio has a transcript, and no sound: the parrot has no voice', () => {
    const rig = manual(dialect);
    rig.send({ type: 'conversation.item.create', item: userText('Good morning.') }).take();
    const events = rig.send({ type: 'response.create' }).run().take();
    expect(audioOf(events).length).toBe(0);
    expect(done(events, 'output.0.content.0.transcript')).toBe('Good morning.');
  });

  test('an utterance created as an item is repeated', () => {
    const rig = manual(dialect);
    const content = [{ type: 'input_audio', audio: voice.toString('base64') }];
    rig.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    expect(audioOf(rig.send({ type: 'response.create' }).run().take()).equals(voice)).toBe(true);
  });

  test('metadata is given back', () => {
    const rig = manual(dialect).say(voice);
    rig.send({ type: 'response.create', response: { metadata: { client_event_id: 'c_7' } } });
    const events = rig.run().take();
    expect(inside(typed(events, 'response.created')[0], 'response.metadata.client_event_id')).toBe('c_7');
    expect(done(events, 'metadata')).toEqual({ client_event_id: 'c_7' });
  });

  test('one at a time', () => {
    const rig = manual(dialect).say(voice);
    rig.send({ type: 'response.create' }).run(3).take();
    rig.send({ type: 'response.create', event_id: 'c_8' });
    const [error] = errorsOf(rig.take());
    expect(error).toMatchObject({
      type: 'invalid_request_error',
      code: 'conversation_already_has_active_response',
      event_id: 'c_8',
    });
    expect(inside(error, 'message')).toMatch(/in progress: resp_\w+\./);
    expect(done(rig.run().take(), 'status')).toBe('completed');
  });

  test('cancelled by the client', () => {
    const rig = manual(dialect).say(voice);
    rig.send({ type: 'response.create' }).run(3);
    rig.take();
    const events = rig.send({ type: 'response.cancel' }).take();
    expect(done(events, 'status')).toBe('cancelled');
    expect(done(events, 'status_details')).toEqual({ type: 'cancelled', reason: 'client_cancelled' });
    expect(rig.run().take()).toEqual([]);
  });
});

test('nothing to cancel', () => {
  const rig = manual().say(voice);
  rig.take();
  const wanted = { code: 'response_cancel_not_active', event_id: 'c_1' };
  expect(errorsOf(rig.send({ type: 'response.cancel', event_id: 'c_1' }).take())).toMatchObject([wanted]);
  rig.send({ type: 'response.create' }).take();
  rig.send({ type: 'response.cancel', response_id: 'resp_other', event_id: 'c_1' });
  expect(errorsOf(rig.take())).toMatchObject([wanted]);
  rig.run().take();
  expect(errorsOf(rig.send({ type: 'response.cancel', event_id: 'c_1' }).take())).toMatchObject([wanted]);
});

describe('out of band', () => {
  const create = (response: object = {}) => ({
    type: 'response.create',
    response: { conversation: 'none', ...response },
  });

  test('runs beside the conversation and leaves nothing in it', () => {
    const rig = manual().say(voice);
    rig.take();
    rig.send(
      { type: 'response.create' },
      create({ input: [userText('Aside.')], output_modalities: ['text'] }),
    );
    const events = rig.run().take();
    const responses = typed(events, 'response.done').map((event) => inside(event, 'response'));
    expect(responses).toMatchObject([
      { conversation_id: null, output: [{ content: [{ text: 'Aside.' }] }] },
      { conversation_id: expect.stringMatching(/^conv_/) },
    ]);
    expect(typed(events, 'conversation.item.added')).toHaveLength(1);
    expect(audioOf(events).equals(voice)).toBe(true);
  });

  test('may name an item of the conversation', () => {
    const rig = manual().say(other);
    const id = typed(rig.take(), 'input_audio_buffer.committed')[0]?.['item_id'];
    rig.say(voice).take();
    rig.send(create({ input: [{ type: 'item_reference', id }] }));
    expect(audioOf(rig.run().take()).equals(other)).toBe(true);
    rig.send(create({ input: [{ type: 'item_reference', id: 'item_none' }] }));
    expect(errorsOf(rig.take())).toMatchObject([{ code: 'invalid_value', param: 'response.input[0].id' }]);
  });

  test('may be cancelled by name; four at most run at once', () => {
    const rig = manual().say(voice);
    rig.take();
    for (let n = 0; n < 5; n += 1) rig.send(create());
    const events = rig.take();
    expect(errorsOf(events)).toHaveLength(1);
    const ids = typed(events, 'response.created').map((event) => inside(event, 'response.id'));
    expect(ids).toHaveLength(4);
    rig.send({ type: 'response.cancel', response_id: ids[2] });
    expect(done(rig.take(), 'id')).toBe(ids[2]);
    expect(typed(rig.run().take(), 'response.done')).toHaveLength(3);
  });
});

test('without an utterance there is nothing to repeat', () => {
  const events = manual().send({ type: 'response.create' }).run().take();
  expect(done(events, 'output.0.content.0.transcript')).toBe('(nothing was said)');
  expect(audioOf(events).length).toBe(0);
});
