// What the turn detection does beside finding utterances: it interrupts, it waits, it replies to silence.

import { describe, expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import type { WireEvent } from '../../../src/parrot/session/session.ts';
import { speak, withoutSilence } from '../../rigs/speech.ts';
import { errorsOf, inside, SessionRig, typed } from '../session-rig.ts';

const hello = withoutSilence(speak('Hello parrot.'));
const said = Buffer.concat([silence(500), hello, silence(600)]);

describe('speech while a reply is under way', () => {
  const statusOf = (events: readonly WireEvent[]): unknown =>
    inside(typed(events, 'response.done')[0], 'response.status_details');

  test.each(['ga', 'beta'] as const)('%s: interrupts it', (dialect) => {
    const rig = new SessionRig(dialect);
    rig.append(said).run(6);
    rig.take();
    rig.append(said);
    const events = rig.take();
    const types = events.map((event) => event['type']);
    expect(types.slice(0, 2)).toEqual([
      'input_audio_buffer.speech_started',
      dialect === 'ga' ? 'response.output_audio.done' : 'response.audio.done',
    ]);
    expect(statusOf(events)).toEqual({ type: 'cancelled', reason: 'turn_detected' });
    expect(inside(typed(events, 'response.done')[0], 'response.output.0.status')).toBe('incomplete');
    expect(types.at(-1)).toBe('response.created');
    expect(statusOf(rig.run().take())).toBeNull();
  });

  test('does not where interrupt_response is false; then its own reply is refused', () => {
    const rig = new SessionRig();
    rig.configure({ detection: { type: 'server_vad', interrupt_response: false } });
    rig.append(said).run(6).take();
    rig.append(said);
    const events = rig.take();
    expect(errorsOf(events)).toEqual([
      expect.objectContaining({ code: 'conversation_already_has_active_response', event_id: null }),
    ]);
    expect(events.at(-1)?.['type']).toBe('error');
    expect(statusOf(rig.run().take())).toBeNull();
  });
});

test('an idle timeout is reported, committed and answered', () => {
  const rig = new SessionRig();
  rig.configure({ detection: { type: 'server_vad', idle_timeout_ms: 5000 } });
  rig.append(said).run().take();
  rig.append(silence(10_000));
  const types = rig.run().types();
  expect(types.slice(0, 3)).toEqual([
    'input_audio_buffer.timeout_triggered',
    'input_audio_buffer.committed',
    'conversation.item.added',
  ]);
  expect(types.at(-2)).toBe('response.done');
});

test.each([
  ['low', 2000],
  ['medium', 1000],
  ['auto', 1000],
  ['high', 500],
])('semantic_vad, eagerness %s, waits %i ms', (eagerness, ms) => {
  const rig = new SessionRig();
  rig.configure({ detection: { type: 'semantic_vad', eagerness } }).take();
  rig.append(Buffer.concat([silence(500), hello, silence(2500)]));
  const stop = Number(typed(rig.take(), 'input_audio_buffer.speech_stopped')[0]?.['audio_end_ms']);
  expect(stop - 500 - hello.length / 48).toBeGreaterThan(ms - 150);
  expect(stop - 500 - hello.length / 48).toBeLessThan(ms + 100);
});
