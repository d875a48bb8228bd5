// What the assistant does while the service's calls are run, in a house of fakes.

import { expect, test } from 'vitest';
import { outputs, type Phase } from '../../src/core/conversation.ts';
import { bytesOfMs } from '../../src/core/pcm.ts';
import { createHousehold, type Household, hearReply, listen, tickSound } from '../rigs/household.ts';

/** To a reply that has made these calls, without a word before them. */
const work = (house: Household, ...callIds: string[]): void => {
  listen(house);
  house.connection().say('turnCommitted');
  house.connection().say('replyCreated');
  house.connection().call(...callIds.map((callId) => ({ callId })));
};

/** A reply that was begun, to its end. */
const speak = (house: Household, pcm: Buffer): void => {
  house.connection().say('replyStarted');
  house.connection().sound(pcm);
  house.connection().say('replyEnded');
};

const sentWords = (house: Household): string[] =>
  house.connection().sent.filter((one) => typeof one === 'string');

const phases = (house: Household): Phase[] => house.steps.map(({ to }) => to);

const reply = Buffer.alloc(bytesOfMs(1000), 7);

/** How often it has ticked; the conversation ends thereby, so that all of it is written down. */
const ticks = (house: Household): number => {
  house.assistant.press('the button');
  const heard = house.loudspeaker.heard();
  let count = 0;
  for (let at = heard.indexOf(tickSound); at >= 0; at = heard.indexOf(tickSound, at + tickSound.length))
    count += 1;
  return count;
};

test('calls run with the microphone off and a light of their own; the spoken answer follows, then the microphone', () => {
  const house = createHousehold();
  work(house, 'a', 'b');
  expect([house.assistant.phase, house.light(), house.microphone.inUse]).toEqual([
    'working',
    'longShort',
    false,
  ]);
  expect(house.tools.open()).toEqual(['a', 'b']);
  house.tools.finish();
  house.tools.finish();
  expect(sentWords(house).slice(-2)).toEqual(['answer a', 'answer b']);
  house.connection().say('replyRequested');
  house.connection().say('replyCreated');
  expect([house.assistant.phase, house.microphone.inUse]).toEqual(['preparingFollowUp', false]);
  speak(house, reply);
  expect(house.microphone.inUse).toBe(false);
  house.clock.advance(1300);
  expect([house.assistant.phase, house.microphone.inUse]).toEqual(['listening', true]);
  expect(house.loudspeaker.heard()).toEqual(reply);
});

test('what was said before the calls is heard to its end, and the answer after it', () => {
  const house = createHousehold();
  hearReply(house, reply);
  house.connection().call({ callId: 'a' });
  house.tools.finish();
  house.connection().say('replyRequested');
  house.connection().say('replyCreated');
  speak(house, Buffer.alloc(960, 8));
  house.clock.advance(2000);
  expect(house.loudspeaker.heard()).toEqual(Buffer.concat([reply, Buffer.alloc(960, 8)]));
  expect(house.assistant.phase).toBe('listening');
});

test('a tool that asks for no answer: the microphone opens at once, without an echo to wait for', () => {
  const house = createHousehold();
  work(house, 'a');
  house.tools.finish({ next: 'nothing' });
  house.connection().say('callsAnswered');
  house.clock.advance(0);
  expect([house.assistant.phase, house.microphone.inUse]).toEqual(['listening', true]);
});

test('the same behind something said: that is heard to its end first', () => {
  const house = createHousehold();
  hearReply(house, reply);
  house.connection().call({ callId: 'a' });
  house.connection().say('callsAnswered');
  house.clock.advance(1200);
  expect(house.assistant.phase).toBe('draining');
  house.clock.advance(100);
  expect(house.assistant.phase).toBe('listening');
});

test('a reply that is asked for while another is heard: the way to it leads through working', () => {
  const house = createHousehold();
  work(house, 'a');
  house.connection().say('replyStarted');
  house.connection().sound(reply);
  house.connection().say('replyRequested');
  expect(house.assistant.phase).toBe('awaitingFollowUp');
  speak(house, Buffer.alloc(960, 8));
  house.clock.advance(2000);
  expect(house.loudspeaker.heard()).toEqual(Buffer.concat([reply, Buffer.alloc(960, 8)]));
  expect(house.assistant.phase).toBe('listening');
});

test('calls of two replies at once are all run', () => {
  const house = createHousehold();
  listen(house);
  house.connection().say('turnCommitted');
  house.connection().call({ callId: 'a' });
  house.connection().call({ callId: 'b' });
  expect(house.tools.calls.map(({ callId }) => callId)).toEqual(['a', 'b']);
});

test('calls that follow calls are run', () => {
  const house = createHousehold();
  work(house, 'a');
  house.connection().say('replyRequested');
  house.connection().call({ callId: 'b' });
  expect(house.tools.calls.map(({ callId }) => callId)).toEqual(['a', 'b']);
  expect(house.assistant.phase).toBe('working');
});

test('a reply that ends in failure after the calls: the microphone opens again', () => {
  const house = createHousehold();
  work(house, 'a');
  house.tools.finish();
  house.connection().say('replyRequested');
  house.connection().say('replyEnded');
  house.clock.advance(0);
  expect(house.assistant.phase).toBe('listening');
});

test.each([
  { limit: 'the calls', after: [], ms: 120_000 },
  { limit: 'the reply', after: ['replyRequested'], ms: 10_000 },
  { limit: 'its sound', after: ['replyRequested', 'replyCreated'], ms: 30_000 },
] as const)('$limit that never comes: cancelled, and the microphone opens', ({ after, ms }) => {
  const house = createHousehold();
  work(house, 'a');
  for (const event of after) house.connection().say(event);
  house.clock.advance(ms - 1);
  expect(outputs[house.assistant.phase].status).toBe('Working');
  house.clock.advance(1);
  expect(sentWords(house)).toContain('interrupt 0');
  expect(house.tools.open()).toEqual([]);
  house.clock.advance(300);
  expect(house.assistant.phase).toBe('listening');
});

test('a press hangs up and ends the calls', () => {
  const house = createHousehold();
  work(house, 'a', 'b');
  house.assistant.press('the button');
  expect([house.assistant.phase, house.tools.open(), house.connection().open]).toEqual(['idle', [], false]);
});

test('or, by configuration, interrupts: the calls are answered as cancelled, and the microphone opens', () => {
  const house = createHousehold({ pressWhileSpeaking: 'interrupt' });
  work(house, 'a', 'b');
  house.assistant.press('the button');
  expect(house.tools.open()).toEqual([]);
  expect(sentWords(house).slice(-3)).toEqual(['interrupt 0', 'answer a', 'answer b']);
  house.connection().say('callsAnswered');
  house.clock.advance(0);
  expect([house.assistant.phase, house.microphone.inUse]).toEqual(['listening', true]);
});

test('an answer that comes after the hang-up goes nowhere', () => {
  const house = createHousehold();
  work(house, 'a');
  const first = house.connection();
  house.assistant.press('the button');
  const before = first.sent.length;
  house.tools.finish();
  expect(first.sent.length).toBe(before);
});

test('stopping ends the calls', async () => {
  const house = createHousehold();
  work(house, 'a');
  await house.assistant.stop();
  expect(house.tools.open()).toEqual([]);
});

test('a lost connection ends the calls', () => {
  const house = createHousehold();
  work(house, 'a');
  house.connection().fail('The network is gone.');
  expect([house.assistant.phase, house.tools.open()]).toEqual(['failed', []]);
});

test('the goodbye is heard to its end before the hang-up', () => {
  const house = createHousehold();
  work(house, 'a');
  house.connection().say('goodbyeRequested');
  house.connection().say('replyCreated');
  speak(house, reply);
  expect(house.connection().open).toBe(true);
  house.clock.advance(1299);
  expect(house.assistant.phase).toBe('finishingGoodbye');
  house.clock.advance(1);
  expect([house.assistant.phase, house.connection().open]).toEqual(['idle', false]);
  expect(house.loudspeaker.heard()).toEqual(reply);
  const entered = phases(house).filter((phase, at, all) => phase !== all[at - 1]);
  expect(entered.slice(-4)).toEqual(['preparingGoodbye', 'sayingGoodbye', 'finishingGoodbye', 'idle']);
});

test('a goodbye that was said with the call is, too', () => {
  const house = createHousehold();
  hearReply(house, reply);
  house.connection().call({ callId: 'a' });
  house.connection().say('goodbyeSaid');
  house.clock.advance(999);
  expect(house.assistant.phase).toBe('finishingGoodbye');
  house.clock.advance(301);
  expect(house.assistant.phase).toBe('idle');
  expect(house.loudspeaker.heard()).toEqual(reply);
});

test('a second reply behind the goodbye is heard as well, and then it is over', () => {
  const house = createHousehold();
  hearReply(house, reply);
  house.connection().call({ callId: 'a' });
  house.connection().say('goodbyeSaid');
  for (const event of ['replyCreated', 'replyStarted'] as const) house.connection().say(event);
  house.connection().sound(Buffer.alloc(bytesOfMs(500), 8));
  house.connection().say('replyEnded');
  house.clock.advance(1800);
  expect(house.assistant.phase).toBe('idle');
  expect(house.loudspeaker.heard()).toEqual(Buffer.concat([reply, Buffer.alloc(bytesOfMs(500), 8)]));
});

test.each([
  { after: [], ms: 10_000 },
  { after: ['replyCreated'], ms: 30_000 },
] as const)('a goodbye of which nothing is heard ($after): idle after $ms ms', ({ after, ms }) => {
  const house = createHousehold();
  work(house, 'a');
  house.connection().say('goodbyeRequested');
  for (const event of after) house.connection().say(event);
  house.clock.advance(ms - 1);
  expect(outputs[house.assistant.phase].status).toBe('Saying goodbye');
  house.clock.advance(1);
  expect(house.assistant.phase).toBe('idle');
});

test('what a goodbye calls for is not run, not even in the next conversation', () => {
  const house = createHousehold();
  work(house, 'a');
  house.connection().say('goodbyeRequested');
  house.connection().call({ callId: 'late' });
  house.clock.advance(0);
  expect(house.assistant.phase).toBe('idle');
  work(house, 'b');
  expect(house.tools.calls.map(({ callId }) => callId)).toEqual(['a', 'b']);
});

test('a goodbye that never comes: idle all the same', () => {
  const house = createHousehold();
  work(house, 'a');
  house.connection().say('goodbyeRequested');
  house.connection().say('replyEnded');
  house.clock.advance(0);
  expect(house.assistant.phase).toBe('idle');
});

test('work that takes its time ticks after a second and a half, again and again, until it ends', () => {
  const house = createHousehold();
  work(house, 'a');
  house.clock.advance(1499);
  expect(house.loudspeaker.heard().length).toBe(0);
  house.clock.advance(3100);
  house.connection().say('replyRequested');
  house.clock.advance(5000);
  expect(ticks(house)).toBe(3);
});

test('work that is done at once does not tick', () => {
  const house = createHousehold();
  work(house, 'a');
  house.clock.advance(1000);
  house.connection().say('callsAnswered');
  house.clock.advance(10_000);
  expect(ticks(house)).toBe(0);
});

test('no tick falls into what is still being said', () => {
  const house = createHousehold();
  hearReply(house, Buffer.alloc(bytesOfMs(5000), 7));
  house.connection().call({ callId: 'a' });
  house.clock.advance(5000);
  expect(house.loudspeaker.heard().includes(tickSound)).toBe(false);
  house.clock.advance(2000);
  expect(ticks(house)).toBe(1);
});

test('the tick can be off', () => {
  const house = createHousehold({ tickAfterMs: undefined });
  work(house, 'a');
  house.clock.advance(60_000);
  expect(ticks(house)).toBe(0);
});

test('an interrupted answer counts as heard from its own first sample on, whatever ticked before it', () => {
  const house = createHousehold({ pressWhileSpeaking: 'interrupt' });
  work(house, 'a');
  house.clock.advance(4600);
  house.connection().say('replyRequested');
  house.connection().say('replyStarted');
  house.connection().sound(reply);
  house.clock.advance(400);
  house.assistant.press('the button');
  expect(sentWords(house)).toContain('interrupt 400');
});
