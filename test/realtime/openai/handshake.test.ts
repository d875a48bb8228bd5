// How a session begins with services that greet, refuse and confirm in other ways.

import { describe, expect, test } from 'vitest';
import { betaSession, gaSession, record } from './recorder.ts';

const created = { type: 'session.created', session: gaSession };
const updated = { type: 'session.updated', session: gaSession };
const error = (more: object) => ({ type: 'error', error: { type: 'invalid_request_error', ...more } });
const updates = (sent: readonly Record<string, unknown>[]) =>
  sent.filter(({ type }) => type === 'session.update').map(({ session }) => session);

describe('the greeting', () => {
  test('is conversation.created, and session.created never comes', () => {
    const { receive, sent, words } = record();
    receive({ type: 'conversation.created', conversation: { id: 'conv_1' } });
    expect(updates(sent)).toMatchObject([{ type: 'realtime' }]);
    receive(updated);
    expect(words).toEqual(['sessionReady']);
  });

  test('comes in both forms: one update', () => {
    const { receive, sent, words } = record();
    receive({ type: 'conversation.created' }, created, updated);
    expect(updates(sent)).toHaveLength(1);
    expect(words).toEqual(['sessionReady']);
  });

  test('never comes: the update is sent all the same', () => {
    const { protocol, clock, sent, receive, words } = record();
    protocol.opened?.();
    clock.advance(2999);
    expect(sent).toEqual([]);
    clock.advance(1);
    expect(updates(sent)).toHaveLength(1);
    receive(updated);
    expect(words).toEqual(['sessionReady']);
  });

  test('comes late, and shows another dialect: the update is sent again in that', () => {
    const { protocol, clock, sent, receive } = record();
    protocol.opened?.();
    clock.advance(3000);
    receive({ type: 'session.created', session: betaSession });
    expect(updates(sent)).toMatchObject([{ type: 'realtime' }, { modalities: ['text', 'audio'] }]);
  });

  test('leaves no timer behind', () => {
    const { protocol, clock, receive } = record();
    protocol.opened?.();
    receive(created);
    protocol.close();
    expect(clock.waiting).toBe(0);
  });
});

describe('the confirmation', () => {
  test('never comes: going on just before the connection is given up, with a line', () => {
    const { receive, clock, words } = record();
    receive(created);
    clock.advance(8999);
    expect(words).toEqual([]);
    clock.advance(1);
    expect(words).toEqual(['notice: session-unconfirmed', 'sessionReady']);
    receive(updated);
    expect(words).toHaveLength(2);
  });

  test('comes beside errors that name no message of ours: each is a line', () => {
    const { receive, clock, words } = record();
    const unsupported = (field: string) =>
      error({
        message: `Specifying \`session.${field}\` is not supported.`,
        code: null,
        event_id: null,
        param: null,
      });
    receive({ type: 'session.created', session: betaSession });
    receive(
      unsupported('input_audio_format'),
      unsupported('output_audio_format'),
      unsupported('turn_detection'),
      updated,
    );
    expect(words).toEqual([
      'notice: setting-ignored',
      'notice: setting-ignored',
      'notice: setting-ignored',
      'sessionReady',
    ]);
    clock.advance(60_000);
    expect(words).toHaveLength(4);
  });

  test('does not come after such an error: the session is refused, with the words of the service', () => {
    const { receive, clock, words, told } = record();
    receive(created, { type: 'error', error: 'model local-voice is not installed on this server' });
    clock.advance(1999);
    expect(words).toEqual([]);
    clock.advance(1);
    expect(words).toEqual(['failed: session-refused']);
    expect(told[0]?.sentence).toContain('model local-voice is not installed on this server');
  });
});

describe('a refused setting', () => {
  const refuse = (param: string, more: object = {}) =>
    error({ code: 'unknown_parameter', message: 'No.', param, ...more });

  test.each([
    ['session.audio.input.noise_reduction', 'noise_reduction'],
    ['session.audio.output.voice', 'voice'],
    ['session.audio.input.transcription.model', 'gpt-live-transcribe'],
    ['session.max_output_tokens', 'max_output_tokens'],
  ])('%s is left out, with a line, and the rest is asked again', (param, field) => {
    const { receive, sent, words } = record();
    receive(created);
    expect(JSON.stringify(sent[0])).toContain(field);
    receive(refuse(param));
    expect(JSON.stringify(sent[1])).not.toContain(field);
    receive(updated);
    expect(words).toEqual(['notice: setting-left-out', 'sessionReady']);
  });

  test('one after the other, each once', () => {
    const { receive, words } = record();
    receive(created, refuse('session.audio.input.noise_reduction'), refuse('session.audio.output.voice'));
    receive(refuse('session.audio.output.voice'));
    expect(words).toEqual([
      'notice: setting-left-out',
      'notice: setting-left-out',
      'failed: session-refused',
    ]);
  });

  test('that only the message names', () => {
    const { receive, clock, sent, words } = record();
    receive(
      created,
      error({ message: 'Specifying `session.audio.input.noise_reduction` is not supported.' }),
    );
    clock.advance(2000);
    expect(updates(sent)).toHaveLength(2);
    expect(words).toEqual(['notice: setting-left-out']);
  });

  test('is left out from the start in the next session', () => {
    const { receive, sent, again } = record();
    receive(created, refuse('session.audio.input.noise_reduction'), updated);
    const next = again();
    next.receive(created);
    expect(JSON.stringify(sent.at(-1))).not.toContain('noise_reduction');
    expect(updates(sent)).toHaveLength(3);
  });

  test.each([
    'session.type',
    'session.audio.input.format',
    'session.tools[0].name',
    'session.model',
    'session.turn_detection',
  ])('%s is needed: the session is refused', (param) => {
    const { receive, words } = record();
    receive(created, refuse(param, { code: 'invalid_value' }));
    expect(words).toEqual(['failed: session-refused']);
  });

  test('in a dialect that the owner has chosen is the owner’s to correct', () => {
    const { receive, words } = record('ga');
    receive(created, refuse('session.audio.output.voice'));
    expect(words).toEqual(['failed: session-refused']);
  });
});

describe('an error before the session is ready', () => {
  test.each([
    [{ code: 'rate_limit_exceeded', message: 'Slow down.' }, 'failed: rate-limited'],
    [{ code: 'session_expired', message: 'Too long.' }, 'failed: session-expired'],
    [{ type: 'server_error', message: 'Oops.' }, 'failed: service-error'],
    [{ code: 'credit_balance_exhausted' }, 'failed: quota-exceeded'],
    [{ type: 'session_limit_reached', message: 'One at a time.' }, 'failed: rate-limited'],
    [{ type: 'unknown_or_invalid_event', message: 'No.' }, 'notice: request-race'],
  ])('%j is %s, and not about our settings', (fields, word) => {
    const { receive, words } = record();
    receive(created, error(fields));
    expect(words).toEqual([word]);
  });
});

describe('the words of the service', () => {
  test.each([
    [{ type: 'error', error: 'The model failed.' }, 'The model failed.'],
    [{ type: 'error', message: 'The model failed.', code: 'odd' }, 'The model failed. (odd)'],
    [{ type: 'error', detail: 'The model failed.' }, 'The model failed.'],
    [{ type: 'error', error: { detail: 'The model failed.' } }, 'The model failed.'],
    [{ type: 'error', error: { code: 500, message: 'The model failed.' } }, 'The model failed. (500)'],
    [{ type: 'error', error: { code: 'constructor', message: 'x' } }, 'x (constructor)'],
    [{ type: 'error', error: { code: '__proto__', message: 'x' } }, 'x (__proto__)'],
    [
      { type: 'response.done', response: { id: 'r', status: 'failed', status_details: 'not loaded' } },
      'not loaded',
    ],
    [
      {
        type: 'response.done',
        response: { id: 'r', status: 'failed', status_details: { reason: 'not loaded' } },
      },
      'not loaded',
    ],
    [
      {
        type: 'response.done',
        response: { id: 'r', status: 'failed', status_details: { message: 'not loaded' } },
      },
      'not loaded',
    ],
    [
      {
        type: 'conversation.item.input_audio_transcription.failed',
        error: { code: 'model_not_found', message: 'No x.' },
      },
      'No x. (model_not_found)',
    ],
  ])('of %j are told', (event, sentence) => {
    const { receive, told } = record();
    receive(created, updated, event);
    expect(told).toHaveLength(1);
    expect(told[0]?.sentence).toContain(sentence);
  });

  test('are one line, and short', () => {
    const { receive, told } = record();
    receive(created, updated, { type: 'error', error: `a\n\u001b[31m${'b'.repeat(5000)}` });
    expect(told[0]?.sentence).toMatch(/^[^\p{C}]{20,400}$/u);
  });
});
