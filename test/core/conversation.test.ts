import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Event,
  events,
  next,
  type Outputs,
  outputs,
  type Phase,
  type PressWhileSpeaking,
  phases,
  transitions,
} from '../../src/core/conversation.ts';

const styles: readonly PressWhileSpeaking[] = ['hang-up', 'interrupt'];

describe('the transitions', () => {
  // The whole table, written a second time by hand: a transition that is added, lost or changed shows here.
  const whileListening = {
    turnCommitted: 'thinking',
    replyCreated: 'preparingReply',
    replyStarted: 'speaking',
    callsMade: 'working, runCalls',
    timerDue: 'ringing',
    buttonPressed: 'idle',
    timeout: 'idle',
    connectionEnded: 'failed',
    failure: 'failed',
  };
  const whileThinking = {
    replyCreated: 'preparingReply',
    replyStarted: 'speaking',
    replyEnded: 'listening',
    callsMade: 'working, runCalls',
    replyRequested: 'awaitingFollowUp, endReply',
    buttonPressed: 'idle',
    timeout: 'listening, interruptReply',
    connectionEnded: 'failed',
    failure: 'failed',
  };
  const whileWorking = {
    callsMade: 'working, runCalls',
    replyRequested: 'awaitingFollowUp',
    replyCreated: 'preparingFollowUp',
    replyStarted: 'speaking',
    replyEnded: 'draining',
    callsAnswered: 'draining',
    goodbyeRequested: 'awaitingGoodbye',
    goodbyeSaid: 'finishingGoodbye',
    buttonPressed: 'idle',
    timeout: 'draining, interruptReply',
    connectionEnded: 'failed',
    failure: 'failed',
  };
  const whileSayingGoodbye = {
    goodbyeRequested: 'awaitingGoodbye',
    replyCreated: 'preparingGoodbye',
    replyStarted: 'sayingGoodbye',
    replyEnded: 'finishingGoodbye',
    callsMade: 'finishingGoodbye',
    buttonPressed: 'idle',
    timeout: 'idle',
    connectionEnded: 'failed',
    failure: 'failed',
  };
  const microphoneMissing = 'noMicrophone';
  const loudspeakerMissing = 'noLoudspeaker';
  const networkMissing = 'noNetwork';
  const hardwareReady = 'idle';
  const whenIdle = { buttonPressed: 'connecting', timerDue: 'ringing' };
  const table: Readonly<Record<Phase, Readonly<Partial<Record<Event, string>>>>> = {
    idle: { ...whenIdle, microphoneMissing, loudspeakerMissing, networkMissing },
    noMicrophone: { ...whenIdle, hardwareReady, loudspeakerMissing, networkMissing },
    noLoudspeaker: { ...whenIdle, hardwareReady, microphoneMissing, networkMissing },
    noNetwork: { ...whenIdle, hardwareReady, microphoneMissing, loudspeakerMissing },
    connecting: {
      sessionReady: 'listening',
      buttonPressed: 'idle',
      timeout: 'failed',
      connectionEnded: 'failed',
      failure: 'failed',
    },
    listening: { ...whileListening, speechStarted: 'hearing' },
    hearing: { ...whileListening, speechStopped: 'listening' },
    thinking: whileThinking,
    preparingReply: whileThinking,
    speaking: {
      replyEnded: 'draining',
      callsMade: 'working, runCalls',
      replyRequested: 'awaitingFollowUp, endReply',
      goodbyeRequested: 'awaitingGoodbye',
      buttonPressed: 'idle',
      timeout: 'failed',
      connectionEnded: 'failed',
      failure: 'failed',
    },
    draining: {
      replyCreated: 'speaking',
      replyStarted: 'speaking',
      callsMade: 'working, runCalls',
      playbackDrained: 'listening',
      buttonPressed: 'idle',
      timeout: 'failed',
      connectionEnded: 'drainingOffline',
      failure: 'failed',
    },
    drainingOffline: {
      playbackDrained: 'failed',
      buttonPressed: 'idle',
      timeout: 'failed',
      failure: 'failed',
    },
    working: whileWorking,
    awaitingFollowUp: whileWorking,
    preparingFollowUp: whileWorking,
    awaitingGoodbye: whileSayingGoodbye,
    preparingGoodbye: whileSayingGoodbye,
    sayingGoodbye: whileSayingGoodbye,
    finishingGoodbye: {
      replyCreated: 'sayingGoodbye',
      replyStarted: 'sayingGoodbye',
      playbackDrained: 'idle',
      buttonPressed: 'idle',
      timeout: 'idle',
      connectionEnded: 'finishingGoodbyeOffline',
      failure: 'failed',
    },
    finishingGoodbyeOffline: {
      playbackDrained: 'idle',
      buttonPressed: 'idle',
      timeout: 'idle',
      failure: 'failed',
    },
    ringing: { buttonPressed: 'idle, dismissTimers', timeout: 'idle, expireTimers' },
    failed: { timeout: 'idle', buttonPressed: 'connecting' },
  };
  const rowOf = (phase: Phase, style: PressWhileSpeaking): Partial<Record<Event, string>> =>
    Object.fromEntries(
      events.flatMap((event) => {
        const transition = next(phase, event, style);
        if (transition === undefined) return [];
        return [[event, [transition.to, ...(transition.effect ? [transition.effect] : [])].join(', ')]];
      }),
    );

  test.each(phases)('from %s', (phase) => {
    expect(rowOf(phase, 'hang-up')).toEqual(table[phase]);
  });

  test('interrupting differs in the phases in which a reply is played or prepared by calls, and only there', () => {
    const interruptible = ['speaking', 'draining', 'working', 'awaitingFollowUp', 'preparingFollowUp'];
    for (const phase of phases) {
      const press = interruptible.includes(phase) ? { buttonPressed: `${phase}, interruptReply` } : {};
      expect(rowOf(phase, 'interrupt')).toEqual({ ...table[phase], ...press });
    }
  });
});

describe.each(styles)('with %s', (style) => {
  test('every phase is reached from idle', () => {
    const reached = new Set<Phase>(['idle']);
    for (const phase of reached)
      for (const transition of Object.values(transitions[style][phase])) reached.add(transition.to);
    expect([...reached].sort()).toEqual([...phases].sort());
  });

  test('a timeout causes a transition, from every phase that has a limit', () => {
    for (const phase of phases) {
      if (outputs[phase].limit === undefined) expect(outputs[phase].connection).toBe('closed');
      else expect(next(phase, 'timeout', style)?.to).not.toBe(phase);
    }
  });

  test('the button and time alone lead from every phase back to idle', () => {
    for (const phase of phases.filter((one) => outputs[one].status !== 'Not ready')) {
      let at: Phase = phase;
      for (let steps = 0; at !== 'idle' && steps < phases.length; steps += 1)
        at = next(at, 'timeout', style)?.to ?? at;
      expect(at).toBe('idle');
    }
  });

  test('100,000 events in any order: microphone and loudspeaker never on together, never a sound without its light', () => {
    const visited = new Set<Phase>();
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { minLength: 1000, maxLength: 1000 }), (walk) => {
        let phase: Phase = 'idle';
        for (const event of walk) {
          phase = next(phase, event, style)?.to ?? phase;
          visited.add(phase);
          const { microphone, loudspeaker, connection, light }: Outputs = outputs[phase];
          // Node's assert: vitest's would take most of the time.
          assert.equal(microphone === 'on' && loudspeaker !== 'silent', false);
          assert.equal(connection === 'closed' && microphone === 'on', false);
          // Without a service the loudspeaker can only ring, or play what has arrived to its end.
          assert.equal(connection === 'closed' && loudspeaker === 'playing', false);
          assert.equal(light === 'solid', microphone === 'on' && phase !== 'connecting');
        }
      }),
      { numRuns: 100 },
    );
    expect(visited.size).toBe(phases.length);
  });
});

test('phases with one status show one light', () => {
  const lights = new Map<string, string>();
  for (const { status, light } of Object.values(outputs)) {
    expect(lights.get(status) ?? light).toBe(light);
    lights.set(status, light);
  }
});

test('solid light in the phases in which sound leaves the device, and in no other', () => {
  for (const phase of phases) {
    const { light, microphone } = outputs[phase];
    // While connecting, the microphone's sound stays here, in the pre-roll.
    expect(light === 'solid').toBe(microphone === 'on' && phase !== 'connecting');
  }
});

test('the words that people know', () => {
  expect(outputs.listening.status).toBe('Listening');
  expect(outputs.connecting.status).toBe('Connecting');
  expect(outputs.speaking.status).toBe('Playing response');
});
