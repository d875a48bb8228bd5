// A timer that has run out, in a rig of fakes.

import { expect, test } from 'vitest';
import { createAssistantRig, hearReply, listen, ringSound } from '../rigs/assistant-rig.ts';

const eggs = 'the timer "eggs"';

test('it rings from idle, with a light of its own, again and again', () => {
  const rig = createAssistantRig();
  rig.fallDue(eggs);
  expect([rig.assistant.phase, rig.light()]).toEqual(['ringing', 'evenBlink']);
  rig.clock.advance(10_000);
  expect(rig.loudspeaker.heard().length).toBeGreaterThan(5 * ringSound.length);
  expect(rig.steps.at(-1)?.reason).toBe(eggs);
});

test('a press ends it, and does nothing else', () => {
  const rig = createAssistantRig();
  rig.fallDue(eggs);
  rig.clock.advance(1000);
  rig.assistant.press('the button');
  expect([rig.assistant.phase, rig.loudspeaker.inUse]).toEqual(['idle', false]);
  rig.clock.advance(60_000);
  expect(rig.assistant.phase).toBe('idle');
  expect(rig.service.connections).toEqual([]);
  rig.assistant.press('the button');
  expect(rig.assistant.phase).toBe('connecting');
});

test('it ends by itself after fifteen minutes', () => {
  const rig = createAssistantRig();
  rig.fallDue(eggs);
  rig.clock.advance(899_999);
  expect(rig.assistant.phase).toBe('ringing');
  rig.clock.advance(1);
  expect(rig.assistant.phase).toBe('idle');
  rig.clock.advance(60_000);
  expect(rig.assistant.phase).toBe('idle');
});

test('each has its own fifteen minutes, and a press ends all of them', () => {
  const rig = createAssistantRig();
  rig.fallDue(eggs);
  rig.clock.advance(800_000);
  rig.fallDue('the timer "tea"');
  rig.clock.advance(100_000);
  expect([rig.assistant.phase, rig.steps.at(-1)?.reason]).toEqual(['ringing', 'the timer "tea"']);
  rig.fallDue('the timer "cake"');
  rig.assistant.press('the button');
  rig.clock.advance(60_000);
  expect(rig.assistant.phase).toBe('idle');
});

test('it waits for a reply that is being heard, and rings then', () => {
  const rig = createAssistantRig();
  hearReply(rig, Buffer.alloc(48_000, 7));
  rig.fallDue(eggs);
  expect(rig.assistant.phase).toBe('speaking');
  rig.connection().say('replyEnded');
  rig.clock.advance(1299);
  expect(rig.assistant.phase).toBe('draining');
  expect(rig.loudspeaker.heard()).toEqual(Buffer.alloc(rig.loudspeaker.heard().length, 7));
  rig.clock.advance(1);
  expect([rig.assistant.phase, rig.microphone.inUse]).toEqual(['ringing', false]);
});

test('it rings at once while Parley only listens', () => {
  const rig = createAssistantRig();
  listen(rig);
  rig.fallDue(eggs);
  expect([rig.assistant.phase, rig.connection().open, rig.microphone.inUse]).toEqual([
    'ringing',
    false,
    false,
  ]);
});

test('it waits for the alarm of a failure, and for a connection that is being made', () => {
  const rig = createAssistantRig();
  rig.assistant.press('the button');
  rig.fallDue(eggs);
  expect(rig.assistant.phase).toBe('connecting');
  rig.connection().fail('The network is gone.');
  expect(rig.assistant.phase).toBe('failed');
  rig.clock.advance(3000);
  expect(rig.assistant.phase).toBe('ringing');
});

test('it rings without a network and without a microphone', () => {
  const rig = createAssistantRig();
  rig.miss('network');
  rig.assistant.checkHardware();
  rig.fallDue(eggs);
  expect(rig.assistant.phase).toBe('ringing');
  rig.assistant.press('the button');
  expect(rig.assistant.phase).toBe('noNetwork');
});

test('a card that is missing is tried again; the light rings meanwhile', () => {
  const rig = createAssistantRig();
  rig.fallDue(eggs);
  rig.clock.advance(100);
  rig.loudspeaker.fail('There is no loudspeaker.');
  rig.clock.advance(100);
  const heard = rig.loudspeaker.heard().length;
  expect([rig.assistant.phase, rig.light()]).toEqual(['ringing', 'evenBlink']);
  rig.clock.advance(6000);
  expect(rig.loudspeaker.heard().length).toBeGreaterThan(heard);
  rig.assistant.press('the button');
  rig.clock.advance(60_000);
  expect(rig.loudspeaker.inUse).toBe(false);
});

test('stopping silences it', async () => {
  const rig = createAssistantRig();
  rig.fallDue(eggs);
  await rig.assistant.stop();
  const heard = rig.loudspeaker.heard().length;
  rig.clock.advance(60_000);
  expect(rig.loudspeaker.heard().length).toBe(heard);
});
