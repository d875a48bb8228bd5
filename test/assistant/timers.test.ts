// A timer that has run out, in a house of fakes.

import { expect, test } from 'vitest';
import { createHousehold, hearReply, listen, ringSound } from '../rigs/household.ts';

const eggs = 'the timer "eggs"';

test('it rings from idle, with a light of its own, again and again', () => {
  const house = createHousehold();
  house.fallDue(eggs);
  expect([house.assistant.phase, house.light()]).toEqual(['ringing', 'evenBlink']);
  house.clock.advance(10_000);
  expect(house.loudspeaker.heard().length).toBeGreaterThan(5 * ringSound.length);
  expect(house.steps.at(-1)?.reason).toBe(eggs);
});

test('a press ends it, and does nothing else', () => {
  const house = createHousehold();
  house.fallDue(eggs);
  house.clock.advance(1000);
  house.assistant.press('the button');
  expect([house.assistant.phase, house.loudspeaker.inUse]).toEqual(['idle', false]);
  house.clock.advance(60_000);
  expect(house.assistant.phase).toBe('idle');
  expect(house.service.connections).toEqual([]);
  house.assistant.press('the button');
  expect(house.assistant.phase).toBe('connecting');
});

test('it ends by itself after fifteen minutes', () => {
  const house = createHousehold();
  house.fallDue(eggs);
  house.clock.advance(899_999);
  expect(house.assistant.phase).toBe('ringing');
  house.clock.advance(1);
  expect(house.assistant.phase).toBe('idle');
  house.clock.advance(60_000);
  expect(house.assistant.phase).toBe('idle');
});

test('each has its own fifteen minutes, and a press ends all of them', () => {
  const house = createHousehold();
  house.fallDue(eggs);
  house.clock.advance(800_000);
  house.fallDue('the timer "tea"');
  house.clock.advance(100_000);
  expect([house.assistant.phase, house.steps.at(-1)?.reason]).toEqual(['ringing', 'the timer "tea"']);
  house.fallDue('the timer "cake"');
  house.assistant.press('the button');
  house.clock.advance(60_000);
  expect(house.assistant.phase).toBe('idle');
});

test('it waits for a reply that is being heard, and rings then', () => {
  const house = createHousehold();
  hearReply(house, Buffer.alloc(48_000, 7));
  house.fallDue(eggs);
  expect(house.assistant.phase).toBe('speaking');
  house.connection().say('replyEnded');
  house.clock.advance(1299);
  expect(house.assistant.phase).toBe('draining');
  expect(house.loudspeaker.heard()).toEqual(Buffer.alloc(house.loudspeaker.heard().length, 7));
  house.clock.advance(1);
  expect([house.assistant.phase, house.microphone.inUse]).toEqual(['ringing', false]);
});

test('it rings at once while the speaker only listens', () => {
  const house = createHousehold();
  listen(house);
  house.fallDue(eggs);
  expect([house.assistant.phase, house.connection().open, house.microphone.inUse]).toEqual([
    'ringing',
    false,
    false,
  ]);
});

test('it waits for the alarm of a failure, and for a connection that is being made', () => {
  const house = createHousehold();
  house.assistant.press('the button');
  house.fallDue(eggs);
  expect(house.assistant.phase).toBe('connecting');
  house.connection().fail('The network is gone.');
  expect(house.assistant.phase).toBe('failed');
  house.clock.advance(3000);
  expect(house.assistant.phase).toBe('ringing');
});

test('it rings without a network and without a microphone', () => {
  const house = createHousehold();
  house.miss('network');
  house.assistant.checkHardware();
  house.fallDue(eggs);
  expect(house.assistant.phase).toBe('ringing');
  house.assistant.press('the button');
  expect(house.assistant.phase).toBe('noNetwork');
});

test('a card that is missing is tried again; the light rings meanwhile', () => {
  const house = createHousehold();
  house.fallDue(eggs);
  house.clock.advance(100);
  house.loudspeaker.fail('There is no loudspeaker.');
  house.clock.advance(100);
  const heard = house.loudspeaker.heard().length;
  expect([house.assistant.phase, house.light()]).toEqual(['ringing', 'evenBlink']);
  house.clock.advance(6000);
  expect(house.loudspeaker.heard().length).toBeGreaterThan(heard);
  house.assistant.press('the button');
  house.clock.advance(60_000);
  expect(house.loudspeaker.inUse).toBe(false);
});

test('stopping silences it', async () => {
  const house = createHousehold();
  house.fallDue(eggs);
  await house.assistant.stop();
  const heard = house.loudspeaker.heard().length;
  house.clock.advance(60_000);
  expect(house.loudspeaker.heard().length).toBe(heard);
});
