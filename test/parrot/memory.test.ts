// How much of a conversation is remembered.

import { expect, test } from 'vitest';
import { Conversation, MAX_ITEMS, MAX_KEPT_BYTES, newMessage } from '../../src/parrot/items.ts';
import { bytesOfMs, silence } from '../../src/pcm.ts';
import { inside, SessionRig, typed } from './session-rig.ts';

const audio = (bytes: number) => [{ type: 'input_audio' as const, audio: Buffer.alloc(bytes) }];

test('the audio of the oldest items is forgotten first, the newest never', () => {
  const conversation = new Conversation('conv_1');
  const third = Math.floor(MAX_KEPT_BYTES / 3) - 10;
  for (const id of ['a', 'b', 'c', 'd']) {
    conversation.add(newMessage(id, 'user', 'completed', audio(third)));
  }
  const kept = conversation.items.map((item) => item.content[0]?.audio !== undefined);
  expect(kept).toEqual([false, true, true, true]);
  conversation.add(newMessage('e', 'user', 'completed', audio(2 * MAX_KEPT_BYTES)));
  const last = conversation.items.map((item) => item.content[0]?.audio?.length);
  expect(last).toEqual([2 * MAX_KEPT_BYTES]);
});

test('no more than a thousand items', () => {
  const conversation = new Conversation('conv_1');
  for (let n = 0; n <= MAX_ITEMS; n += 1) conversation.add(newMessage(`i${n}`, 'user', 'completed', []));
  expect(conversation.items).toHaveLength(MAX_ITEMS);
  expect(conversation.find('i0')).toBeUndefined();
  expect(conversation.lastId()).toBe(`i${MAX_ITEMS}`);
});

test('what is forgotten is said to be', () => {
  const rig = new SessionRig().configure({ detection: null }).say(silence(200_000)).say(silence(200_000));
  const [first] = typed(rig.take(), 'input_audio_buffer.committed');
  rig.send({
    type: 'response.create',
    response: {
      conversation: 'none',
      input: [{ type: 'item_reference', id: first?.['item_id'] }],
    },
  });
  const done = typed(rig.run().take(), 'response.done')[0];
  expect(inside(done, 'response.output.0.content.0.transcript')).toBe('(that was forgotten)');
  expect(bytesOfMs(400_000)).toBeGreaterThan(MAX_KEPT_BYTES);
});
