// The forms of a reply that real services send.

import { describe, expect, test } from 'vitest';
import { bytesOfMs } from '../../../src/core/pcm.ts';
import type { ReplyScript } from '../../../src/parrot/responses/reply-script.ts';
import type { WireEvent } from '../../../src/parrot/session/session.ts';
import { audioOf, errorsOf, inside, SessionRig, typed } from '../session-rig.ts';

/** Half a second that counts its samples. */
const ramp = Buffer.from(Int16Array.from({ length: 12_000 }, (_, i) => i + 1).buffer);

/** A session with an utterance committed and a reply requested; only later events are taken. */
const asked = (script: ReplyScript, dialect: 'ga' | 'beta' = 'ga'): SessionRig => {
  const rig = new SessionRig(dialect, { replies: () => script });
  rig.configure({ detection: null }).say(ramp).take();
  return rig.send({ type: 'response.create' });
};

const played = (script: ReplyScript, dialect: 'ga' | 'beta' = 'ga'): WireEvent[] =>
  asked(script, dialect).run().take();

const types = (events: readonly WireEvent[]): unknown[] => events.map((event) => event['type']);
const done = (events: readonly WireEvent[], path: string): unknown =>
  inside(typed(events, 'response.done')[0], `response.${path}`);

const halves = {
  items: [
    {
      audio: (heard: Buffer) => heard.subarray(0, 12_000),
      transcript: 'Let me see.',
      phase: 'commentary' as const,
    },
    { audio: (heard: Buffer) => heard.subarray(12_000), phase: 'final_answer' as const },
  ],
};

describe('several items', () => {
  test('come one after the other, and together are the whole', () => {
    const events = played(halves);
    expect(audioOf(events).equals(ramp)).toBe(true);
    expect(done(events, 'output')).toMatchObject([
      { phase: 'commentary', status: 'completed', content: [{ transcript: 'Let me see.' }] },
      { phase: 'final_answer', status: 'completed' },
    ]);
    const deltas = typed(events, 'response.output_audio.delta').map((event) => event['output_index']);
    expect(deltas).toEqual([...deltas].sort());
    expect(new Set(deltas)).toEqual(new Set([0, 1]));
  });

  test('may overlap: the first is done after the first sound of the second', () => {
    const events = played({ ...halves, overlapping: true });
    const indexOf = (type: string, index: number): number =>
      events.findIndex((event) => event['type'] === type && event['output_index'] === index);
    const firstDone = indexOf('response.output_audio.done', 0);
    expect(firstDone).toBeGreaterThan(indexOf('response.output_audio.delta', 1));
    expect(firstDone).toBeLessThan(indexOf('response.output_audio.done', 1));
    expect(audioOf(events).equals(ramp)).toBe(true);
  });
});

describe('no sound', () => {
  test('no items at all', () => {
    const events = played({ items: [] });
    expect(types(events)).toEqual(['response.created', 'response.done', 'rate_limits.updated']);
    expect(done(events, 'output')).toEqual([]);
  });

  test('an item without content', () => {
    const events = played({ items: [{ audio: null }] });
    expect(types(events)).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(done(events, 'output.0.content')).toEqual([]);
  });

  test('an item whose sound is empty', () => {
    const events = played({ items: [{ audio: () => Buffer.alloc(0), transcript: 'Hm.' }] });
    expect(types(events)).toContain('response.output_audio.done');
    expect(types(events)).not.toContain('response.output_audio.delta');
  });
});

describe('not completed', () => {
  test.each([
    [
      'failed',
      { code: 'insufficient_quota' },
      {
        type: 'failed',
        error: { type: 'server_error', code: 'insufficient_quota', message: expect.any(String) },
      },
    ],
    ['incomplete', { reason: 'max_output_tokens' }, { type: 'incomplete', reason: 'max_output_tokens' }],
    ['incomplete', { reason: 'content_filter' }, { type: 'incomplete', reason: 'content_filter' }],
    ['cancelled', { reason: 'turn_detected' }, { type: 'cancelled', reason: 'turn_detected' }],
  ])('%s, %j: in the middle, its sub-events done all the same', (status, how, details) => {
    const ending = { status, ...how, afterDeltas: 2 } as ReplyScript['ending'] & object;
    const events = played({ ending });
    expect(done(events, 'status')).toBe(status);
    expect(done(events, 'status_details')).toEqual(details);
    expect(done(events, 'output.0.status')).toBe('incomplete');
    expect(audioOf(events).equals(ramp.subarray(0, bytesOfMs(200)))).toBe(true);
    expect(types(events).slice(-7)).toEqual([
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
  });

  test('failed before anything was said', () => {
    const events = played({ ending: { status: 'failed', code: 'server_error', afterDeltas: 0 } });
    expect(types(events)).toEqual(['response.created', 'response.done', 'rate_limits.updated']);
    expect(done(events, 'usage.output_tokens')).toBe(0);
  });

  test('late deltas come after the end', () => {
    const ending = { status: 'cancelled', reason: 'client_cancelled', afterDeltas: 2 } as const;
    const events = played({ ending, lateDeltas: 2 });
    expect(types(events).slice(-2)).toEqual(Array(2).fill('response.output_audio.delta'));
    expect(audioOf(events).equals(ramp.subarray(0, bytesOfMs(400)))).toBe(true);
    const after = types(events).indexOf('response.done');
    expect(audioOf(events.slice(after)).length).toBe(bytesOfMs(200));
  });

  test('late deltas come after a cancel of the client, too', () => {
    const rig = asked({ lateDeltas: 1 }).run(4);
    rig.send({ type: 'response.cancel' });
    expect(types(rig.take()).at(-2)).toBe('response.done');
    expect(types(rig.run().take())).toEqual(['response.output_audio.delta']);
  });
});

describe('a response without any event', () => {
  const deadAir: ReplyScript = { created: false, items: [], ending: { status: 'never' } };

  test('nothing is created, and nothing takes the place', () => {
    const scripts = [deadAir, {}];
    const rig = new SessionRig('ga', { replies: (n) => scripts[n - 1] ?? {} });
    rig.configure({ detection: null }).say(ramp).take();
    expect(types(rig.send({ type: 'response.create' }).run().take())).toEqual([]);
    expect(types(rig.send({ type: 'response.create' }).run().take())).toContain('response.done');
  });

  test('created, and never done until it is cancelled', () => {
    const rig = asked({ ending: { status: 'never', afterDeltas: 1 } });
    expect(types(rig.run().take()).at(-1)).toBe('response.output_audio.delta');
    rig.send({ type: 'response.create' });
    expect(errorsOf(rig.take())).toMatchObject([{ code: 'conversation_already_has_active_response' }]);
    rig.send({ type: 'response.cancel' });
    expect(done(rig.take(), 'status')).toBe('cancelled');
  });

  test('a response that ignores a cancel', () => {
    const rig = asked({ ending: { status: 'never', afterDeltas: 1 }, cancellable: false });
    rig.run().take();
    expect(rig.send({ type: 'response.cancel' }).run().take()).toEqual([]);
  });

  test('done without created', () => {
    const events = played({ created: false });
    expect(types(events)).not.toContain('response.created');
    expect(done(events, 'status')).toBe('completed');
  });
});

describe('deltas', () => {
  test.each(['ga', 'beta'] as const)(
    '%s: an odd number of bytes splits samples, and loses none',
    (dialect) => {
      const events = played({ deltaBytes: 1001 }, dialect);
      expect(audioOf(events).equals(ramp)).toBe(true);
      const name = dialect === 'ga' ? 'response.output_audio.delta' : 'response.audio.delta';
      const sizes = typed(events, name).map((event) => Buffer.from(String(event['delta']), 'base64').length);
      expect(sizes.slice(0, -1)).toEqual(Array(sizes.length - 1).fill(1001));
    },
  );

  test('of GA carry a string to hide their length, those of beta do not', () => {
    const [ga] = typed(played({}), 'response.output_audio.delta');
    expect(ga?.['obfuscation']).toMatch(/^\w{8,}$/);
    const [beta] = typed(played({}, 'beta'), 'response.audio.delta');
    expect(beta).not.toHaveProperty('obfuscation');
  });

  test('last 100 ms each', () => {
    const deltas = typed(played({}), 'response.output_audio.delta');
    expect(deltas.map((event) => Buffer.from(String(event['delta']), 'base64').length)).toEqual(
      Array(5).fill(bytesOfMs(100)),
    );
  });
});

test('scripts are numbered from 1 in each session', () => {
  const numbers: number[] = [];
  const rig = new SessionRig('ga', {
    replies: (n) => {
      numbers.push(n);
      return {};
    },
  });
  rig.configure({ detection: null }).say(ramp);
  for (let turn = 0; turn < 3; turn += 1) rig.send({ type: 'response.create' }).run();
  expect(numbers).toEqual([1, 2, 3]);
});
