// The parrot calls at the number of an utterance in a session.

import { afterEach, describe, expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import type { CallTrigger } from '../../../src/parrot/responses/triggers.ts';
import { speak } from '../../rigs/speech.ts';
import { Client } from '../client.ts';
import { MODEL, Parrots } from '../parrots.ts';
import { inside, SessionRig, typed } from '../session-rig.ts';

const dialects = ['ga', 'beta'] as const;
const parrots = new Parrots();
afterEach(() => parrots.close());

const call = (name: string) => ({ name, arguments: '{}' });
const time = speak('What time is it?');
const create = { type: 'response.create' };

const manual = (dialect: 'ga' | 'beta', calls: readonly CallTrigger[]): SessionRig => {
  const rig = new SessionRig(dialect, { calls });
  rig.configure({ detection: null }).take();
  return rig;
};

/** What the next response brings: the names of functions, or the types of other items. */
const brought = (rig: SessionRig, response?: object): unknown[] => {
  rig.run().take();
  rig.send(response === undefined ? create : { ...create, response });
  const output = inside(typed(rig.run().take(), 'response.done')[0], 'response.output');
  return Array.isArray(output) ? output.map((item) => inside(item, 'name') ?? inside(item, 'type')) : [];
};

describe.each(dialects)('%s', (dialect) => {
  test('the second utterance of a session, and no other', () => {
    const rig = manual(dialect, [{ turn: 2, calls: [call('a'), call('b')] }]);
    expect(brought(rig.say())).toEqual(['message']);
    expect(brought(rig.say())).toEqual(['a', 'b']);
    expect(brought(rig.say())).toEqual(['message']);
  });

  test('the utterance is repeated before the calls where configured', () => {
    const rig = manual(dialect, [{ turn: 1, calls: [call('a')], spoken: true }]);
    expect(brought(rig.say())).toEqual(['message', 'a']);
  });

  test('the response ends as the trigger says', () => {
    const ending = { status: 'cancelled', reason: 'turn_detected' } as const;
    const rig = manual(dialect, [{ turn: 1, calls: [call('a')], ending }]).say();
    const done = typed(rig.send(create).run().take(), 'response.done')[0];
    expect(inside(done, 'response.status')).toBe('cancelled');
    expect(inside(done, 'response.output')).toMatchObject([{ name: 'a' }]);
  });

  test('no trigger concerns the reply about the outputs', () => {
    const rig = manual(dialect, [{ turn: 1, calls: [call('a')] }]);
    rig.say().send(create).run();
    const callId = rig.lines.find(({ name }) => name === 'a')?.callId;
    const item = { type: 'function_call_output', call_id: callId, output: 'Done.' };
    expect(brought(rig.send({ type: 'conversation.item.create', item }))).toEqual(['message']);
    expect(brought(rig)).toEqual(['message']);
  });

  test('nor a response without calls, or beside the conversation, or to something else', () => {
    const ending = { status: 'cancelled', reason: 'turn_detected' } as const;
    const rig = manual(dialect, [{ turn: 1, calls: [call('a')], ending }]).say();
    const id = rig.lines.find(({ type }) => type === 'input_audio_buffer.committed')?.itemId;
    const input = [{ type: 'item_reference', id }];
    for (const response of [
      { conversation: 'none' },
      { input, conversation: 'none' },
      { tool_choice: 'none' },
    ]) {
      expect(brought(rig, response)).toEqual(['message']);
    }
    expect(rig.lines.flatMap(({ status }) => status ?? [])).not.toContain('cancelled');
    const other = manual(dialect, [{ turn: 1, calls: [call('a')] }]).say();
    const itsId = other.lines.find(({ type }) => type === 'input_audio_buffer.committed')?.itemId;
    expect(brought(other, { input: [{ type: 'item_reference', id: itsId }] })).toEqual(['message']);
  });
});

test('what is written counts as an utterance, and a system message does not', () => {
  const rig = manual('ga', [
    { turn: 1, calls: [call('a')] },
    { turn: 2, calls: [call('b')] },
  ]);
  const message = (role: string) => ({
    type: 'conversation.item.create',
    item: { type: 'message', role, content: [{ type: 'input_text', text: 'Hello.' }] },
  });
  expect(brought(rig.send(message('user'), message('system')))).toEqual(['a']);
  expect(brought(rig.send(message('user')))).toEqual(['b']);
});

test('a script of its own comes first, and may leave a reply to the triggers', () => {
  const rig = new SessionRig('ga', {
    replies: (n) => (n === 1 ? {} : undefined),
    calls: [
      { turn: 1, calls: [call('a')] },
      { turn: 2, calls: [call('b')] },
    ],
  });
  rig.configure({ detection: null });
  expect(brought(rig.say())).toEqual(['message']);
  expect(brought(rig.say())).toEqual(['b']);
});

test('over a socket, with the turn found by the service: every session counts for itself', async () => {
  const parrot = await parrots.start({ calls: [{ turn: 1, calls: [call('get_time')] }] });
  for (let visit = 0; visit < 2; visit += 1) {
    const client = new Client(`${parrot.url}${MODEL}`);
    await client.opened;
    client.append(Buffer.concat([silence(300), time, silence(900)]));
    const done = await client.next('response.done');
    expect(inside(done, 'response.output')).toMatchObject([{ type: 'function_call', name: 'get_time' }]);
    client.socket.close();
    await client.closed;
  }
});
