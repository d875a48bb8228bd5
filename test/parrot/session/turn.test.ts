// The life of a turn, event by event, in both dialects.

import { describe, expect, test } from 'vitest';
import { bytesOfMs, silence } from '../../../src/core/pcm.ts';
import { speak, withoutSilence } from '../../rigs/speech.ts';
import { audioOf, inside, SessionRig, typed } from '../session-rig.ts';

const hello = withoutSilence(speak('Hello parrot.'));
const said = Buffer.concat([silence(500), hello, silence(600)]);
const dialects = ['ga', 'beta'] as const;

/** A session with an utterance; its first events are taken. */
const spokenTo = (dialect: 'ga' | 'beta', options = {}): SessionRig => {
  const rig = new SessionRig(dialect, options);
  rig.take();
  return rig.append(said);
};

const order = {
  ga: [
    'input_audio_buffer.speech_started',
    'input_audio_buffer.speech_stopped',
    'input_audio_buffer.committed',
    'conversation.item.added',
    'conversation.item.done',
    'response.created',
    'response.output_item.added',
    'conversation.item.added',
    'response.content_part.added',
    ...Array.from({ length: 4 }).flatMap(() => [
      'response.output_audio_transcript.delta',
      'response.output_audio.delta',
    ]),
    'response.output_audio.done',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'conversation.item.done',
    'response.output_item.done',
    'response.done',
    'rate_limits.updated',
  ],
  beta: [
    'input_audio_buffer.speech_started',
    'input_audio_buffer.speech_stopped',
    'input_audio_buffer.committed',
    'conversation.item.created',
    'response.created',
    'response.output_item.added',
    'conversation.item.created',
    'response.content_part.added',
    ...Array.from({ length: 4 }).flatMap(() => ['response.audio_transcript.delta', 'response.audio.delta']),
    'response.audio.done',
    'response.audio_transcript.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.done',
    'rate_limits.updated',
  ],
};

describe.each(dialects)('%s', (dialect) => {
  test('the events come in the order of the real service', () => {
    expect(spokenTo(dialect).run().types()).toEqual(order[dialect]);
  });

  test('the utterance is repeated, sample for sample', () => {
    const rig = spokenTo(dialect);
    const events = rig.run().take();
    const start = Number(typed(events, 'input_audio_buffer.speech_started')[0]?.['audio_start_ms']);
    const stop = Number(typed(events, 'input_audio_buffer.speech_stopped')[0]?.['audio_end_ms']);
    expect(audioOf(events).equals(said.subarray(bytesOfMs(start), bytesOfMs(stop)))).toBe(true);
    expect(said.indexOf(hello) / 48).toBeGreaterThanOrEqual(start);
    expect(stop).toBeGreaterThan((said.indexOf(hello) + hello.length) / 48);
  });

  test('one item is the utterance from its first event on, and the reply follows it', () => {
    const events = spokenTo(dialect).run().take();
    const ids = events.slice(0, 3).map((event) => event['item_id']);
    expect(new Set(ids).size).toBe(1);
    const added = typed(events, dialect === 'ga' ? 'conversation.item.added' : 'conversation.item.created');
    expect(added.map((event) => inside(event, 'item.id'))[0]).toBe(ids[0]);
    expect(added.map((event) => event['previous_item_id'])).toEqual([null, ids[0]]);
    expect(added.map((event) => inside(event, 'item.role'))).toEqual(['user', 'assistant']);
    expect(added.map((event) => inside(event, 'item.status'))).toEqual(['completed', 'in_progress']);
  });

  test('every event of the reply says where it belongs', () => {
    const events = spokenTo(dialect).run().take();
    const id = inside(typed(events, 'response.created')[0], 'response.id');
    const parts = events.filter((event) => /^response\.(?!created|done)/.test(String(event['type'])));
    expect(parts.length).toBeGreaterThan(10);
    for (const event of parts) expect(event).toMatchObject({ response_id: id, output_index: 0 });
    for (const event of parts.filter((one) => !/output_item/.test(String(one['type'])))) {
      expect(event).toMatchObject({ content_index: 0, item_id: expect.stringMatching(/^item_/) });
    }
    const eventIds = events.map((event) => event['event_id']);
    expect(new Set(eventIds).size).toBe(events.length);
  });

  test('the transcript is streamed, and is the duration of the speech', () => {
    const events = spokenTo(dialect).run().take();
    const prefix = dialect === 'ga' ? 'response.output_audio_transcript' : 'response.audio_transcript';
    const whole = typed(events, `${prefix}.done`)[0]?.['transcript'];
    expect(whole).toMatch(/^\(\d\.\d s of speech\)$/);
    expect(
      typed(events, `${prefix}.delta`)
        .map((e) => e['delta'])
        .join(''),
    ).toBe(whole);
  });

  test('the response has its status and its usage', () => {
    const events = spokenTo(dialect).run().take();
    const response = typed(events, 'response.done')[0]?.['response'];
    const ms = audioOf(events).length / 48;
    expect(response).toMatchObject({
      object: 'realtime.response',
      status: 'completed',
      status_details: null,
      conversation_id: expect.stringMatching(/^conv_/),
      metadata: null,
      output: [{ type: 'message', role: 'assistant', status: 'completed' }],
      usage: {
        input_token_details: { audio_tokens: Math.ceil(ms / 100) },
        output_token_details: { audio_tokens: Math.ceil(ms / 50) },
      },
    });
    const shape =
      dialect === 'ga'
        ? { output_modalities: ['audio'], audio: { output: { format: { type: 'audio/pcm', rate: 24_000 } } } }
        : { modalities: ['audio', 'text'], output_audio_format: 'pcm16', temperature: 0.8 };
    expect(response).toMatchObject(shape);
    const content = inside(response, 'output.0.content.0.type');
    expect(content).toBe(dialect === 'ga' ? 'output_audio' : 'audio');
  });

  test('what was heard is transcribed where that was asked for, beside the reply', () => {
    const rig = new SessionRig(dialect);
    rig.configure({ transcription: { model: 'gpt-live-transcribe' } }).take();
    const events = rig.append(said).run().take();
    const prefix = 'conversation.item.input_audio_transcription';
    const [completed] = typed(events, `${prefix}.completed`);
    expect(completed).toMatchObject({ content_index: 0, usage: { type: 'tokens' } });
    expect(completed?.['transcript']).toMatch(/s of speech/);
    const deltas = typed(events, `${prefix}.delta`);
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.map((event) => event['delta']).join('')).toBe(completed?.['transcript']);
    const types = events.map((event) => event['type']);
    expect(types.indexOf(`${prefix}.delta`)).toBeGreaterThan(types.indexOf('input_audio_buffer.committed'));
    expect(types.indexOf(`${prefix}.completed`)).toBeLessThan(types.indexOf('response.done'));
  });

  test('the oldest transcription model has one delta, and is billed by the second', () => {
    const rig = new SessionRig(dialect);
    rig.configure({ transcription: { model: 'whisper-1' } }).take();
    const events = rig.append(said).run().take();
    const prefix = 'conversation.item.input_audio_transcription';
    expect(typed(events, `${prefix}.delta`)).toHaveLength(1);
    expect(inside(typed(events, `${prefix}.completed`)[0], 'usage.type')).toBe('duration');
  });

  test('without create_response there is an utterance and no reply', () => {
    const rig = new SessionRig(dialect);
    rig.configure({ detection: { type: 'server_vad', create_response: false } }).take();
    const types = rig.append(said).run().types();
    const committed = order[dialect].indexOf('response.created');
    expect(types).toEqual(order[dialect].slice(0, committed));
  });

  test('by hand: the commit is answered, the reply must be asked for', () => {
    const rig = new SessionRig(dialect);
    rig.configure({ detection: null }).take();
    rig.append(said).send({ type: 'input_audio_buffer.commit' });
    const committed = order[dialect].slice(2, order[dialect].indexOf('response.created'));
    expect(rig.run().types()).toEqual(committed);
    rig.send({ type: 'response.create' });
    const events = rig.run().take();
    expect(audioOf(events).equals(said)).toBe(true);
    expect(events.map((event) => event['type'])).not.toContain('error');
  });

  test('a cleared buffer drops the utterance that has begun', () => {
    const rig = new SessionRig(dialect);
    rig.take();
    rig.append(said.subarray(0, said.length - bytesOfMs(580)));
    rig.send({ type: 'input_audio_buffer.clear' }).append(silence(2000));
    expect(rig.run().types()).toEqual(['input_audio_buffer.speech_started', 'input_audio_buffer.cleared']);
    const events = rig.append(said).run().take();
    expect(events.map((event) => event['type'])).toContain('response.done');
  });
});
