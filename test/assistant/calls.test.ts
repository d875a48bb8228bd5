// What the assistant does while the service's calls are run, in a rig of fakes.

import { expect, test } from 'vitest';
import { outputs, type Phase } from '../../src/core/conversation.ts';
import { bytesOfMs } from '../../src/core/pcm.ts';
import {
  type AssistantRig,
  createAssistantRig,
  hearReply,
  listen,
  tickSound,
} from '../rigs/assistant-rig.ts';

/** To a reply that has made these calls, without a word before them. */
const work = (rig: AssistantRig, ...callIds: string[]): void => {
  listen(rig);
  rig.connection().say('turnCommitted');
  rig.connection().say('replyCreated');
  rig.connection().call(...callIds.map((callId) => ({ callId })));
};

/** A reply that was begun, to its end. */
const speak = (rig: AssistantRig, pcm: Buffer): void => {
  rig.connection().say('replyStarted');
  rig.connection().sound(pcm);
  rig.connection().say('replyEnded');
};

const sentWords = (rig: AssistantRig): string[] =>
  rig.connection().sent.filter((one) => typeof one === 'string');

const phases = (rig: AssistantRig): Phase[] => rig.steps.map(({ to }) => to);

const reply = Buffer.alloc(bytesOfMs(1000), 7);

/** How often it has ticked; the conversation ends thereby, so that all of it is recorded. */
const ticks = (rig: AssistantRig): number => {
  rig.assistant.press('the button');
  const heard = rig.loudspeaker.heard();
  let count = 0;
  for (let at = heard.indexOf(tickSound); at >= 0; at = heard.indexOf(tickSound, at + tickSound.length))
    count += 1;
  return count;
};

test('calls run with the microphone off and a light of their own; the spoken answer follows, then the microphone', () => {
  const rig = createAssistantRig();
  work(rig, 'a', 'b');
  expect([rig.assistant.phase, rig.light(), rig.microphone.inUse]).toEqual(['working', 'longShort', false]);
  expect(rig.tools.open()).toEqual(['a', 'b']);
  rig.tools.finish();
  rig.tools.finish();
  expect(sentWords(rig).slice(-2)).toEqual(['answer a', 'answer b']);
  rig.connection().say('replyRequested');
  rig.connection().say('replyCreated');
  expect([rig.assistant.phase, rig.microphone.inUse]).toEqual(['preparingFollowUp', false]);
  speak(rig, reply);
  expect(rig.microphone.inUse).toBe(false);
  rig.clock.advance(1300);
  expect([rig.assistant.phase, rig.microphone.inUse]).toEqual(['listening', true]);
  expect(rig.loudspeaker.heard()).toEqual(reply);
});

test('what was said before the calls is heard to its end, and the answer after it', () => {
  const rig = createAssistantRig();
  hearReply(rig, reply);
  rig.connection().call({ callId: 'a' });
  rig.tools.finish();
  rig.connection().say('replyRequested');
  rig.connection().say('replyCreated');
  speak(rig, Buffer.alloc(960, 8));
  rig.clock.advance(2000);
  expect(rig.loudspeaker.heard()).toEqual(Buffer.concat([reply, Buffer.alloc(960, 8)]));
  expect(rig.assistant.phase).toBe('listening');
});

test('a tool that asks for no answer: the microphone opens at once, without an echo to wait for', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.tools.finish({ next: 'nothing' });
  rig.connection().say('callsAnswered');
  rig.clock.advance(0);
  expect([rig.assistant.phase, rig.microphone.inUse]).toEqual(['listening', true]);
});

test('the same behind something said: that is heard to its end first', () => {
  const rig = createAssistantRig();
  hearReply(rig, reply);
  rig.connection().call({ callId: 'a' });
  rig.connection().say('callsAnswered');
  rig.clock.advance(1200);
  expect(rig.assistant.phase).toBe('draining');
  rig.clock.advance(100);
  expect(rig.assistant.phase).toBe('listening');
});

test('a reply that is requested while another is heard passes through working', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.connection().say('replyStarted');
  rig.connection().sound(reply);
  rig.connection().say('replyRequested');
  expect(rig.assistant.phase).toBe('awaitingFollowUp');
  speak(rig, Buffer.alloc(960, 8));
  rig.clock.advance(2000);
  expect(rig.loudspeaker.heard()).toEqual(Buffer.concat([reply, Buffer.alloc(960, 8)]));
  expect(rig.assistant.phase).toBe('listening');
});

test('calls of two replies at once are all run', () => {
  const rig = createAssistantRig();
  listen(rig);
  rig.connection().say('turnCommitted');
  rig.connection().call({ callId: 'a' });
  rig.connection().call({ callId: 'b' });
  expect(rig.tools.calls.map(({ callId }) => callId)).toEqual(['a', 'b']);
});

test('calls that follow calls are run', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.connection().say('replyRequested');
  rig.connection().call({ callId: 'b' });
  expect(rig.tools.calls.map(({ callId }) => callId)).toEqual(['a', 'b']);
  expect(rig.assistant.phase).toBe('working');
});

test('a reply that ends in failure after the calls: the microphone opens again', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.tools.finish();
  rig.connection().say('replyRequested');
  rig.connection().say('replyEnded');
  rig.clock.advance(0);
  expect(rig.assistant.phase).toBe('listening');
});

test.each([
  { limit: 'the calls', after: [], ms: 120_000 },
  { limit: 'the reply', after: ['replyRequested'], ms: 10_000 },
  { limit: 'its sound', after: ['replyRequested', 'replyCreated'], ms: 30_000 },
] as const)('$limit that never comes: cancelled, and the microphone opens', ({ after, ms }) => {
  const rig = createAssistantRig();
  work(rig, 'a');
  for (const event of after) rig.connection().say(event);
  rig.clock.advance(ms - 1);
  expect(outputs[rig.assistant.phase].status).toBe('Working');
  rig.clock.advance(1);
  expect(sentWords(rig)).toContain('interrupt 0');
  expect(rig.tools.open()).toEqual([]);
  rig.clock.advance(300);
  expect(rig.assistant.phase).toBe('listening');
});

test('a press hangs up and ends the calls', () => {
  const rig = createAssistantRig();
  work(rig, 'a', 'b');
  rig.assistant.press('the button');
  expect([rig.assistant.phase, rig.tools.open(), rig.connection().open]).toEqual(['idle', [], false]);
});

test('or, by configuration, interrupts: the calls are answered as cancelled, and the microphone opens', () => {
  const rig = createAssistantRig({ pressWhileSpeaking: 'interrupt' });
  work(rig, 'a', 'b');
  rig.assistant.press('the button');
  expect(rig.tools.open()).toEqual([]);
  expect(sentWords(rig).slice(-3)).toEqual(['interrupt 0', 'answer a', 'answer b']);
  rig.connection().say('callsAnswered');
  rig.clock.advance(0);
  expect([rig.assistant.phase, rig.microphone.inUse]).toEqual(['listening', true]);
});

test('an answer that comes after the hang-up is dropped', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  const first = rig.connection();
  rig.assistant.press('the button');
  const before = first.sent.length;
  rig.tools.finish();
  expect(first.sent.length).toBe(before);
});

test('stopping ends the calls', async () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  await rig.assistant.stop();
  expect(rig.tools.open()).toEqual([]);
});

test('a lost connection ends the calls', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.connection().fail('The network is gone.');
  expect([rig.assistant.phase, rig.tools.open()]).toEqual(['failed', []]);
});

test('the goodbye is heard to its end before the hang-up', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.connection().say('goodbyeRequested');
  rig.connection().say('replyCreated');
  speak(rig, reply);
  expect(rig.connection().open).toBe(true);
  rig.clock.advance(1299);
  expect(rig.assistant.phase).toBe('finishingGoodbye');
  rig.clock.advance(1);
  expect([rig.assistant.phase, rig.connection().open]).toEqual(['idle', false]);
  expect(rig.loudspeaker.heard()).toEqual(reply);
  const entered = phases(rig).filter((phase, at, all) => phase !== all[at - 1]);
  expect(entered.slice(-4)).toEqual(['preparingGoodbye', 'sayingGoodbye', 'finishingGoodbye', 'idle']);
});

test('a goodbye that was said with the call is, too', () => {
  const rig = createAssistantRig();
  hearReply(rig, reply);
  rig.connection().call({ callId: 'a' });
  rig.connection().say('goodbyeSaid');
  rig.clock.advance(999);
  expect(rig.assistant.phase).toBe('finishingGoodbye');
  rig.clock.advance(301);
  expect(rig.assistant.phase).toBe('idle');
  expect(rig.loudspeaker.heard()).toEqual(reply);
});

test('a second reply behind the goodbye is heard as well, and then it is over', () => {
  const rig = createAssistantRig();
  hearReply(rig, reply);
  rig.connection().call({ callId: 'a' });
  rig.connection().say('goodbyeSaid');
  for (const event of ['replyCreated', 'replyStarted'] as const) rig.connection().say(event);
  rig.connection().sound(Buffer.alloc(bytesOfMs(500), 8));
  rig.connection().say('replyEnded');
  rig.clock.advance(1800);
  expect(rig.assistant.phase).toBe('idle');
  expect(rig.loudspeaker.heard()).toEqual(Buffer.concat([reply, Buffer.alloc(bytesOfMs(500), 8)]));
});

test.each([
  { after: [], ms: 10_000 },
  { after: ['replyCreated'], ms: 30_000 },
] as const)('a goodbye of which nothing is heard ($after): idle after $ms ms', ({ after, ms }) => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.connection().say('goodbyeRequested');
  for (const event of after) rig.connection().say(event);
  rig.clock.advance(ms - 1);
  expect(outputs[rig.assistant.phase].status).toBe('Saying goodbye');
  rig.clock.advance(1);
  expect(rig.assistant.phase).toBe('idle');
});

test('what a goodbye calls for is not run, not even in the next conversation', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.connection().say('goodbyeRequested');
  rig.connection().call({ callId: 'late' });
  rig.clock.advance(0);
  expect(rig.assistant.phase).toBe('idle');
  work(rig, 'b');
  expect(rig.tools.calls.map(({ callId }) => callId)).toEqual(['a', 'b']);
});

test('a goodbye that never comes: idle nevertheless', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.connection().say('goodbyeRequested');
  rig.connection().say('replyEnded');
  rig.clock.advance(0);
  expect(rig.assistant.phase).toBe('idle');
});

test('work that takes its time ticks after a second and a half, again and again, until it ends', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.clock.advance(1499);
  expect(rig.loudspeaker.heard().length).toBe(0);
  rig.clock.advance(3100);
  rig.connection().say('replyRequested');
  rig.clock.advance(5000);
  expect(ticks(rig)).toBe(3);
});

test('work that is done at once does not tick', () => {
  const rig = createAssistantRig();
  work(rig, 'a');
  rig.clock.advance(1000);
  rig.connection().say('callsAnswered');
  rig.clock.advance(10_000);
  expect(ticks(rig)).toBe(0);
});

test('no tick falls into what is still being said', () => {
  const rig = createAssistantRig();
  hearReply(rig, Buffer.alloc(bytesOfMs(5000), 7));
  rig.connection().call({ callId: 'a' });
  rig.clock.advance(5000);
  expect(rig.loudspeaker.heard().includes(tickSound)).toBe(false);
  rig.clock.advance(2000);
  expect(ticks(rig)).toBe(1);
});

test('the tick can be off', () => {
  const rig = createAssistantRig({ tickAfterMs: undefined });
  work(rig, 'a');
  rig.clock.advance(60_000);
  expect(ticks(rig)).toBe(0);
});

test('an interrupted answer counts as heard from its own first sample on, whatever ticked before it', () => {
  const rig = createAssistantRig({ pressWhileSpeaking: 'interrupt' });
  work(rig, 'a');
  rig.clock.advance(4600);
  rig.connection().say('replyRequested');
  rig.connection().say('replyStarted');
  rig.connection().sound(reply);
  rig.clock.advance(400);
  rig.assistant.press('the button');
  expect(sentWords(rig)).toContain('interrupt 400');
});
