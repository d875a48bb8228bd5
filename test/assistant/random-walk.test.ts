// The assistant in a house of fakes, with everything happening in any order: presses, time, a service
// that talks nonsense, cards that vanish. What must hold, holds after every single step.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputs, type Phase, type PressWhileSpeaking, phases } from '../../src/core/conversation.ts';
import { FRAME_BYTES } from '../../src/core/pcm.ts';
import type { MissingHardware, ServiceEvent } from '../../src/core/ports.ts';
import type { LogLine } from '../fakes/fake-log.ts';
import { createHousehold, type Household } from '../rigs/household.ts';

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

type Move = (house: Household) => void;

const onConnection =
  (move: (house: Household) => void): Move =>
  (house) => {
    if (house.service.connections.length > 0) move(house);
  };

const moves = fc.oneof(
  // What a well-behaved service says next is likelier than nonsense, or few walks would get far.
  {
    weight: 18,
    arbitrary: fc.constant<Move>((house) => onConnection((h) => h.connection().say(likely(h)))(house)),
  },
  {
    weight: 9,
    arbitrary: fc
      .constantFrom(...serviceEvents)
      .map((event): Move => onConnection((house) => house.connection().say(event))),
  },
  {
    weight: 6,
    arbitrary: fc
      .integer({ min: 0, max: 5000 })
      .map((bytes): Move => onConnection((house) => house.connection().sound(Buffer.alloc(bytes)))),
  },
  { weight: 6, arbitrary: fc.constant<Move>((house) => house.microphone.say(Buffer.alloc(FRAME_BYTES))) },
  {
    weight: 12,
    arbitrary: fc.constantFrom(1, 20, 300, 3000, 11_000, 130_000).map(
      (ms): Move =>
        (house) =>
          house.clock.advance(ms),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Move>((house) => house.assistant.press('the button')) },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 0, max: 3 })
      .map((count): Move => onConnection((house) => house.connection().call(...freshCalls(house, count)))),
  },
  { weight: 3, arbitrary: fc.constant<Move>((house) => house.tools.finish()) },
  { weight: 1, arbitrary: fc.constant<Move>((house) => house.fallDue('the timer "eggs"')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(undefined, 'microphone', 'loudspeaker', 'network').map(
      (what): Move =>
        (house) => {
          house.miss(what as MissingHardware['what'] | undefined);
          house.assistant.checkHardware();
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Move>(
      (house) => house.microphone.fail('The microphone is gone.'),
      (house) => house.loudspeaker.fail('The loudspeaker is gone.'),
      onConnection((house) => house.connection().fail('The network is gone.')),
      (house) => house.clock.advance(700_000),
    ),
  },
);

const freshCalls = ({ tools }: Household, count: number): { callId: string }[] =>
  Array.from({ length: count }, (_, index) => ({ callId: `call_${tools.calls.length + index}` }));

const likely = (house: Household): ServiceEvent => {
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
  return byPhase[house.assistant.phase] ?? 'speechStarted';
};

const isUncoded = ({ level, facts }: LogLine): boolean =>
  (level === 'warn' || level === 'error') && typeof (facts as { code?: unknown }).code !== 'string';

/** With Node's assert: half a million of vitest's own would take most of the time. */
const holds = (house: Household): void => {
  const { phase } = house.assistant;
  const { light, microphone, connection } = outputs[phase];
  const { open } = house.service.connections.at(-1) ?? { open: false };
  assert.equal(house.microphone.inUse && house.loudspeaker.inUse, false);
  assert.equal(house.microphone.inUse, microphone === 'on');
  assert.equal(open, connection === 'open');
  assert.ok(house.service.connections.filter((one) => one.open).length <= 1);
  assert.equal(house.light(), light);
  // A hang-up leaves nothing running.
  if (connection === 'closed') assert.deepEqual(house.tools.open(), []);
  // A phase that waits has a limit, and idle needs no clock at all.
  if (outputs[phase].limit === undefined) assert.equal(house.clock.waiting, 0);
  else assert.ok(house.clock.waiting > 0);
};

test.each<PressWhileSpeaking>(['hang-up', 'interrupt'])(
  '120,000 events in any order, a press %s',
  async (pressWhileSpeaking) => {
    const visited = new Set<Phase>();
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { minLength: 600, maxLength: 600 }), async (walk) => {
        const house = createHousehold({ pressWhileSpeaking });
        for (const move of walk) {
          move(house);
          visited.add(house.assistant.phase);
          holds(house);
        }
        // Left alone, every conversation ends: no phase without a way out.
        house.miss();
        house.clock.advance(10_000_000);
        house.assistant.checkHardware();
        expect(house.assistant.phase).toBe('idle');
        expect(house.log.lines.filter(isUncoded)).toEqual([]);
        holds(house);
      }),
      { numRuns: 200 },
    );
    expect([...visited].sort()).toEqual([...phases].sort());
  },
  300_000,
);
