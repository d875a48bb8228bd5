// The results that a client sends, and the reply about them.

import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../../src/parrot/responses/reply-script.ts';
import type { WireEvent } from '../../../src/parrot/session/session.ts';
import { audioOf, errorsOf, inside, SessionRig, typed } from '../session-rig.ts';

const dialects = ['ga', 'beta'] as const;
const voice = Buffer.from(Int16Array.from({ length: 12_000 }, (_, i) => i + 1).buffer);
const call = (callId: string) => ({ call: { name: 'get_time', arguments: '{}', callId } });
const output = (callId: string, text: string) => ({
  type: 'conversation.item.create',
  event_id: `for_${callId}`,
  item: { type: 'function_call_output', call_id: callId, output: text },
});

const calling = (dialect: 'ga' | 'beta', ...scripts: readonly ReplyScript[]): SessionRig => {
  const rig = new SessionRig(dialect, { replies: (n) => scripts[n - 1] });
  rig.configure({ detection: null }).say(voice).send({ type: 'response.create' }).run().take();
  return rig;
};

const replied = (rig: SessionRig): WireEvent[] => rig.send({ type: 'response.create' }).run().take();
const words = (events: readonly WireEvent[]): unknown =>
  inside(typed(events, 'response.done')[0], 'response.output.0.content.0.transcript');

describe.each(dialects)('%s', (dialect) => {
  test('the reply has the sound of the utterance and the words of the output', () => {
    const rig = calling(dialect, { items: [call('a')] }).send(output('a', 'It is noon.'));
    const events = replied(rig);
    expect(words(events)).toBe('It is noon.');
    expect(audioOf(events).equals(voice)).toBe(true);
    expect(inside(typed(events, 'response.done')[0], 'response.output')).toHaveLength(1);
  });

  test('of all outputs of a response, in the order that they came in', () => {
    const rig = calling(dialect, { items: [{}, call('a'), call('b')] });
    rig.send(output('b', 'Two.'), output('a', 'One.'));
    expect(words(replied(rig))).toBe('Two. One.');
  });

  test('a call is answered once', () => {
    const rig = calling(dialect, { items: [call('a'), call('b')] });
    expect(errorsOf(rig.send(output('a', 'One.'), output('b', 'Two.')).take())).toEqual([]);
    const again = rig.send(output('a', 'Three.')).take();
    expect(again.map(({ type }) => type)).toEqual(['error']);
    const wanted = { code: 'invalid_tool_call_id', param: 'item.call_id', event_id: 'for_a' };
    expect(errorsOf(again)).toMatchObject([{ type: 'invalid_request_error', ...wanted }]);
    expect(words(replied(rig))).toBe('One. Two.');
  });

  test('and only if it was made', () => {
    const rig = calling(dialect, {}).send(output('none', 'One.'));
    const message = "Tool call ID 'none' not found in conversation.";
    const wanted = { code: 'invalid_tool_call_id', message, param: 'item.call_id' };
    expect(errorsOf(rig.take())).toMatchObject([wanted]);
  });

  test('may be answered before the response is done', () => {
    const rig = new SessionRig(dialect, {
      replies: (n) => (n === 1 ? { items: [call('a'), {}] } : undefined),
    });
    rig.configure({ detection: null }).say(voice).send({ type: 'response.create' }).run(3).take();
    expect(errorsOf(rig.send(output('a', 'One.')).take())).toEqual([]);
    expect(typed(rig.run().take(), 'response.done')).toHaveLength(1);
  });

  test('a reply may be asked for while a call is open', () => {
    const rig = calling(dialect, { items: [call('a'), call('b')] });
    const events = replied(rig);
    expect(errorsOf(events)).toEqual([]);
    expect(words(events)).toBe('(0.5 s of speech)');
  });
});

test('calls after calls: only the results of the last ones', () => {
  const rig = calling('ga', { items: [call('a')] }, { items: [call('b')] });
  rig.send(output('a', 'First.'), { type: 'response.create' }).run();
  rig.send(output('b', 'Second.')).take();
  expect(words(replied(rig))).toBe('Second.');
});

test('once something is said, the outputs are past', () => {
  const rig = calling('ga', { items: [call('a')] }).send(output('a', 'One.'));
  replied(rig);
  rig.say(voice).take();
  expect(words(replied(rig))).toBe('(0.5 s of speech)');
});

test('without an utterance there is a transcript, and no sound', () => {
  const item = { type: 'function_call', call_id: 'mine', name: 'get_time', arguments: '{}' };
  const rig = new SessionRig().send({ type: 'conversation.item.create', item }, output('mine', 'Noon.'));
  rig.take();
  const events = replied(rig);
  expect(words(events)).toBe('Noon.');
  expect(audioOf(events).length).toBe(0);
});

test('as text, too', () => {
  const rig = calling('ga', { items: [call('a')] }).send(output('a', 'Noon.'));
  rig.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  const done = typed(rig.run().take(), 'response.done')[0];
  expect(inside(done, 'response.output.0.content')).toEqual([{ type: 'output_text', text: 'Noon.' }]);
});
