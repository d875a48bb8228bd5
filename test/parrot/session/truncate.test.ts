// conversation.item.truncate: the service drops what the person did not hear.

import { expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import { errorsOf, inside, SessionRig, typed } from '../session-rig.ts';

const dialects = ['ga', 'beta'] as const;

const manual = (dialect: 'ga' | 'beta' = 'ga'): SessionRig => {
  const rig = new SessionRig(dialect);
  rig.configure({ detection: null }).take();
  return rig;
};

const spoken = (dialect: 'ga' | 'beta' = 'ga'): { rig: SessionRig; id: unknown } => {
  const rig = manual(dialect).say(silence(1000)).send({ type: 'response.create' }).run();
  return { rig, id: inside(typed(rig.take(), 'response.done')[0], 'response.output.0.id') };
};
const truncate = (fields: object) => ({
  type: 'conversation.item.truncate',
  event_id: 'c_1',
  content_index: 0,
  ...fields,
});

test.each(dialects)('%s: what was not heard is dropped, and the transcript', (dialect) => {
  const { rig, id } = spoken(dialect);
  rig.send(truncate({ item_id: id, audio_end_ms: 320 }));
  expect(rig.take()).toMatchObject([
    { type: 'conversation.item.truncated', item_id: id, content_index: 0, audio_end_ms: 320 },
  ]);
  rig.send({ type: 'conversation.item.retrieve', item_id: id });
  const content = inside(rig.take()[0], 'item.content.0');
  const type = dialect === 'ga' ? 'output_audio' : 'audio';
  expect(content).toEqual({ type, transcript: null, audio: silence(320).toString('base64') });
});

test('in the middle of the reply, only what was sent counts', () => {
  const rig = manual().say(silence(1000)).send({ type: 'response.create' }).run(4);
  const id = rig.take().at(-1)?.['item_id'];
  rig.send({ type: 'response.cancel' }).take();
  rig.send(truncate({ item_id: id, audio_end_ms: 301 }), truncate({ item_id: id, audio_end_ms: 300 }));
  expect(rig.take()).toMatchObject([{ type: 'error' }, { type: 'conversation.item.truncated' }]);
});

test.each(dialects)('%s: audio sent after it does not undo it', (dialect) => {
  const words = 'One two three four five six seven eight nine ten.';
  const rig = new SessionRig(dialect, { replies: () => ({ items: [{ transcript: words }] }) });
  rig.configure({ detection: null }).say(silence(1000)).send({ type: 'response.create' }).run(2);
  const first = rig.take().at(-1);
  const delta = dialect === 'ga' ? 'response.output_audio.delta' : 'response.audio.delta';
  expect(first?.['type']).toBe(delta);
  const id = first?.['item_id'];
  rig.send(truncate({ item_id: id, audio_end_ms: 40 })).run();
  const events = rig.take();
  expect(events[0]?.['type']).toBe('conversation.item.truncated');
  const transcripts = dialect === 'ga' ? 'response.output_audio_transcript' : 'response.audio_transcript';
  expect(typed(events, `${transcripts}.done`)[0]?.['transcript']).toBe(words);
  expect(inside(typed(events, 'response.done')[0], 'response.output.0.content.0.transcript')).toBeNull();
  rig.send({ type: 'conversation.item.retrieve', item_id: id });
  const content = inside(rig.take()[0], 'item.content.0');
  expect(content).toMatchObject({ transcript: null, audio: silence(40).toString('base64') });
});

test('nor where all that had been sent was heard', () => {
  const rig = manual().say(silence(1000)).send({ type: 'response.create' }).run(2);
  const id = rig.take().at(-1)?.['item_id'];
  rig
    .send(truncate({ item_id: id, audio_end_ms: 100 }))
    .run()
    .take();
  rig.send({ type: 'conversation.item.retrieve', item_id: id });
  expect(inside(rig.take()[0], 'item.content.0.audio')).toBe(silence(100).toString('base64'));
});

test('more than there is: an error without the id of the event, and nothing is changed', () => {
  const { rig, id } = spoken();
  rig.send(truncate({ item_id: id, audio_end_ms: 1001 }));
  expect(errorsOf(rig.take())).toEqual([
    {
      type: 'invalid_request_error',
      code: 'invalid_value',
      message: 'Audio content of 1000ms is already shorter than 1001ms',
      param: null,
      event_id: null,
    },
  ]);
  rig.send(truncate({ item_id: id, audio_end_ms: 1000 }));
  expect(errorsOf(rig.take())).toEqual([]);
});

test('what cannot be truncated', () => {
  const { rig, id } = spoken();
  const content = [{ type: 'input_text', text: 'Hello.' }];
  rig.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', id: 'a', content } });
  rig.take();
  rig.send(
    truncate({ item_id: 'a', audio_end_ms: 0 }),
    truncate({ item_id: id, content_index: 1, audio_end_ms: 0 }),
    truncate({ item_id: 'none', audio_end_ms: 0 }),
    truncate({ item_id: id, audio_end_ms: 0.5 }),
    truncate({ item_id: id, audio_end_ms: -1 }),
  );
  const sentence = 'Only model output audio messages can be truncated';
  expect(errorsOf(rig.take())).toMatchObject([
    { code: 'unsupported_content_type', message: sentence, event_id: null },
    { code: 'unsupported_content_type', message: sentence, event_id: null },
    { code: 'item_truncate_invalid_item_id', event_id: null },
    { code: 'invalid_type', param: 'audio_end_ms', event_id: 'c_1' },
    { code: 'integer_below_min_value', param: 'audio_end_ms', event_id: 'c_1' },
  ]);
});
