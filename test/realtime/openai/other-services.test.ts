// What compatible services send differently: values of other types, other ids, calls and words in other events,
// turns that are never committed, replies that are never ended.

import { describe, expect, test } from 'vitest';
import { created, delta, done, ready } from './recorder.ts';

const pcm = (ms: number): Buffer => Buffer.alloc(ms * 48, 1);

/** The calls that are made, with their arguments. */
const callsAfter = (...events: object[]): { calls: string[]; words: string[] } => {
  const recorder = ready();
  const calls: string[] = [];
  recorder.onCalls = (made) => {
    for (const call of made) calls.push(`${call.callId} ${call.name} ${call.arguments}`);
  };
  recorder.receive(...events);
  return { calls, words: recorder.words };
};

const item = (more: object = {}) => ({
  id: 'item_1',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'set_timer',
  arguments: '{"minutes":10}',
  ...more,
});
const itemDone = (more: object = {}, responseId = 'r1') => ({
  type: 'response.output_item.done',
  response_id: responseId,
  item: item(more),
});
const argumentsDone = (more: object = {}) => ({
  type: 'response.function_call_arguments.done',
  response_id: 'r1',
  item_id: 'item_1',
  call_id: 'call_1',
  name: 'set_timer',
  arguments: '{"minutes":10}',
  ...more,
});
const set = 'call_1 set_timer {"minutes":10}';

describe('values of another type', () => {
  test.each([
    [{ minutes: 10 }, '{"minutes":10}'],
    ['{"minutes":10}', '{"minutes":10}'],
    [{}, '{}'],
    ['', ''],
    [null, ''],
    // Not replaced: the tool refuses them with a sentence.
    [[10], '[10]'],
    [10, '10'],
    [true, 'true'],
    [false, 'false'],
  ])('arguments %j', (given, passed) => {
    const { calls } = callsAfter(created('r1'), itemDone({ arguments: given }), done('r1'));
    expect(calls).toEqual([`call_1 set_timer ${passed}`]);
  });

  test('a call_id that is a number', () => {
    expect(callsAfter(created('r1'), itemDone({ call_id: 7 }), done('r1')).calls).toEqual([
      '7 set_timer {"minutes":10}',
    ]);
  });

  test('ids of responses that are numbers', () => {
    const { words } = callsAfter(
      { type: 'response.created', response: { id: 5 } },
      { ...delta('', pcm(20)), response_id: 5 },
      { type: 'response.done', response: { id: 5, status: 'completed' } },
    );
    expect(words).toEqual(['replyCreated', 'replyStarted', 'audio 960', 'replyEnded: reply completed']);
  });
});

describe('ids', () => {
  const { response_id: _, ...withoutId } = delta('', pcm(20));
  const heard = ['replyCreated', 'replyStarted', 'audio 960', 'replyEnded: reply completed'];

  test.each([
    ['deltas without one', [created('r1'), withoutId, done('r1')]],
    ['deltas with another', [created('r1'), delta('other', pcm(20)), done('r1')]],
    ['an end with another', [created('r1'), delta('r1', pcm(20)), done('other')]],
    ['a different one in each event', [created('r1'), delta('a', pcm(20)), done('b')]],
    ['an end without one', [created('r1'), delta('r1', pcm(20)), { type: 'response.done', response: {} }]],
    [
      'none but in the deltas',
      [{ type: 'response.created' }, delta('r1', pcm(20)), { type: 'response.done' }],
    ],
  ])('%s', (_name, events) => {
    expect(callsAfter(...events).words).toEqual(heard);
  });

  test('a response that takes the place of another, whose end never comes', () => {
    const { words } = callsAfter(created('r1'), created('r2'), delta('r2', pcm(20)), done('r2'));
    expect(words).toEqual(['replyCreated', ...heard]);
  });

  test('calls of a response that another has replaced are not run', () => {
    const { calls, words } = callsAfter(
      created('r1'),
      itemDone(),
      created('r2'),
      delta('r2', pcm(20)),
      done('r2'),
    );
    expect(calls).toEqual([]);
    expect(words).toContain('notice: calls-not-run');
    expect(words.at(-1)).toBe('replyEnded: reply completed');
  });

  test('the same one for every reply', () => {
    const reply = [created('r1'), delta('r1', pcm(20)), done('r1')];
    expect(callsAfter(...reply, ...reply, ...reply).words).toEqual([...heard, ...heard, ...heard]);
  });

  test('late deltas of a reply that is over are not heard in the next', () => {
    const { words } = callsAfter(created('r1'), done('r1'), created('r2'), delta('r1', pcm(20)), done('r2'));
    expect(words.filter((word) => word.startsWith('audio'))).toEqual([]);
  });

  const turn = { type: 'input_audio_buffer.committed' };

  test('the same call_id in two turns: both are run', () => {
    const recorder = ready();
    for (let count = 0; count < 2; count += 1) {
      recorder.receive(turn, created('r1'), itemDone({ call_id: 'call_0' }), done('r1'));
      recorder.protocol.answer({ callId: 'call_0', output: 'done', next: 'nothing' });
    }
    expect(recorder.words.filter((word) => word.startsWith('callsMade'))).toEqual([
      'callsMade call_0',
      'callsMade call_0',
    ]);
    expect(recorder.sent.filter(({ type }) => type === 'conversation.item.create')).toHaveLength(2);
  });

  test('the same call_id for two calls of a turn, one after the other: both are run', () => {
    const recorder = ready();
    recorder.receive(turn, created('r1'), itemDone({ call_id: 'call_0' }), done('r1'));
    recorder.protocol.answer({ callId: 'call_0', output: 'done', next: 'reply' });
    recorder.receive(
      created('r2'),
      itemDone({ call_id: 'call_0', arguments: '{"minutes":3}' }, 'r2'),
      done('r2'),
    );
    expect(recorder.words.filter((word) => word.startsWith('callsMade'))).toHaveLength(2);
  });

  test('a call that is repeated in its turn is run once, and a line says so', () => {
    const { calls, words } = callsAfter(
      created('r1'),
      itemDone(),
      done('r1'),
      created('r2'),
      itemDone({}, 'r2'),
      done('r2'),
    );
    expect(calls).toEqual([set]);
    expect(words).toContain('notice: calls-not-run');
  });
});

describe('a call', () => {
  test.each([
    ['told by its arguments alone', [argumentsDone(), done('r1', { output: null })]],
    ['told by the end of the response alone', [done('r1', { output: [item()] })]],
    ['told by its item alone', [itemDone(), done('r1')]],
    ['told by everything', [argumentsDone(), itemDone(), done('r1', { output: [item()] })]],
    [
      'whose name comes with its beginning alone',
      [
        {
          type: 'response.output_item.added',
          response_id: 'r1',
          item: item({ status: 'in_progress', arguments: '' }),
        },
        argumentsDone({ name: undefined }),
        done('r1'),
      ],
    ],
    [
      'whose id comes with its beginning alone',
      [
        { type: 'response.output_item.added', response_id: 'r1', item: item({ arguments: '' }) },
        argumentsDone({ call_id: undefined, name: undefined }),
        done('r1'),
      ],
    ],
    ['without ids of the response', [argumentsDone({ response_id: undefined }), done('r1')]],
    ['whose end names another response', [itemDone(), done('other')]],
  ])('%s is run once', (_name, events) => {
    expect(callsAfter(created('r1'), ...events).calls).toEqual([set]);
  });

  test('that only begins is not run, and a line says so', () => {
    const { calls, words } = callsAfter(
      created('r1'),
      { type: 'response.output_item.added', response_id: 'r1', item: item({ status: 'in_progress' }) },
      done('r1'),
    );
    expect(calls).toEqual([]);
    expect(words.slice(1)).toEqual(['notice: calls-not-run', 'replyEnded: reply completed']);
  });

  test('that is cut, in whatever event it is told as well, is not run', () => {
    const { calls, words } = callsAfter(
      created('r1'),
      itemDone({ status: 'incomplete', arguments: '{"minu' }),
      argumentsDone({ arguments: '{"minu' }),
      done('r1'),
    );
    expect(calls).toEqual([]);
    expect(words).toContain('notice: calls-not-run');
  });

  test('without any id is not run, and a line says so', () => {
    const { calls, words } = callsAfter(created('r1'), argumentsDone({ call_id: undefined }), done('r1'));
    expect(calls).toEqual([]);
    expect(words).toContain('notice: call-without-id');
  });

  test.each(['cancelled', 'failed', 'incomplete'])('of a response that is %s is not run', (status) => {
    const { calls, words } = callsAfter(
      created('r1'),
      argumentsDone(),
      done('r1', { status, output: [item()] }),
    );
    expect(calls).toEqual([]);
    expect(words).toContain('notice: calls-not-run');
  });
});

describe('a service that calls for ever', () => {
  test('a turn that begins while calls are outstanding gives it no more rounds', () => {
    const recorder = ready();
    recorder.receive({ type: 'input_audio_buffer.committed' });
    let calls = 0;
    recorder.onCalls = (made) => {
      calls += made.length;
      for (const { callId } of made) recorder.protocol.answer({ callId, output: 'done', next: 'reply' });
    };
    for (let round = 0; round < 10; round += 1)
      recorder.receive(
        { type: 'input_audio_buffer.committed' },
        created(`r${round}`),
        itemDone({ call_id: `c${round}`, arguments: `{"minutes":${round}}` }, `r${round}`),
        done(`r${round}`),
      );
    // After the ninth its calls are refused, and the microphone opens.
    expect(calls).toBe(9);
  });

  test('a conversation has a limit as a whole', () => {
    const recorder = ready();
    let calls = 0;
    recorder.onCalls = (made) => {
      calls += made.length;
      for (const { callId } of made) recorder.protocol.answer({ callId, output: 'done', next: 'nothing' });
    };
    for (let turn = 0; turn < 300; turn += 1)
      recorder.receive({ type: 'input_audio_buffer.committed' }, created('r'), itemDone(), done('r'));
    expect(calls).toBe(200);
    expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
    expect(recorder.sent.filter(({ type }) => type === 'conversation.item.create')).toHaveLength(300);
  });
});

describe('an utterance that is never committed', () => {
  const transcribed = {
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'i1',
    transcript: 'Hello.',
  };
  const stopped = { type: 'input_audio_buffer.speech_stopped' };
  const committed = { type: 'input_audio_buffer.committed' };

  test('is taken when its transcript comes', () => {
    const { words } = callsAfter({ type: 'input_audio_buffer.speech_started' }, stopped, transcribed);
    expect(words).toEqual(['speechStarted', 'speechStopped', 'turnCommitted', 'person: Hello.']);
  });

  test('a transcript after the commit takes nothing a second time', () => {
    expect(callsAfter(stopped, committed, transcribed).words).toEqual([
      'speechStopped',
      'turnCommitted',
      'person: Hello.',
    ]);
  });

  test('a transcript during the reply takes nothing', () => {
    expect(callsAfter(stopped, created('r1'), transcribed).words).toEqual([
      'speechStopped',
      'replyCreated',
      'person: Hello.',
    ]);
  });
});

describe('the words of a reply', () => {
  const transcript = (type: string, more: object) => ({
    type: `response.output_audio_transcript.${type}`,
    response_id: 'r1',
    ...more,
  });
  const text = (type: string, more: object) => ({
    type: `response.output_text.${type}`,
    response_id: 'r1',
    ...more,
  });
  const message = { type: 'message', content: [{ type: 'output_audio', transcript: 'Hi.' }] };
  const spoken = (...events: object[]): string[] =>
    callsAfter(created('r1'), delta('r1', pcm(20)), ...events).words.filter((word) =>
      /^(reply:|notice)/.test(word),
    );

  test.each([
    ['as a whole', [transcript('done', { transcript: 'Hi.' }), done('r1')]],
    [
      'in pieces and as a whole',
      [transcript('delta', { delta: 'Hi.' }), transcript('done', { transcript: 'Hi.' }), done('r1')],
    ],
    [
      'in pieces, with an end that does not repeat them',
      [
        transcript('delta', { delta: 'H' }),
        transcript('delta', { delta: 'i.' }),
        transcript('done', {}),
        done('r1'),
      ],
    ],
    ['in pieces without an end', [transcript('delta', { delta: 'Hi.' }), done('r1')]],
    ['at the end alone', [done('r1', { output: [message] })]],
    ['everywhere', [transcript('done', { transcript: 'Hi.' }), done('r1', { output: [message] })]],
  ])('%s are reported once', (_name, events) => {
    expect(spoken(...events)).toEqual(['reply: Hi.']);
  });

  test.each([
    ['as a whole', [text('done', { text: 'Hi.' }), done('r1')]],
    ['in pieces', [text('delta', { delta: 'Hi.' }), done('r1')]],
    [
      'at the end alone',
      [done('r1', { output: [{ type: 'message', content: [{ type: 'text', text: 'Hi.' }] }] })],
    ],
    ['under its older name', [{ type: 'response.text.done', response_id: 'r1', text: 'Hi.' }, done('r1')]],
  ])('text without sound, %s: it is reported, and a line says that there is no voice', (_name, events) => {
    expect(callsAfter(created('r1'), ...events).words).toEqual([
      'replyCreated',
      'reply: Hi.',
      'notice: reply-without-sound',
      'replyEnded: reply completed',
    ]);
  });
});

describe('other forms', () => {
  test('events in binary frames', () => {
    const { protocol, words } = ready();
    for (const event of [created('r1'), delta('r1', pcm(20)), done('r1')])
      protocol.receive(Buffer.from(JSON.stringify(event)));
    expect(words).toEqual(['replyCreated', 'replyStarted', 'audio 960', 'replyEnded: reply completed']);
  });

  test('sound in lines of base64', () => {
    const recorder = ready();
    const sound = delta('r1', Buffer.from(Array.from({ length: 960 }, (_, at) => at % 256)));
    recorder.receive(created('r1'), { ...sound, delta: sound.delta.replace(/.{76}/g, '$&\r\n') });
    expect(recorder.heard()).toEqual(Buffer.from(sound.delta, 'base64'));
  });
});

describe('a reply that is never ended', () => {
  test('by a service that falls silent: over ten seconds after its last sound would be heard', () => {
    const recorder = ready();
    recorder.receive(created('r1'), delta('r1', pcm(5000)));
    recorder.clock.advance(14_999);
    expect(recorder.words.at(-1)).toBe('audio 240000');
    recorder.clock.advance(1);
    expect(recorder.words.slice(-2)).toEqual([
      'notice: reply-stalled',
      'replyEnded: the service did not end it',
    ]);
    expect(recorder.sent.at(-1)).toMatchObject({ type: 'response.cancel', response_id: 'r1' });
  });

  test('any event of the reply shows that it goes on', () => {
    const recorder = ready();
    recorder.receive(created('r1'), delta('r1', pcm(20)));
    for (let count = 0; count < 20; count += 1) {
      recorder.clock.advance(9000);
      recorder.receive({ type: 'response.output_audio_transcript.delta', response_id: 'r1', delta: 'a' });
    }
    expect(recorder.words.join()).not.toContain('stalled');
    recorder.receive(done('r1'));
    recorder.clock.advance(60_000);
    expect(recorder.words.at(-1)).toBe('replyEnded: reply completed');
    expect(recorder.clock.waiting).toBe(0);
  });

  test('by an error in place of its end: over two seconds later', () => {
    const recorder = ready();
    recorder.receive(created('r1'), delta('r1', pcm(20)), {
      type: 'error',
      error: { type: 'invalid_request_error', code: 'tts_error', message: 'No voice.' },
    });
    recorder.clock.advance(1999);
    expect(recorder.words.at(-1)).toBe('notice: service-error');
    recorder.clock.advance(1);
    expect(recorder.words.at(-1)).toBe('replyEnded: the service did not end it');
  });

  test('the same before its first sound', () => {
    const recorder = ready();
    recorder.receive(created('r1'), {
      type: 'error',
      error: { message: 'The model failed.', event_id: 'item_1' },
    });
    recorder.clock.advance(2000);
    expect(recorder.words.at(-1)).toBe('replyEnded: the service did not end it');
  });

  test('an error that answers a message of ours, or after which the reply goes on, ends nothing', () => {
    const recorder = ready();
    recorder.receive(created('r1'), delta('r1', pcm(20)));
    recorder.receive({ type: 'error', error: { message: 'Odd.', event_id: 'parley_1' } });
    recorder.clock.advance(3000);
    recorder.receive({ type: 'error', error: { message: 'Odd.' } }, delta('r1', pcm(20)));
    recorder.clock.advance(3000);
    expect(recorder.words.join()).not.toContain('replyEnded');
  });

  test.each([null, '', 7, {}, undefined])('a delta of %j is not the start of a reply', (value) => {
    const { words } = callsAfter({ type: 'response.output_audio.delta', response_id: 'r1', delta: value });
    expect(words).toEqual([]);
  });

  test('nor is one that cannot be decoded', () => {
    const { words } = callsAfter({ type: 'response.output_audio.delta', response_id: 'r1', delta: '***' });
    expect(words).toEqual(['notice: audio-invalid']);
  });
});
