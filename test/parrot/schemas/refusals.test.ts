// The errors for invalid events, as the real service words them.

import { describe, expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import { errorsOf, inside, SessionRig } from '../session-rig.ts';

const fresh = (dialect: 'ga' | 'beta' = 'ga'): SessionRig => {
  const rig = new SessionRig(dialect);
  rig.take();
  return rig;
};

/** The one error that an event causes; it must have no other effect. */
const errorOf = (event: object, rig = fresh()): unknown => {
  const events = rig.send({ event_id: 'c_1', ...event }).take();
  expect(events).toHaveLength(1);
  return errorsOf(events)[0];
};

describe('frames', () => {
  test.each(['', '{', 'hello', '{"type":'])('not JSON: %j', (text) => {
    expect(errorsOf(fresh().sendText(text).take())).toEqual([
      {
        type: 'invalid_request_error',
        code: 'invalid_json',
        message: 'Invalid event: failed to parse JSON value.',
        param: null,
        event_id: null,
      },
    ]);
  });

  test.each(['[]', 'null', '5', '"x"'])('not an object: %s', (text) => {
    expect(errorsOf(fresh().sendText(text).take())).toMatchObject([{ code: 'invalid_event' }]);
  });

  test('binary', () => {
    expect(errorsOf(fresh().sendBinary().take())).toMatchObject([
      { code: 'invalid_event', message: expect.stringContaining('binary'), event_id: null },
    ]);
  });
});

describe('events', () => {
  test.each([
    ['no type', {}, 'missing_required_parameter', 'type'],
    ['a type that is not text', { type: 5 }, 'invalid_type', 'type'],
    ['a type that there is not', { type: 'session.start' }, 'invalid_value', 'type'],
    ['one of WebRTC', { type: 'output_audio_buffer.clear' }, 'invalid_value', 'type'],
    ['one of the server', { type: 'response.done' }, 'invalid_value', 'type'],
    ['a property of an object', { type: 'toString' }, 'invalid_value', 'type'],
    ['an unknown key', { type: 'input_audio_buffer.clear', now: true }, 'unknown_parameter', 'now'],
    ['a missing key', { type: 'input_audio_buffer.append' }, 'missing_required_parameter', 'audio'],
    ['a key of the wrong type', { type: 'input_audio_buffer.append', audio: 5 }, 'invalid_type', 'audio'],
    ['no session', { type: 'session.update' }, 'missing_required_parameter', 'session'],
    ['a session that is a text', { type: 'session.update', session: 'x' }, 'invalid_type', 'session'],
    ['no item', { type: 'conversation.item.create' }, 'missing_required_parameter', 'item'],
  ])('%s', (_, event, code, param) => {
    expect(errorOf(event)).toMatchObject({ type: 'invalid_request_error', code, param, event_id: 'c_1' });
  });

  test('an unknown type: the error lists the known ones', () => {
    const { message } = errorOf({ type: 'x' }) as { message: string };
    expect(message).toMatch(/^Invalid value: 'x'\. Supported values are: 'session\.update', .*, and '/);
  });

  test('an id that is too long', () => {
    const error = errorOf({ type: 'input_audio_buffer.clear', event_id: 'x'.repeat(513) });
    expect(error).toMatchObject({ code: 'string_above_max_length', param: 'event_id' });
  });
});

describe('a session.update', () => {
  const detection = (fields: object) => ({ audio: { input: { turn_detection: fields } } });
  const path = 'session.audio.input.turn_detection';

  test.each([
    [{ temperature: 0.8 }, 'unknown_parameter', 'session.temperature'],
    [{ max_response_output_tokens: 5 }, 'unknown_parameter', 'session.max_response_output_tokens'],
    [{ voice: 'sage' }, 'unknown_parameter', 'session.voice'],
    [{ audio: { input: { vad: 1 } } }, 'unknown_parameter', 'session.audio.input.vad'],
    [{ tools: [{ type: 'function', name: 'a', meta: {} }] }, 'unknown_parameter', 'session.tools[0].meta'],
    [
      { tools: [{ type: 'function', name: 'a' }, { type: 'function' }] },
      'missing_required_parameter',
      'session.tools[1].name',
    ],
    [{ tools: [{ type: 'code' }] }, 'invalid_value', 'session.tools[0].type'],
    [{ tools: [{}] }, 'missing_required_parameter', 'session.tools[0].type'],
    [{ output_modalities: ['audio', 'text'] }, 'invalid_value', 'session.output_modalities'],
    [{ output_modalities: ['video'] }, 'invalid_value', 'session.output_modalities[0]'],
    [{ output_modalities: 'audio' }, 'invalid_type', 'session.output_modalities'],
    [{ max_output_tokens: 'many' }, 'invalid_value', 'session.max_output_tokens'],
    [{ max_output_tokens: 0 }, 'integer_below_min_value', 'session.max_output_tokens'],
    [{ audio: { output: { speed: 9.5 } } }, 'decimal_above_max_value', 'session.audio.output.speed'],
    [{ audio: { output: { voice: { id: 5 } } } }, 'invalid_type', 'session.audio.output.voice.id'],
    [
      { audio: { input: { format: { type: 'audio/pcmu' } } } },
      'invalid_value',
      'session.audio.input.format.type',
    ],
    [
      { audio: { input: { format: { type: 'audio/pcm', rate: 16_000 } } } },
      'invalid_value',
      'session.audio.input.format.rate',
    ],
    [detection({}), 'missing_required_parameter', `${path}.type`],
    [detection({ type: 'client_vad' }), 'invalid_value', `${path}.type`],
    [detection({ type: 'server_vad', eagerness: 'low' }), 'unknown_parameter', `${path}.eagerness`],
    [detection({ type: 'semantic_vad', threshold: 1 }), 'unknown_parameter', `${path}.threshold`],
    [detection({ type: 'server_vad', threshold: 1.5 }), 'decimal_above_max_value', `${path}.threshold`],
    [
      detection({ type: 'server_vad', silence_duration_ms: 1.5 }),
      'invalid_type',
      `${path}.silence_duration_ms`,
    ],
    [
      detection({ type: 'server_vad', idle_timeout_ms: 10 }),
      'integer_below_min_value',
      `${path}.idle_timeout_ms`,
    ],
    [
      { truncation: { type: 'retention_ratio' } },
      'missing_required_parameter',
      'session.truncation.retention_ratio',
    ],
  ])('%j', (fields, code, param) => {
    const error = errorOf({ type: 'session.update', session: { type: 'realtime', ...fields } });
    expect(error).toMatchObject({ type: 'invalid_request_error', code, param, event_id: 'c_1' });
    expect(inside(error, 'message')).toMatch(/^\w.*\.$/);
  });

  test.each([
    [{ modalities: ['audio'] }, 'invalid_value', 'session.modalities'],
    [{ temperature: 2 }, 'integer_above_max_value', 'session.temperature'],
    [{ input_audio_format: 'g711_ulaw' }, 'invalid_value', 'session.input_audio_format'],
    [{ audio: {} }, 'unknown_parameter', 'session.audio'],
    [
      { turn_detection: { type: 'server_vad', idle_timeout_ms: 6000 } },
      'unknown_parameter',
      'session.turn_detection.idle_timeout_ms',
    ],
  ])('beta: %j', (session, code, param) => {
    expect(errorOf({ type: 'session.update', session }, fresh('beta'))).toMatchObject({ code, param });
  });

  test('a session of transcription', () => {
    const error = errorOf({ type: 'session.update', session: { type: 'transcription' } });
    expect(error).toMatchObject({ code: 'invalid_value', param: 'session.type' });
  });
});

describe('an append', () => {
  const append = (audio: string) => ({ type: 'input_audio_buffer.append', audio });

  test.each(['!!!!', 'AAA', 'AAAA=', 'A-_A', 'AA AA', '====', 'AAAA\n'])('%j is not base64', (audio) => {
    expect(errorOf(append(audio))).toEqual({
      type: 'invalid_request_error',
      code: 'invalid_value',
      message:
        "Invalid 'audio'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value.",
      param: 'audio',
      event_id: 'c_1',
    });
  });

  test.each([1, 3, 4801])('%i bytes are not whole samples', (bytes) => {
    const rig = fresh();
    rig.configure({ detection: null }).take();
    const error = errorOf(append(Buffer.alloc(bytes).toString('base64')), rig);
    expect(error).toMatchObject({ code: 'invalid_value', param: 'audio', event_id: 'c_1' });
    expect(inside(error, 'message')).toContain(`an odd number of bytes (${bytes})`);
    expect(errorOf({ type: 'input_audio_buffer.commit' }, rig)).toMatchObject({
      message: expect.stringContaining('only has 0.00ms'),
    });
  });

  test('more than 15 MiB', () => {
    const rig = fresh();
    rig.configure({ detection: null }).take();
    const limit = 15 * 1024 * 1024;
    expect(rig.send(append(Buffer.alloc(limit).toString('base64'))).take()).toEqual([]);
    rig.send({ type: 'input_audio_buffer.clear' }).take();
    const error = errorOf(append(Buffer.alloc(limit + 2).toString('base64')), rig);
    expect(error).toMatchObject({ code: 'invalid_value', param: 'audio' });
    expect(inside(error, 'message')).toContain('15 MiB');
  });

  test('nothing is nothing, and has no answer', () => {
    expect(fresh().send(append('')).take()).toEqual([]);
  });

  test('a commit of nothing', () => {
    const rig = fresh();
    rig.configure({ detection: null }).append(silence(60)).take();
    expect(errorOf({ type: 'input_audio_buffer.commit' }, rig)).toEqual({
      type: 'invalid_request_error',
      code: 'input_audio_buffer_commit_empty',
      message:
        'Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, ' +
        'but buffer only has 60.00ms of audio.',
      param: null,
      event_id: 'c_1',
    });
  });
});

test('a session continues after an error', () => {
  const rig = fresh();
  for (const text of ['{', '[]', '{"type":"x"}', '{"type":"session.update","session":{}}'])
    rig.sendText(text);
  rig.take();
  expect(rig.configure({ detection: null }).take()).toMatchObject([{ type: 'session.updated' }]);
});
