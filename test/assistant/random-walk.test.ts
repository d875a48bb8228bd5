// The assistant in a rig of fakes, with all events in any order: presses, time, a service
// that sends nonsense, cards that are removed. The invariants are tested after every step.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputs, type Phase, type PressWhileSpeaking, phases } from '../../src/core/conversation.ts';
import { FRAME_BYTES } from '../../src/core/pcm.ts';
import type { MissingHardware, ServiceEvent } from '../../src/core/ports.ts';
import type { LogLine } from '../fakes/fake-log.ts';
import { type AssistantRig, createAssistantRig } from '../rigs/assistant-rig.ts';

const serviceEvents: readonly ServiceEvent[] = [
  'sessionReady',
  'speechStarted',
  'speechStopped',
  'turnCommitted',
  'replyCreated',
  'replyStarted',
  'replyEnded',
  'replyRequested',
  'callsAnswered',
  'goodbyeRequested',
  'goodbyeSaid',
];

type Move = (rig: AssistantRig) => void;

const onConnection =
  (move: (rig: AssistantRig) => void): Move =>
  (rig) => {
    if (rig.service.connections.length > 0) move(rig);
  };

const moves = fc.oneof(
  // What a well-behaved service says next is likelier than nonsense, or few walks would get far.
  {
    weight: 18,
    arbitrary: fc.constant<Move>((rig) => onConnection((h) => h.connection().say(likely(h)))(rig)),
  },
  {
    weight: 9,
    arbitrary: fc
      .constantFrom(...serviceEvents)
      .map((event): Move => onConnection((rig) => rig.connection().say(event))),
  },
  {
    weight: 6,
    arbitrary: fc
      .integer({ min: 0, max: 5000 })
      .map((bytes): Move => onConnection((rig) => rig.connection().sound(Buffer.alloc(bytes)))),
  },
  { weight: 6, arbitrary: fc.constant<Move>((rig) => rig.microphone.say(Buffer.alloc(FRAME_BYTES))) },
  {
    weight: 12,
    arbitrary: fc.constantFrom(1, 20, 300, 3000, 11_000, 130_000).map(
      (ms): Move =>
        (rig) =>
          rig.clock.advance(ms),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Move>((rig) => rig.assistant.press('the button')) },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 0, max: 3 })
      .map((count): Move => onConnection((rig) => rig.connection().call(...freshCalls(rig, count)))),
  },
  { weight: 3, arbitrary: fc.constant<Move>((rig) => rig.tools.finish()) },
  { weight: 1, arbitrary: fc.constant<Move>((rig) => rig.fallDue('the timer "eggs"')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(undefined, 'microphone', 'loudspeaker', 'network').map(
      (what): Move =>
        (rig) => {
          rig.miss(what as MissingHardware['what'] | undefined);
          rig.assistant.checkHardware();
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Move>(
      (rig) => rig.microphone.fail('The microphone is gone.'),
      (rig) => rig.loudspeaker.fail('The loudspeaker is gone.'),
      onConnection((rig) => rig.connection().fail('The network is gone.')),
      (rig) => rig.clock.advance(700_000),
    ),
  },
);

const freshCalls = ({ tools }: AssistantRig, count: number): { callId: string }[] =>
  Array.from({ length: count }, (_, index) => ({ callId: `call_${tools.calls.length + index}` }));

const likely = (rig: AssistantRig): ServiceEvent => {
  const byPhase: Partial<Record<Phase, ServiceEvent>> = {
    connecting: 'sessionReady',
    listening: 'turnCommitted',
    hearing: 'turnCommitted',
    thinking: 'replyCreated',
    preparingReply: 'replyStarted',
    speaking: 'replyEnded',
    working: 'goodbyeRequested',
    awaitingFollowUp: 'replyCreated',
    preparingFollowUp: 'replyStarted',
    awaitingGoodbye: 'replyCreated',
    preparingGoodbye: 'replyStarted',
    sayingGoodbye: 'replyEnded',
  };
  return byPhase[rig.assistant.phase] ?? 'speechStarted';
};

const isUncoded = ({ level, facts }: LogLine): boolean =>
  (level === 'warn' || level === 'error') && typeof (facts as { code?: unknown }).code !== 'string';

/** With Node's assert: half a million of vitest's own would take most of the time. */
const holds = (rig: AssistantRig): void => {
  const { phase } = rig.assistant;
  const { light, microphone, connection } = outputs[phase];
  const { open } = rig.service.connections.at(-1) ?? { open: false };
  assert.equal(rig.microphone.inUse && rig.loudspeaker.inUse, false);
  assert.equal(rig.microphone.inUse, microphone === 'on');
  assert.equal(open, connection === 'open');
  assert.ok(rig.service.connections.filter((one) => one.open).length <= 1);
  assert.equal(rig.light(), light);
  // A hang-up leaves nothing running.
  if (connection === 'closed') assert.deepEqual(rig.tools.open(), []);
  // A phase that waits has a limit, and idle needs no clock at all.
  if (outputs[phase].limit === undefined) assert.equal(rig.clock.waiting, 0);
  else assert.ok(rig.clock.waiting > 0);
};

test.each<PressWhileSpeaking>(['hang-up', 'interrupt'])(
  '120,000 events in any order, a press %s',
  async (pressWhileSpeaking) => {
    const visited = new Set<Phase>();
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { minLength: 600, maxLength: 600 }), async (walk) => {
        const rig = createAssistantRig({ pressWhileSpeaking });
        for (const move of walk) {
          move(rig);
          visited.add(rig.assistant.phase);
          holds(rig);
        }
        // Without input, every conversation ends: every phase has a transition to idle.
        rig.miss();
        rig.clock.advance(10_000_000);
        rig.assistant.checkHardware();
        expect(rig.assistant.phase).toBe('idle');
        expect(rig.log.lines.filter(isUncoded)).toEqual([]);
        holds(rig);
      }),
      { numRuns: 200 },
    );
    expect([...visited].sort()).toEqual([...phases].sort());
  },
  300_000,
);
