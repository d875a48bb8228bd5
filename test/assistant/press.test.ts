import { describe, expect, test } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import { createHousehold, hearReply, listen } from '../rigs/household.ts';

const second = silence(1000).fill(7);

describe('a press', () => {
  test('in the second of two queued replies counts both: the service is told what was heard since the start', () => {
    const house = createHousehold({ pressWhileSpeaking: 'interrupt' });
    hearReply(house, second);
    house.connection().say('replyEnded');
    house.clock.advance(1100);
    for (const event of ['replyCreated', 'replyStarted'] as const) house.connection().say(event);
    house.connection().sound(second);
    house.clock.advance(400);
    house.assistant.press('the button');
    expect(house.connection().sent.at(-1)).toBe('interrupt 1400');
  });

  test('hangs up from every phase of a conversation, and everything is off', () => {
    for (const steps of [0, 1, 2, 3, 4]) {
      const house = createHousehold();
      house.assistant.press('the button');
      const events = ['sessionReady', 'turnCommitted', 'replyStarted', 'replyEnded'] as const;
      for (const event of events.slice(0, steps)) {
        house.connection().say(event);
        if (event === 'replyStarted') house.connection().sound(second);
      }
      house.assistant.press('the button');
      expect(house.assistant.phase).toBe('idle');
      expect([house.microphone.inUse, house.loudspeaker.inUse, house.connection().open]).toEqual([
        false,
        false,
        false,
      ]);
      expect(house.light()).toBe('off');
      expect(house.clock.waiting).toBe(0);
    }
  });

  test('and the next one begins a new session', () => {
    const house = createHousehold();
    listen(house);
    house.assistant.press('the button');
    listen(house);
    expect(house.service.connections).toHaveLength(2);
    expect(house.assistant.phase).toBe('listening');
  });

  test('interrupts a reply where that is wanted: silence, the call-off, then the common way back', () => {
    const house = createHousehold({ pressWhileSpeaking: 'interrupt' });
    hearReply(house, second);
    house.clock.advance(400);
    house.assistant.press('the button');
    expect(house.connection().sent.at(-1)).toBe('interrupt 400');
    expect(house.microphone.inUse).toBe(false);
    house.connection().say('replyEnded');
    house.clock.advance(300);
    expect(house.assistant.phase).toBe('listening');
    expect(house.loudspeaker.heard()).toEqual(second.subarray(0, 400 * 48));
  });

  test('interrupts what is left of a reply that has arrived whole', () => {
    const house = createHousehold({ pressWhileSpeaking: 'interrupt' });
    hearReply(house, second);
    house.connection().say('replyEnded');
    house.clock.advance(250);
    house.assistant.press('the button');
    house.clock.advance(300);
    expect(house.assistant.phase).toBe('listening');
    expect(house.loudspeaker.heard()).toEqual(second.subarray(0, 250 * 48));
  });

  test('within the echo tail interrupts nothing and delays nothing', () => {
    const house = createHousehold({ pressWhileSpeaking: 'interrupt' });
    hearReply(house, second);
    house.connection().say('replyEnded');
    house.clock.advance(1200);
    house.assistant.press('the button');
    // Heard to its end, and so the service is told.
    expect(house.connection().sent.at(-1)).toBe('interrupt 1000');
    house.clock.advance(100);
    expect(house.assistant.phase).toBe('listening');
  });
});
