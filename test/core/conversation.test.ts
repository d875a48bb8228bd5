import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  events,
  next,
  outputs,
  type Phase,
  type PressWhileSpeaking,
  phases,
  transitions,
} from '../../src/core/conversation.ts';

const styles: readonly PressWhileSpeaking[] = ['hang-up', 'interrupt'];

describe('the transitions', () => {
  // The whole table, written a second time by hand: an transition that is added, lost or bent shows here.
  const table: readonly (readonly [Phase, string, string])[] = [
    ['idle', 'buttonPressed', 'connecting'],
    ['idle', 'hardwareMissing', 'notReady'],
    ['notReady', 'buttonPressed', 'connecting'],
    ['notReady', 'hardwareMissing', 'notReady'],
    ['notReady', 'hardwareReady', 'idle'],
    ['idle', 'timerDue', 'ringing'],
    ['notReady', 'timerDue', 'ringing'],
    ['connecting', 'sessionReady', 'listening'],
    ['connecting', 'buttonPressed', 'idle'],
    ['connecting', 'timeout', 'failed'],
    ['connecting', 'failure', 'failed'],
    ['listening', 'speechStarted', 'listening within utterance'],
    ['listening', 'speechStopped', 'listening'],
    ['listening', 'turnCommitted', 'thinking'],
    ['listening', 'replyCreated', 'thinking within firstSound'],
    ['listening', 'replyStarted', 'speaking'],
    ['listening', 'callsMade', 'working, runCalls'],
    ['listening', 'timerDue', 'ringing'],
    ['listening', 'buttonPressed', 'idle'],
    ['listening', 'timeout', 'idle'],
    ['listening', 'failure', 'failed'],
    ['thinking', 'replyCreated', 'thinking within firstSound'],
    ['thinking', 'replyStarted', 'speaking'],
    ['thinking', 'replyEnded', 'listening'],
    ['thinking', 'callsMade', 'working, runCalls'],
    ['thinking', 'replyRequested', 'working within replyCreated, runCalls'],
    ['thinking', 'buttonPressed', 'idle'],
    ['thinking', 'timeout', 'listening, interruptReply'],
    ['thinking', 'failure', 'failed'],
    ['speaking', 'replyEnded', 'draining'],
    ['speaking', 'callsMade', 'working, runCalls'],
    ['speaking', 'replyRequested', 'working within replyCreated, runCalls'],
    ['speaking', 'goodbyeRequested', 'sayingGoodbye within replyCreated'],
    ['speaking', 'buttonPressed', 'idle'],
    ['speaking', 'timeout', 'failed'],
    ['speaking', 'failure', 'failed'],
    ['draining', 'replyCreated', 'speaking'],
    ['draining', 'replyStarted', 'speaking'],
    ['draining', 'callsMade', 'working, runCalls'],
    ['draining', 'playbackDrained', 'listening'],
    ['draining', 'buttonPressed', 'idle'],
    ['draining', 'timeout', 'failed'],
    ['draining', 'failure', 'failed'],
    ['working', 'callsMade', 'working, runCalls'],
    ['working', 'replyRequested', 'working within replyCreated'],
    ['working', 'replyCreated', 'working within firstSound'],
    ['working', 'replyStarted', 'speaking'],
    ['working', 'replyEnded', 'draining'],
    ['working', 'callsAnswered', 'draining'],
    ['working', 'goodbyeRequested', 'sayingGoodbye within replyCreated'],
    ['working', 'goodbyeSaid', 'finishingGoodbye'],
    ['working', 'buttonPressed', 'idle'],
    ['working', 'timeout', 'draining, interruptReply'],
    ['working', 'failure', 'failed'],
    ['sayingGoodbye', 'goodbyeRequested', 'sayingGoodbye within replyCreated'],
    ['sayingGoodbye', 'replyCreated', 'sayingGoodbye within firstSound'],
    ['sayingGoodbye', 'replyStarted', 'sayingGoodbye'],
    ['sayingGoodbye', 'replyEnded', 'finishingGoodbye'],
    ['sayingGoodbye', 'callsMade', 'finishingGoodbye'],
    ['sayingGoodbye', 'buttonPressed', 'idle'],
    ['sayingGoodbye', 'timeout', 'idle'],
    ['sayingGoodbye', 'failure', 'failed'],
    ['finishingGoodbye', 'replyCreated', 'sayingGoodbye'],
    ['finishingGoodbye', 'replyStarted', 'sayingGoodbye'],
    ['finishingGoodbye', 'playbackDrained', 'idle'],
    ['finishingGoodbye', 'buttonPressed', 'idle'],
    ['finishingGoodbye', 'timeout', 'idle'],
    ['finishingGoodbye', 'failure', 'failed'],
    ['ringing', 'buttonPressed', 'idle, dismissTimers'],
    ['ringing', 'timeout', 'idle, expireTimers'],
    ['failed', 'timeout', 'idle'],
    ['failed', 'buttonPressed', 'connecting'],
  ];
  const inWords = (phase: Phase, style: PressWhileSpeaking): string[][] =>
    events.flatMap((event) => {
      const transition = next(phase, event, style);
      if (transition === undefined) return [];
      const limit = transition.limit === undefined ? '' : ` within ${transition.limit}`;
      const effect = transition.effect === undefined ? '' : `, ${transition.effect}`;
      return [[phase, event, `${transition.to}${limit}${effect}`]];
    });

  test.each(phases)('out of %s', (phase) => {
    expect(inWords(phase, 'hang-up').sort()).toEqual(table.filter(([from]) => from === phase).sort());
  });

  test('interrupting differs in the phases in which a reply is heard or worked for, and nowhere else', () => {
    for (const phase of phases) {
      const interrupted = ['speaking', 'draining', 'working'].includes(phase);
      const expected = inWords(phase, 'hang-up').map((row) =>
        interrupted && row[1] === 'buttonPressed'
          ? [phase, 'buttonPressed', `${phase}, interruptReply`]
          : row,
      );
      expect(inWords(phase, 'interrupt')).toEqual(expected);
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

  test('a limit that runs out leads on, from every phase that has one', () => {
    for (const phase of phases) {
      if (outputs[phase].limit === undefined) expect(['idle', 'notReady']).toContain(phase);
      else expect(next(phase, 'timeout', style)?.to).not.toBe(phase);
    }
  });

  test('the button and time alone lead from every phase back to idle', () => {
    for (const phase of phases.filter((one) => one !== 'notReady')) {
      let at: Phase = phase;
      for (let steps = 0; at !== 'idle' && steps < phases.length; steps += 1)
        at = next(at, 'timeout', style)?.to ?? at;
      expect(at).toBe('idle');
    }
  });

  test('100,000 events in any order: never both halves on, and never a sound without its light', () => {
    const visited = new Set<Phase>();
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { minLength: 1000, maxLength: 1000 }), (walk) => {
        let phase: Phase = 'idle';
        for (const event of walk) {
          phase = next(phase, event, style)?.to ?? phase;
          visited.add(phase);
          const { microphone, loudspeaker, connection, light }: (typeof outputs)[Phase] = outputs[phase];
          // Node's assert, for vitest's own would take most of the time.
          assert.equal(microphone === 'on' && loudspeaker !== 'silent', false);
          assert.equal(connection === 'closed' && microphone === 'on', false);
          // Without a service there is nothing to be heard but what rings.
          const mayRing: boolean = loudspeaker === 'silent' || loudspeaker === 'ringing';
          assert.equal(connection === 'open' || mayRing, true);
          assert.equal(light === 'solid', phase === 'listening');
        }
      }),
      { numRuns: 100 },
    );
    expect(visited.size).toBe(phases.length);
  });
});

test('solid light in the one phase in which sound leaves the device, and in no other', () => {
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
