import { describe, expect, test } from 'vitest';
import { created, delta, done, ready, record } from './recorder.ts';

const pcm = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, (_, at) => at % 251));

describe('a turn', () => {
  test.each(['ga', 'beta'] as const)('in the %s dialect', (dialect) => {
    const { receive, words, heard } = ready(dialect);
    const name = dialect === 'ga' ? 'response.output_audio' : 'response.audio';
    receive(
      { type: 'input_audio_buffer.speech_started' },
      { type: 'input_audio_buffer.speech_stopped' },
      { type: 'input_audio_buffer.committed' },
      { type: dialect === 'ga' ? 'conversation.item.added' : 'conversation.item.created' },
      { type: 'conversation.item.input_audio_transcription.completed', transcript: 'Hello.' },
      created('r1'),
      { ...delta('r1', pcm(960)), type: `${name}.delta` },
      { ...delta('r1', pcm(40)), type: `${name}.delta` },
      { type: `${name}.done`, response_id: 'r1' },
      { type: `${name}_transcript.done`, response_id: 'r1', transcript: 'Hi.' },
      done('r1'),
      { type: 'rate_limits.updated' },
    );
    expect(words).toEqual([
      'speechStarted',
      'speechStopped',
      'turnCommitted',
      'person: Hello.',
      'replyCreated',
      'replyStarted',
      'audio 960',
      'audio 40',
      'reply: Hi.',
      'replyEnded: reply completed',
    ]);
    expect(heard()).toEqual(Buffer.concat([pcm(960), pcm(40)]));
  });

  test('a frame of the microphone is sent unchanged', () => {
    const { protocol, sent } = ready();
    protocol.append(pcm(960));
    expect(sent).toMatchObject([{ type: 'input_audio_buffer.append', audio: pcm(960).toString('base64') }]);
  });
});

describe('a reply', () => {
  test('of several audio items, the first done after the second began, is one reply', () => {
    const { receive, words } = ready();
    receive(
      created('r1'),
      delta('r1', pcm(10), 'a'),
      delta('r1', pcm(10), 'b'),
      { type: 'response.output_audio.done', response_id: 'r1', item_id: 'a' },
      delta('r1', pcm(10), 'b'),
      done('r1'),
    );
    expect(words).toEqual([
      'replyCreated',
      'replyStarted',
      'audio 10',
      'audio 10',
      'audio 10',
      'replyEnded: reply completed',
    ]);
  });

  test('without sound', () => {
    const { receive, words } = ready();
    receive(created('r1'), done('r1', { output: [] }));
    expect(words).toEqual(['replyCreated', 'replyEnded: reply completed']);
  });

  test.each([
    ['cancelled', { reason: 'turn_detected' }, ['replyEnded: reply cancelled (turn_detected)']],
    ['incomplete', { reason: 'max_output_tokens' }, ['replyEnded: reply incomplete (max_output_tokens)']],
    [
      'failed',
      { error: { code: 'server_error', message: 'Oops.' } },
      ['notice: service-error', 'replyEnded: reply failed'],
    ],
    ['failed', { error: { code: 'insufficient_quota' } }, ['failed: quota-exceeded']],
  ])('that is %s: %j', (status, status_details, wanted) => {
    const { receive, words } = ready();
    receive(created('r1'), done('r1', { status, status_details }));
    expect(words.slice(1)).toEqual(wanted);
  });

  test('that is over may send late deltas: they are not heard', () => {
    const { receive, words } = ready();
    receive(created('r1'), done('r1'), delta('r1', pcm(10)), done('r1'));
    expect(words).toEqual(['replyCreated', 'replyEnded: reply completed']);
  });

  test('whose response.created never came is a reply nevertheless, and one that is only done too', () => {
    const { receive, words } = ready();
    receive(delta('r1', pcm(10)), done('r1'), done('r2'));
    expect(words).toEqual([
      'replyCreated',
      'replyStarted',
      'audio 10',
      'replyEnded: reply completed',
      'replyEnded: reply completed',
    ]);
  });

  test('of a server that gives no ids', () => {
    const { receive, words } = ready();
    for (const _turn of [1, 2])
      receive(
        { type: 'response.created', response: {} },
        { type: 'response.output_audio.delta', delta: pcm(10).toString('base64') },
        { type: 'response.done', response: {} },
      );
    const turn = ['replyCreated', 'replyStarted', 'audio 10', 'replyEnded: reply completed'];
    expect(words).toEqual([...turn, ...turn]);
  });

  test('a response.done without an id, and without an active response, ends nothing', () => {
    const { receive, words } = ready();
    receive({ type: 'response.done' });
    expect(words).toEqual([]);
  });

  test('and a thousand that only begin use no memory, and end with the last', () => {
    const { receive, words } = ready();
    for (let count = 0; count < 1000; count += 1) receive(created(`r${count}`));
    for (let count = 0; count < 1000; count += 1) receive(delta('r999', pcm(2), `item_${count}`));
    for (let count = 990; count < 1000; count += 1) receive(done(`r${count}`));
    expect(words.filter((word) => word.startsWith('replyEnded'))).toHaveLength(1);
  });

  test('beside another: over when both are', () => {
    const { receive, words } = ready();
    receive(created('r1'), created('r2'), done('r1'), done('r2'));
    expect(words).toEqual(['replyCreated', 'replyCreated', 'replyEnded: reply completed']);
  });

  test('cut into odd pieces comes out in whole samples, and an item does not inherit half a sample', () => {
    const { receive, words, heard } = ready();
    receive(created('r1'));
    receive(delta('r1', pcm(5)), delta('r1', pcm(9).subarray(5)), delta('r1', Buffer.from([1, 2]), 'next'));
    expect(words.slice(2)).toEqual(['audio 4', 'audio 4', 'audio 2']);
    expect(heard()).toEqual(Buffer.concat([pcm(8), Buffer.from([1, 2])]));
  });

  test('with a piece that is not base64 goes on without it, and says so', () => {
    const { receive, words } = ready();
    receive(created('r1'), { ...delta('r1', pcm(4)), delta: '***not base64***' }, delta('r1', pcm(4)));
    expect(words).toEqual(['replyCreated', 'notice: audio-invalid', 'replyStarted', 'audio 4']);
  });
});

describe('errors of the service', () => {
  const complain = (code: string, message = 'So it is.') => {
    const { receive, words } = ready();
    receive({ type: 'error', error: { type: 'invalid_request_error', code, message } });
    return words;
  };

  test.each([
    ['invalid_api_key', 'unauthorized'],
    ['insufficient_quota', 'quota-exceeded'],
    ['credit_balance_exhausted', 'quota-exceeded'],
    ['account_deactivated', 'account-deactivated'],
    ['billing_hard_limit_reached', 'billing-limit-reached'],
    ['session_expired', 'session-expired'],
  ])('%s ends the conversation: %s', (serviceCode, code) =>
    expect(complain(serviceCode)).toEqual([`failed: ${code}`]),
  );

  test.each([
    ['response_cancel_not_active', '', 'request-race'],
    ['odd_code', 'Cancellation failed: no active response found', 'request-race'],
    ['rate_limit_exceeded', 'Slow down.', 'rate-limited'],
    ['server_error', 'Oops.', 'service-error'],
    ['constructor', 'Oops.', 'service-error'],
  ])('%s does not: %s', (serviceCode, message, code) => {
    expect(complain(serviceCode, message)).toEqual([`notice: ${code}`]);
  });

  test('one that comes before the session is ready ends it, in one short line', () => {
    const { receive, words, told } = record();
    receive({ type: 'error', error: { code: 'server_error', message: 'a\n'.repeat(2000) } });
    expect(words).toEqual(['failed: service-error']);
    expect(told[0]?.sentence).toMatch(/^.{20,400}$/);
  });
});

describe('what is not an event', () => {
  test('a binary message is ignored, with a line', () => {
    const { protocol, words } = ready();
    protocol.receive(Buffer.from('{}'));
    expect(words).toEqual(['notice: message-binary']);
  });

  test.each(['', '{', '[]', 'null', '"x"', '{"type":7}', '{}'])('%j is ignored, with a line', (text) => {
    const { protocol, words } = ready();
    protocol.receive(text);
    expect(words).toEqual(['notice: message-invalid']);
  });

  test.each([
    '{"type":"response.created"}',
    '{"type":"response.created","response":7}',
    '{"type":"response.done","response":{"status_details":[1]}}',
    '{"type":"response.output_audio.delta","delta":{}}',
    '{"type":"error"}',
    '{"type":"error","error":"bad"}',
    '{"type":"session.created","session":null}',
    '{"type":"constructor"}',
    '{"type":"__proto__"}',
    '{"type":"unheard.of"}',
  ])('%s does not throw', (text) => {
    const { protocol } = ready();
    expect(() => protocol.receive(text)).not.toThrow();
  });
});
