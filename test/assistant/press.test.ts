import { describe, expect, test } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import { createAssistantRig, hearReply, listen } from '../rigs/assistant-rig.ts';

const second = silence(1000).fill(7);

describe('a press', () => {
  test('in the second of two queued replies counts both: the service is told what was heard since the start', () => {
    const rig = createAssistantRig({ pressWhileSpeaking: 'interrupt' });
    hearReply(rig, second);
    rig.connection().say('replyEnded');
    rig.clock.advance(1100);
    for (const event of ['replyCreated', 'replyStarted'] as const) rig.connection().say(event);
    rig.connection().sound(second);
    rig.clock.advance(400);
    rig.assistant.press('the button');
    expect(rig.connection().sent.at(-1)).toBe('interrupt 1400');
  });

  test('hangs up from every phase of a conversation, and everything is off', () => {
    for (const steps of [0, 1, 2, 3, 4]) {
      const rig = createAssistantRig();
      rig.assistant.press('the button');
      const events = ['sessionReady', 'turnCommitted', 'replyStarted', 'replyEnded'] as const;
      for (const event of events.slice(0, steps)) {
        rig.connection().say(event);
        if (event === 'replyStarted') rig.connection().sound(second);
      }
      rig.assistant.press('the button');
      expect(rig.assistant.phase).toBe('idle');
      expect([rig.microphone.inUse, rig.loudspeaker.inUse, rig.connection().open]).toEqual([
        false,
        false,
        false,
      ]);
      expect(rig.light()).toBe('off');
      expect(rig.clock.waiting).toBe(0);
    }
  });

  test('and the next one begins a new session', () => {
    const rig = createAssistantRig();
    listen(rig);
    rig.assistant.press('the button');
    listen(rig);
    expect(rig.service.connections).toHaveLength(2);
    expect(rig.assistant.phase).toBe('listening');
  });

  test('interrupts a reply where configured: silence, the cancellation, then the usual transitions', () => {
    const rig = createAssistantRig({ pressWhileSpeaking: 'interrupt' });
    hearReply(rig, second);
    rig.clock.advance(400);
    rig.assistant.press('the button');
    expect(rig.connection().sent.at(-1)).toBe('interrupt 400');
    expect(rig.microphone.inUse).toBe(false);
    rig.connection().say('replyEnded');
    rig.clock.advance(300);
    expect(rig.assistant.phase).toBe('listening');
    expect(rig.loudspeaker.heard()).toEqual(second.subarray(0, 400 * 48));
  });

  test('interrupts what is left of a reply that has arrived whole', () => {
    const rig = createAssistantRig({ pressWhileSpeaking: 'interrupt' });
    hearReply(rig, second);
    rig.connection().say('replyEnded');
    rig.clock.advance(250);
    rig.assistant.press('the button');
    rig.clock.advance(300);
    expect(rig.assistant.phase).toBe('listening');
    expect(rig.loudspeaker.heard()).toEqual(second.subarray(0, 250 * 48));
  });

  test('within the echo tail interrupts nothing and delays nothing', () => {
    const rig = createAssistantRig({ pressWhileSpeaking: 'interrupt' });
    hearReply(rig, second);
    rig.connection().say('replyEnded');
    rig.clock.advance(1200);
    rig.assistant.press('the button');
    // Heard to its end, and so reported to the service.
    expect(rig.connection().sent.at(-1)).toBe('interrupt 1000');
    rig.clock.advance(100);
    expect(rig.assistant.phase).toBe('listening');
  });
});
