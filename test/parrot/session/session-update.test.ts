// The configuration of a session: its defaults, its updates, and what is refused of them.

import { describe, expect, test } from 'vitest';
import { errorsOf, inside, SessionRig } from '../session-rig.ts';

const session = (rig: SessionRig): unknown => rig.take().findLast((event) => 'session' in event)?.['session'];

const gaDefaults = {
  type: 'realtime',
  object: 'realtime.session',
  id: expect.stringMatching(/^sess_/),
  model: 'gpt-realtime-2.1',
  output_modalities: ['audio'],
  instructions: '',
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24_000 },
      noise_reduction: null,
      transcription: null,
      turn_detection: {
        type: 'server_vad',
        threshold: 0.5,
        prefix_padding_ms: 300,
        silence_duration_ms: 200,
        idle_timeout_ms: null,
        create_response: true,
        interrupt_response: true,
      },
    },
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy', speed: 1 },
  },
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  truncation: 'auto',
  tracing: null,
  prompt: null,
  include: null,
  expires_at: 1_800_000_000,
};

const betaDefaults = {
  id: expect.stringMatching(/^sess_/),
  object: 'realtime.session',
  model: 'gpt-realtime-2.1',
  expires_at: 1_800_000_000,
  modalities: ['audio', 'text'],
  instructions: '',
  voice: 'alloy',
  input_audio_format: 'pcm16',
  output_audio_format: 'pcm16',
  input_audio_transcription: null,
  input_audio_noise_reduction: null,
  turn_detection: {
    type: 'server_vad',
    threshold: 0.5,
    prefix_padding_ms: 300,
    silence_duration_ms: 200,
    create_response: true,
    interrupt_response: true,
  },
  tools: [],
  tool_choice: 'auto',
  temperature: 0.8,
  max_response_output_tokens: 'inf',
  speed: 1,
  tracing: null,
  client_secret: null,
};

/** All that OpenAI documents, except audio formats that the parrot does not accept. */
const gaFull = {
  type: 'realtime',
  output_modalities: ['audio'],
  instructions: 'Say it back.',
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24_000 },
      noise_reduction: { type: 'far_field' },
      transcription: { model: 'gpt-live-transcribe', languages: ['en'] },
      turn_detection: {
        type: 'server_vad',
        threshold: 0.4,
        prefix_padding_ms: 200,
        silence_duration_ms: 600,
        create_response: true,
        interrupt_response: false,
        idle_timeout_ms: null,
      },
    },
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin', speed: 1.25 },
  },
  tools: [
    {
      type: 'function',
      name: 'get_time',
      description: 'The time.',
      parameters: { type: 'object', properties: {}, additionalProperties: false },
    },
    {
      type: 'mcp',
      server_label: 'home',
      server_url: 'https://example.com/mcp',
      authorization: 'token',
      allowed_tools: ['lights'],
      require_approval: 'never',
    },
  ],
  tool_choice: 'auto',
  reasoning: { effort: 'low' },
  parallel_tool_calls: true,
  max_output_tokens: 4096,
  truncation: {
    type: 'retention_ratio',
    retention_ratio: 0.8,
    token_limits: { post_instructions: 8000 },
  },
  tracing: { workflow_name: 'w', group_id: 'g', metadata: { a: 1 } },
  include: ['item.input_audio_transcription.logprobs'],
};

const betaFull = {
  modalities: ['text', 'audio'],
  instructions: 'Say it back.',
  voice: 'sage',
  input_audio_format: 'pcm16',
  output_audio_format: 'pcm16',
  input_audio_transcription: { model: 'whisper-1', language: 'en' },
  input_audio_noise_reduction: { type: 'far_field' },
  turn_detection: {
    type: 'server_vad',
    threshold: 0.5,
    prefix_padding_ms: 300,
    silence_duration_ms: 500,
    create_response: true,
    interrupt_response: true,
  },
  tools: [{ type: 'function', name: 'get_time', description: 'The time.', parameters: {} }],
  tool_choice: 'auto',
  temperature: 0.8,
  max_response_output_tokens: 'inf',
  speed: 1,
};

const full = { ga: gaFull, beta: betaFull };

describe.each(['ga', 'beta'] as const)('%s', (dialect) => {
  test('begins with the defaults of the real service', () => {
    const events = new SessionRig(dialect).take();
    expect(events[0]?.['type']).toBe('session.created');
    expect(events[0]?.['session']).toEqual(dialect === 'ga' ? gaDefaults : betaDefaults);
    const rest = dialect === 'ga' ? [] : ['conversation.created'];
    expect(events.slice(1).map((event) => event['type'])).toEqual(rest);
  });

  test('accepts all that is documented, and returns it', () => {
    const rig = new SessionRig(dialect);
    rig.take();
    rig.send({ type: 'session.update', event_id: 'c_1', session: full[dialect] });
    const [updated, ...rest] = rig.take();
    expect(rest).toEqual([]);
    expect(updated?.['type']).toBe('session.updated');
    expect(updated?.['event_id']).not.toBe('c_1');
    expect(updated?.['session']).toMatchObject(full[dialect]);
  });

  test('what an update leaves out stays as it was', () => {
    const rig = new SessionRig(dialect);
    rig.send({ type: 'session.update', session: full[dialect] });
    const before = session(rig);
    const type = dialect === 'ga' ? { type: 'realtime' } : {};
    rig.send({ type: 'session.update', session: { ...type, instructions: '' } });
    expect(session(rig)).toEqual({ ...(before as object), instructions: '' });
    rig.configure({ detection: { type: 'server_vad', silence_duration_ms: 700 } });
    const path = dialect === 'ga' ? 'audio.input.turn_detection' : 'turn_detection';
    const after = session(rig);
    const detection = { ...(inside(before, path) as object), silence_duration_ms: 700 };
    expect(inside(after, path)).toEqual(detection);
    expect(inside(after, 'tools')).toEqual(full[dialect].tools);
  });

  test('another type of turn detection has its own defaults, none is null', () => {
    const rig = new SessionRig(dialect);
    const path = dialect === 'ga' ? 'audio.input.turn_detection' : 'turn_detection';
    rig.configure({ detection: { type: 'semantic_vad', create_response: false } });
    expect(inside(session(rig), path)).toEqual({
      type: 'semantic_vad',
      eagerness: 'auto',
      create_response: false,
      interrupt_response: true,
    });
    rig.configure({ detection: null });
    expect(inside(session(rig), path)).toBeNull();
  });

  test('a voice that has spoken cannot be changed', () => {
    const rig = new SessionRig(dialect);
    const change = (voice: string) =>
      rig.send({
        type: 'session.update',
        session: dialect === 'ga' ? { type: 'realtime', audio: { output: { voice } } } : { voice },
      });
    change('sage').configure({ detection: null }).say().send({ type: 'response.create' }).run().take();
    change('sage');
    expect(errorsOf(rig.take())).toEqual([]);
    change('verse');
    expect(errorsOf(rig.take())).toMatchObject([{ code: 'cannot_update_voice' }]);
  });

  test('the model cannot be changed', () => {
    const rig = new SessionRig(dialect);
    const type = dialect === 'ga' ? { type: 'realtime' } : {};
    rig.take();
    rig.send({ type: 'session.update', session: { ...type, model: 'gpt-realtime-2.1' } });
    expect(errorsOf(rig.take())).toEqual([]);
    rig.send({ type: 'session.update', session: { ...type, model: 'gpt-realtime-mini' } });
    expect(errorsOf(rig.take())).toMatchObject([{ code: 'invalid_value', param: 'session.model' }]);
  });
});
