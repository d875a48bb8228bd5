import { describe, expect, test } from 'vitest';
import { endpointOf, sessionUpdate } from '../../../src/realtime/openai/session-update.ts';
import { betaSession, gaSession, plainSession, record } from './recorder.ts';

const serverVad = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 500,
  create_response: true,
};

describe('the session.update', () => {
  test('beta: exactly what the original example sends', () => {
    expect(sessionUpdate('beta', plainSession)).toEqual({
      modalities: ['text', 'audio'],
      voice: 'sage',
      input_audio_format: 'pcm16',
      output_audio_format: 'pcm16',
      input_audio_transcription: { model: 'whisper-1' },
      input_audio_noise_reduction: { type: 'far_field' },
      turn_detection: serverVad,
      tools: [],
      tool_choice: 'auto',
      temperature: 0.8,
      max_response_output_tokens: 'inf',
    });
  });

  test('ga: the defaults', () => {
    expect(sessionUpdate('ga', { ...plainSession, instructions: 'Be brief.' })).toEqual({
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: 'Be brief.',
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24000 },
          noise_reduction: { type: 'far_field' },
          transcription: { model: 'gpt-live-transcribe' },
          turn_detection: { ...serverVad, interrupt_response: false },
        },
        output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'marin' },
      },
      tools: [],
      tool_choice: 'auto',
      max_output_tokens: 'inf',
    });
  });

  test('ga: everything that can be set', () => {
    const update = sessionUpdate('ga', {
      ...plainSession,
      voice: 'cedar',
      transcriptionModel: '',
      noiseReduction: 'off',
      turnDetection: { ...plainSession.turnDetection, type: 'semantic_vad', eagerness: 'low' },
      speed: 1.2,
      maxOutputTokens: 500,
    });
    expect(update).toMatchObject({
      audio: {
        input: {
          noise_reduction: null,
          transcription: null,
          turn_detection: {
            type: 'semantic_vad',
            eagerness: 'low',
            create_response: true,
            interrupt_response: false,
          },
        },
        output: { voice: 'cedar', speed: 1.2 },
      },
      max_output_tokens: 500,
    });
    expect(JSON.stringify(update)).not.toContain('threshold');
  });

  test.each([
    ['ga', undefined, { model: 'gpt-live-transcribe', languages: ['de'] }],
    ['ga', 'gpt-4o-transcribe', { model: 'gpt-4o-transcribe', language: 'de' }],
    ['beta', undefined, { model: 'whisper-1', language: 'de' }],
  ] as const)(
    '%s with the language of the speech, transcribed by %s',
    (dialect, transcriptionModel, wanted) => {
      const update = sessionUpdate(dialect, { ...plainSession, language: 'de', transcriptionModel });
      expect(JSON.stringify(update)).toContain(JSON.stringify(wanted));
    },
  );
});

const typeOf = (update: Record<string, unknown> | undefined): unknown =>
  (update?.['session'] as { type?: string } | undefined)?.type;

describe('the start of a session', () => {
  test('no session.update before session.created, and nothing is ready before session.updated', () => {
    const { sent, receive, words, protocol } = record();
    protocol.clearInput();
    expect(sent).toEqual([]);
    receive({ type: 'session.created', session: gaSession });
    expect(sent.map(({ type }) => type)).toEqual(['session.update']);
    expect(words).toEqual([]);
    receive({ type: 'session.updated', session: gaSession });
    expect(words).toEqual(['sessionReady']);
  });

  test.each([
    ['auto', gaSession, 'realtime'],
    ['auto', betaSession, undefined],
    ['auto', {}, 'realtime'],
    ['beta', gaSession, undefined],
    ['ga', betaSession, 'realtime'],
  ] as const)('dialect %s, the server says %j', (dialect, session, type) => {
    const { sent, receive } = record(dialect);
    receive({ type: 'session.created', session });
    expect(typeOf(sent[0])).toBe(type);
  });

  test.each([
    ['missing_required_parameter', "Missing required parameter: 'session.type'.", betaSession, 'realtime'],
    ['unknown_parameter', "Unknown parameter: 'session.type'.", gaSession, undefined],
  ])('auto guessed wrong (%s): the other dialect, once', (code, message, session, type) => {
    const { sent, receive, words } = record();
    const error = { type: 'invalid_request_error', code, message, param: 'session.type' };
    receive({ type: 'session.created', session }, { type: 'error', error });
    expect(typeOf(sent[1])).toBe(type);
    receive({ type: 'error', error });
    expect(sent).toHaveLength(2);
    expect(words).toEqual(['notice: dialect-changed', 'failed: session-refused']);
  });

  test('a refused session.update is a failure that names the field', () => {
    const { sent, receive, words, told } = record('ga');
    receive({ type: 'session.created', session: gaSession });
    receive({
      type: 'error',
      error: {
        code: 'invalid_value',
        message: "Invalid value: 'bob'.",
        param: 'session.audio.output.voice',
        event_id: sent[0]?.['event_id'],
      },
    });
    expect(words).toEqual(['failed: session-refused']);
    expect(told[0]?.sentence).toContain('session.audio.output.voice');
  });

  test('event ids are our own, and never twice the same', () => {
    const { sent, receive, protocol } = record();
    receive({ type: 'session.created', event_id: 'event_of_the_server', session: gaSession });
    receive({ type: 'session.updated' });
    protocol.clearInput();
    protocol.append(Buffer.alloc(960));
    const ids = sent.map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain('event_of_the_server');
  });
});

describe('the URL', () => {
  test.each([
    [
      'wss://api.openai.com/v1/realtime',
      undefined,
      'auto',
      'wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1',
    ],
    [
      'wss://api.openai.com/v1/realtime',
      undefined,
      'beta',
      'wss://api.openai.com/v1/realtime?model=gpt-4o-realtime-preview',
    ],
    [
      'ws://pi.local:8080/v1/realtime',
      'my pipeline',
      'ga',
      'ws://pi.local:8080/v1/realtime?model=my+pipeline',
    ],
    ['ws://pi.local:8080/v1/realtime', '', 'ga', 'ws://pi.local:8080/v1/realtime'],
    [
      'wss://x.azure.com/openai/realtime?deployment=d',
      undefined,
      'beta',
      'wss://x.azure.com/openai/realtime?deployment=d',
    ],
    ['wss://x.test/v1/realtime?model=a', 'b', 'ga', 'wss://x.test/v1/realtime?model=a'],
  ] as const)('%s with model %s, %s', (url, model, dialect, wanted) => {
    expect(endpointOf({ url, dialect, headers: {}, session: { ...plainSession, model } }).url).toBe(wanted);
  });
});
