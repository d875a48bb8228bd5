// How much of a conversation is kept.

import { expect, test } from 'vitest';
import { bytesOfMs, silence } from '../../../src/core/pcm.ts';
import { Conversation, MAX_ITEMS, MAX_KEPT_BYTES, newMessage } from '../../../src/parrot/session/items.ts';
import { inside, SessionRig, typed } from '../session-rig.ts';

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

test('a reply that shares the memory of its utterance is counted, and dropped, with it', () => {
  const conversation = new Conversation('conv_1');
  const half = Math.floor(MAX_KEPT_BYTES / 2) - 100;
  const said = (id: string): void => {
    const utterance = Buffer.alloc(half);
    conversation.add(newMessage(id, 'user', 'completed', [{ type: 'input_audio', audio: utterance }]));
    // Truncated, a piece of it still keeps all of the memory.
    const reply = [{ type: 'output_audio' as const, audio: utterance.subarray(0, 10) }];
    conversation.add(newMessage(`${id}-reply`, 'assistant', 'completed', reply));
  };
  const kept = () => conversation.items.map((item) => item.content[0]?.audio?.length);
  said('a');
  said('b');
  expect(kept()).toEqual([half, 10, half, 10]);
  said('c');
  expect(kept()).toEqual([undefined, undefined, half, 10, half, 10]);
});

test('what is being said is not dropped with the rest of the newest memory', () => {
  const conversation = new Conversation('conv_1');
  const utterance = Buffer.alloc(MAX_KEPT_BYTES);
  conversation.add(newMessage('old', 'user', 'completed', audio(1000)));
  conversation.add(newMessage('a', 'user', 'completed', [{ type: 'input_audio', audio: utterance }]));
  conversation.add(newMessage('b', 'assistant', 'in_progress', [{ type: 'output_audio', audio: utterance }]));
  expect(conversation.find('b')?.content[0]?.audio).toBe(utterance);
  expect(conversation.find('old')?.content[0]?.audio).toBeUndefined();
});

test('no more than a thousand items', () => {
  const conversation = new Conversation('conv_1');
  for (let n = 0; n <= MAX_ITEMS; n += 1) conversation.add(newMessage(`i${n}`, 'user', 'completed', []));
  expect(conversation.items).toHaveLength(MAX_ITEMS);
  expect(conversation.find('i0')).toBeUndefined();
  expect(conversation.lastId()).toBe(`i${MAX_ITEMS}`);
});

test('what was dropped is named as such', () => {
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
  expect(inside(done, 'response.output.0.content.0.transcript')).toBe('(no longer in memory)');
  expect(bytesOfMs(400_000)).toBeGreaterThan(MAX_KEPT_BYTES);
});
