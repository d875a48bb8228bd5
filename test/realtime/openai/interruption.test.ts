import { describe, expect, test } from 'vitest';
import { created, delta, done, ready } from './recorder.ts';

describe('an interruption', () => {
  const bytesOf = (ms: number): Buffer => Buffer.alloc(ms * 48);

  test('cancels the reply, truncates the item that was heard in part, deletes what was not heard', () => {
    const { receive, sent, protocol, words } = ready();
    receive(created('r1'));
    receive(delta('r1', bytesOf(100), 'a'), delta('r1', bytesOf(100), 'b'), delta('r1', bytesOf(9), 'c'));
    protocol.interrupt(150.7);
    expect(sent.map(({ event_id: _id, ...event }) => event)).toEqual([
      { type: 'response.cancel', response_id: 'r1' },
      { type: 'conversation.item.truncate', item_id: 'b', content_index: 0, audio_end_ms: 50 },
      { type: 'conversation.item.delete', item_id: 'c' },
    ]);
    receive(delta('r1', bytesOf(9), 'c'), done('r1', { status: 'cancelled' }));
    expect(words.at(-1)).toBe('replyEnded: reply cancelled');
    expect(words.filter((word) => word.startsWith('audio'))).toHaveLength(3);
  });

  test('of a reply that has arrived whole only truncates; heard to its end, nothing', () => {
    const { receive, sent, protocol, clock } = ready();
    receive(created('r1'), delta('r1', bytesOf(100)), done('r1'));
    protocol.interrupt(40);
    expect(clock.waiting).toBe(0);
    expect(sent).toMatchObject([{ type: 'conversation.item.truncate', audio_end_ms: 40 }]);
    receive(created('r2'), delta('r2', bytesOf(100)), done('r2'));
    protocol.interrupt(100);
    expect(sent).toHaveLength(1);
  });

  test('counts from the reply that follows the last open microphone', () => {
    const { receive, sent, protocol } = ready();
    receive(created('r1'), delta('r1', bytesOf(100), 'a'), done('r1'));
    protocol.clearInput();
    receive(created('r2'), delta('r2', bytesOf(100), 'b'));
    protocol.interrupt(30);
    expect(sent.slice(1)).toMatchObject([
      { type: 'response.cancel' },
      { type: 'conversation.item.truncate', item_id: 'b', audio_end_ms: 30 },
    ]);
  });

  test('that the service never confirms ends all the same', () => {
    const { receive, protocol, words, clock } = ready();
    receive(created('r1'));
    protocol.interrupt(0);
    clock.advance(1999);
    expect(words.slice(1)).toEqual([]);
    clock.advance(60_000);
    expect(words.slice(1)).toEqual(['replyEnded: cancelled; the service did not confirm']);
    receive(done('r1'), created('r2'));
    expect(words.slice(2)).toEqual(['replyCreated']);
  });

  test('a second interruption waits for its own confirmation', () => {
    const { receive, protocol, words, clock } = ready();
    receive(created('r1'));
    protocol.interrupt(0);
    receive(done('r1', { status: 'cancelled' }), created('r2'));
    clock.advance(1500);
    protocol.interrupt(0);
    clock.advance(1500);
    expect(words.slice(2)).toEqual(['replyCreated']);
    clock.advance(500);
    expect(words.at(-1)).toMatch(/^replyEnded/);
  });

  test('is forgotten when the protocol is closed', () => {
    const { receive, protocol, clock } = ready();
    receive(created('r1'));
    protocol.interrupt(0);
    expect(protocol.close()).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });

  test('the end of its wait does not touch the reply that came after', () => {
    const { receive, protocol, words, clock } = ready();
    receive(created('r1'));
    protocol.interrupt(0);
    receive(done('r1', { status: 'cancelled' }), created('r2'));
    clock.advance(2000);
    expect(words).toEqual(['replyCreated', 'replyEnded: reply cancelled', 'replyCreated']);
  });

  test('of the second of two replies that were queued truncates that one', () => {
    const { receive, sent, protocol } = ready();
    receive(created('r1'), delta('r1', bytesOf(100), 'a'), done('r1'));
    receive(created('r2'), delta('r2', bytesOf(100), 'b'));
    protocol.interrupt(140);
    expect(sent).toMatchObject([
      { type: 'response.cancel', response_id: 'r2' },
      { type: 'conversation.item.truncate', item_id: 'b', audio_end_ms: 40 },
    ]);
  });

  test('does not truncate for the part of a millisecond that the loudspeaker does not count', () => {
    const { receive, sent, protocol } = ready();
    receive(created('r1'), delta('r1', Buffer.alloc(100 * 48 + 46)), done('r1'));
    protocol.interrupt(100);
    expect(sent).toEqual([]);
  });

  test('that was never confirmed does not end the next turn', () => {
    const { receive, protocol, words, clock } = ready();
    receive(created('r1'));
    protocol.interrupt(0);
    receive({ type: 'input_audio_buffer.committed' });
    clock.advance(2000);
    receive(done('r1', { status: 'cancelled' }));
    expect(words).toEqual(['replyCreated', 'turnCommitted']);
  });

  test('keeps the count of a reply that closed the microphone with its first sound', () => {
    const recorder = ready();
    // As the assistant does: an unexpected reply closes the microphone, and that clears the input.
    recorder.onEvent = (event) => {
      if (event === 'replyStarted') recorder.protocol.clearInput();
    };
    recorder.receive(created('r1'), delta('r1', bytesOf(100)));
    recorder.protocol.interrupt(40);
    expect(recorder.sent.at(-1)).toMatchObject({ type: 'conversation.item.truncate', audio_end_ms: 40 });
  });
});
