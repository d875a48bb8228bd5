// Function calls on the wire, in both dialects: made once, answered once, one follow-up requested at the right time.

import { describe, expect, test } from 'vitest';
import type { AfterCall } from '../../../src/core/ports.ts';
import type { Dialect } from '../../../src/realtime/openai/session-update.ts';
import { created, delta, done, ready } from './recorder.ts';

const call = (response: string, callId: string, more: object = {}) => ({
  type: 'response.output_item.done',
  response_id: response,
  item: {
    id: `item_${callId}`,
    type: 'function_call',
    status: 'completed',
    name: 'do_it',
    call_id: callId,
    arguments: '{}',
    ...more,
  },
});

const answer = (callId: string, next: AfterCall = 'reply') => ({ callId, output: `done ${callId}`, next });

const types = (sent: readonly Record<string, unknown>[]): unknown[] => sent.map(({ type }) => type);

const dialects: readonly Dialect[] = ['ga', 'beta'];

describe.each(dialects)('in %s', (dialect) => {
  const called = (...ids: string[]) => {
    const recorder = ready(dialect);
    recorder.receive(created('r1'), ...ids.map((id) => call('r1', id)), done('r1'));
    return recorder;
  };

  test('calls of a response that ends beside another one are made when both have ended', () => {
    const recorder = ready(dialect);
    recorder.receive(created('r1'), call('r1', 'c1'), created('r2'), call('r2', 'c2'), done('r1'));
    expect(recorder.words).toEqual(['replyCreated', 'replyCreated']);
    recorder.receive(done('r2'));
    expect(recorder.words.slice(2)).toEqual(['callsMade c1,c2']);
  });

  test('calls are made when their response is completed, not before, and the reply has not ended', () => {
    const recorder = ready(dialect);
    recorder.receive(created('r1'), call('r1', 'c1'), call('r1', 'c2'));
    expect(recorder.words).toEqual(['replyCreated']);
    recorder.receive(done('r1'));
    expect(recorder.words).toEqual(['replyCreated', 'callsMade c1,c2']);
  });

  test('each answer is sent as it comes, then one reply is requested', () => {
    const { protocol, sent, words } = called('c1', 'c2');
    protocol.answer(answer('c2'));
    expect(types(sent)).toEqual(['conversation.item.create']);
    protocol.answer(answer('c1'));
    expect(sent.map(({ type, item, response }) => ({ type, item, response }))).toEqual([
      {
        type: 'conversation.item.create',
        item: { type: 'function_call_output', call_id: 'c2', output: 'done c2' },
      },
      {
        type: 'conversation.item.create',
        item: { type: 'function_call_output', call_id: 'c1', output: 'done c1' },
      },
      { type: 'response.create' },
    ]);
    expect(words.at(-1)).toBe('replyRequested');
  });

  test('no call is answered twice, and none that is unknown', () => {
    const { protocol, sent } = called('c1');
    for (const id of ['c9', 'c1', 'c1']) protocol.answer(answer(id));
    expect(types(sent)).toEqual(['conversation.item.create', 'response.create']);
  });

  test.each(['cancelled', 'failed', 'incomplete'])('a response that is %s calls nothing', (status) => {
    const recorder = ready(dialect);
    recorder.receive(created('r1'), call('r1', 'c1'), done('r1', { status }));
    expect(recorder.words.join()).not.toContain('callsMade');
    expect(recorder.words).toContain('notice: calls-not-run');
    expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
  });

  test('a call that is incomplete in a completed response is not run', () => {
    const recorder = ready(dialect);
    recorder.receive(created('r1'), call('r1', 'c1', { status: 'incomplete' }), done('r1'));
    expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
  });

  test('a call without a call_id cannot be answered, and is not run', () => {
    const recorder = ready(dialect);
    recorder.receive(created('r1'), call('r1', ''), done('r1'));
    expect(recorder.words.slice(1)).toEqual([
      'notice: call-without-id',
      expect.stringMatching(/^replyEnded/),
    ]);
  });

  test('the same call in a second response is not run again', () => {
    const recorder = called('c1');
    recorder.protocol.answer(answer('c1'));
    recorder.receive(created('r2'), call('r2', 'c1'), done('r2'));
    expect(recorder.words.filter((word) => word.startsWith('callsMade'))).toEqual(['callsMade c1']);
    expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
  });

  test('a tool without a spoken answer: its output is sent, and no reply is requested', () => {
    const { protocol, sent, words } = called('c1');
    protocol.answer(answer('c1', 'nothing'));
    expect(types(sent)).toEqual(['conversation.item.create']);
    expect(words.at(-1)).toBe('callsAnswered');
  });

  test('of several calls one with a spoken answer is enough', () => {
    const { protocol, words } = called('c1', 'c2');
    protocol.answer(answer('c1', 'reply'));
    protocol.answer(answer('c2', 'nothing'));
    expect(words.at(-1)).toBe('replyRequested');
  });

  test('the end of the conversation: its goodbye is requested, and that reply may call nothing', () => {
    const { protocol, sent, words } = called('c1', 'c2');
    protocol.answer(answer('c1', 'hangUp'));
    protocol.answer(answer('c2'));
    expect(sent.at(-1)).toMatchObject({ type: 'response.create', response: { tool_choice: 'none' } });
    expect(words.at(-1)).toBe('goodbyeRequested');
  });

  test('a goodbye that was said with the call is not requested again', () => {
    const recorder = ready(dialect);
    recorder.receive(created('r1'), delta('r1', Buffer.alloc(960)), call('r1', 'c1'), done('r1'));
    recorder.protocol.answer(answer('c1', 'hangUp'));
    expect(types(recorder.sent)).toEqual(['conversation.item.create']);
    expect(recorder.words.at(-1)).toBe('goodbyeSaid');
  });

  test('a goodbye with the call is not enough where another call has an output to speak about', () => {
    const recorder = ready(dialect);
    recorder.receive(
      created('r1'),
      delta('r1', Buffer.alloc(960)),
      call('r1', 'c1'),
      call('r1', 'c2'),
      done('r1'),
    );
    recorder.protocol.answer(answer('c1', 'hangUp'));
    recorder.protocol.answer(answer('c2'));
    expect(recorder.words.at(-1)).toBe('goodbyeRequested');
  });

  test('an answer may come while another reply is active: the next one is requested after its end', () => {
    const recorder = called('c1');
    recorder.receive(created('r2'));
    recorder.protocol.answer(answer('c1'));
    expect(types(recorder.sent)).toEqual(['conversation.item.create']);
    recorder.receive(done('r2'));
    expect(types(recorder.sent)).toEqual(['conversation.item.create', 'response.create']);
    expect(recorder.words.slice(-2)).toEqual(['replyCreated', 'replyRequested']);
  });

  const busy = (id = 'resp_other', more: object = {}) => ({
    type: 'error',
    error: {
      code: 'conversation_already_has_active_response',
      message: `Conversation already has an active response in progress: ${id}.`,
      ...more,
    },
  });
  const creates = (sent: readonly Record<string, unknown>[]): number =>
    sent.filter(({ type }) => type === 'response.create').length;

  test('a response that is active already: the reply is requested again when that one is done', () => {
    const recorder = called('c1');
    recorder.protocol.answer(answer('c1'));
    recorder.receive(busy());
    expect(creates(recorder.sent)).toBe(1);
    recorder.receive(done('resp_other'));
    expect(creates(recorder.sent)).toBe(2);
    recorder.receive(created('r2'), done('r2'));
    expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
    expect(recorder.words.join()).not.toContain('notice');
  });

  test('the same where it began before the error arrived, and so counted as ours', () => {
    const recorder = called('c1');
    recorder.protocol.answer(answer('c1'));
    const ours = { event_id: recorder.sent.at(-1)?.['event_id'] };
    recorder.receive(created('resp_other'), busy('resp_other', ours), done('resp_other'));
    expect(creates(recorder.sent)).toBe(2);
    recorder.receive(created('r2'), done('r2'));
    expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
  });

  test('an error about a reply that we did not request does not count as ours', () => {
    const recorder = called('c1');
    recorder.protocol.answer(answer('c1'));
    recorder.receive(created('r2'), busy('r2'), busy('r2', { event_id: 'parley_0' }), done('r2'));
    expect(creates(recorder.sent)).toBe(1);
  });

  test('a goodbye that was refused is requested again, as a goodbye', () => {
    const recorder = called('c1');
    recorder.protocol.answer(answer('c1', 'hangUp'));
    recorder.receive(busy(), done('resp_other'));
    expect(recorder.sent.at(-1)).toMatchObject({
      type: 'response.create',
      response: { tool_choice: 'none' },
    });
    expect(creates(recorder.sent)).toBe(2);
    expect(recorder.words.slice(-2)).toEqual(['goodbyeRequested', 'goodbyeRequested']);
  });

  test('a goodbye that was refused, with other outputs to speak about: both are requested again', () => {
    const recorder = ready(dialect);
    const sound = delta('r1', Buffer.alloc(960));
    recorder.receive(created('r1'), sound, call('r1', 'c1'), call('r1', 'c2'), done('r1'));
    recorder.protocol.answer(answer('c1', 'hangUp'));
    recorder.protocol.answer(answer('c2'));
    recorder.receive(busy(), done('resp_other'));
    expect(recorder.words.slice(-2)).toEqual(['goodbyeRequested', 'goodbyeRequested']);
  });

  test('a refusal after the person has spoken again: the reply to that is enough', () => {
    const recorder = called('c1');
    recorder.protocol.answer(answer('c1'));
    const ours = { event_id: recorder.sent.at(-1)?.['event_id'] };
    recorder.receive({ type: 'input_audio_buffer.committed' }, created('resp_other'));
    recorder.receive(busy('resp_other', ours), done('resp_other'));
    expect(creates(recorder.sent)).toBe(1);
    expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
  });

  test('the same where the active one was done before the error arrived', () => {
    const recorder = called('c1');
    recorder.protocol.answer(answer('c1'));
    recorder.receive(done('resp_other'), busy());
    expect(creates(recorder.sent)).toBe(2);
  });

  test('a service that always refuses is asked a limited number of times', () => {
    const recorder = called('c1');
    recorder.protocol.answer(answer('c1'));
    for (let time = 0; time < 4; time += 1) recorder.receive(busy('r1'));
    expect(creates(recorder.sent)).toBe(4);
    expect(recorder.words.at(-1)).toBe('replyEnded: the service would not begin a reply');
  });

  test('a service that refuses the reply itself: the turn is over', () => {
    const recorder = called('c1');
    recorder.protocol.answer(answer('c1'));
    const eventId = recorder.sent.at(-1)?.['event_id'];
    recorder.receive({ type: 'error', error: { code: 'invalid_value', message: 'No.', event_id: eventId } });
    expect(recorder.words.slice(-2)).toEqual([
      'replyEnded: the service refused to reply',
      'notice: service-error',
    ]);
  });

  test('a service that always calls is stopped: the ninth reply of a turn may not call', () => {
    const recorder = called('c0');
    for (let round = 1; round <= 8; round += 1) {
      recorder.protocol.answer(answer(`c${round - 1}`));
      recorder.receive(created(`r${round + 1}`), call(`r${round + 1}`, `c${round}`), done(`r${round + 1}`));
    }
    recorder.protocol.answer(answer('c8'));
    const asked = recorder.sent.filter(({ type }) => type === 'response.create');
    expect(asked.map(({ response }) => response)).toEqual([
      ...Array(8).fill(undefined),
      { tool_choice: 'none' },
    ]);
    // And one that calls nevertheless is answered, and runs nothing more.
    recorder.receive(created('r99'), call('r99', 'c99'), done('r99'));
    expect(recorder.words).not.toContain('callsMade c99');
    expect(JSON.stringify(recorder.sent.at(-1))).toContain('too many calls in a row');
    expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
  });

  test('a service that names the response at its end alone', () => {
    const recorder = ready(dialect);
    const { response_id: _, ...nameless } = call('', 'c1');
    recorder.receive(created('r1'), nameless, done('r1'));
    expect(recorder.words).toContain('callsMade c1');
  });

  describe('a press while it works', () => {
    test('calls that run are still answered, and nothing is said about them', () => {
      const { protocol, sent, words, clock } = called('c1', 'c2');
      protocol.answer(answer('c1'));
      protocol.interrupt(0);
      expect(clock.waiting).toBe(0);
      protocol.answer(answer('c2', 'nothing'));
      expect(types(sent)).toEqual(['conversation.item.create', 'conversation.item.create']);
      expect(words.at(-1)).toBe('callsAnswered');
    });

    test('a reply that is requested and has not begun is cancelled when it begins', () => {
      const recorder = called('c1');
      recorder.protocol.answer(answer('c1'));
      recorder.protocol.interrupt(0);
      recorder.receive(created('r2'));
      expect(recorder.sent.at(-1)).toMatchObject({ type: 'response.cancel', response_id: 'r2' });
      recorder.receive(delta('r2', Buffer.alloc(960)), call('r2', 'c2'), done('r2', { status: 'cancelled' }));
      expect(recorder.words.filter((word) => /audio|callsMade c2/.test(word))).toEqual([]);
      expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
    });

    test('and is not heard either where its sound comes before its beginning', () => {
      const recorder = called('c1');
      recorder.protocol.answer(answer('c1'));
      recorder.protocol.interrupt(0);
      recorder.receive(delta('r2', Buffer.alloc(960)));
      expect(recorder.words.filter((word) => word.startsWith('audio'))).toEqual([]);
    });

    test('a reply that was completed before the interruption arrived: its calls are answered, not run', () => {
      const recorder = ready(dialect);
      recorder.receive(created('r1'), call('r1', 'c1'));
      recorder.protocol.interrupt(0);
      recorder.receive(done('r1'));
      expect(recorder.words.join()).not.toContain('callsMade');
      expect(JSON.stringify(recorder.sent.at(-1))).toContain('The person has cancelled it.');
      expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
    });

    test('calls that wait for the end of another response are answered, not run', () => {
      const recorder = ready(dialect);
      recorder.receive(created('r1'), call('r1', 'c1'), created('r2'), done('r1'));
      recorder.protocol.interrupt(0);
      recorder.receive(done('r2', { status: 'cancelled' }));
      expect(recorder.words.join()).not.toContain('callsMade');
      expect(types(recorder.sent)).toEqual(['response.cancel', 'conversation.item.create']);
      expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
    });

    test('where it never begins, the wait for it has an end, and the next turn is not taken for it', () => {
      const recorder = called('c1');
      recorder.protocol.answer(answer('c1'));
      recorder.protocol.interrupt(0);
      recorder.clock.advance(2000);
      expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
      recorder.receive({ type: 'input_audio_buffer.committed' }, created('r2'));
      expect(recorder.words.at(-1)).toBe('replyCreated');
      expect(types(recorder.sent)).not.toContain('response.cancel');
    });
  });
});
