import { describe, expect, test } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import { createAssistantRig, hearReply, listen } from '../rigs/assistant-rig.ts';

const second = silence(1000).fill(7);

describe('what goes wrong', () => {
  test.each([
    [
      'the microphone',
      (rig: ReturnType<typeof createAssistantRig>) => rig.microphone.fail('The microphone is gone.'),
    ],
    [
      'the service',
      (rig: ReturnType<typeof createAssistantRig>) => rig.connection().fail('The microphone is gone.'),
    ],
  ])('%s fails: the alarm, the reason in log and status, and back to idle by itself', (_what, fail) => {
    const rig = createAssistantRig();
    listen(rig);
    fail(rig);
    expect(rig.assistant.phase).toBe('failed');
    expect(rig.light()).toBe('alarm');
    expect([rig.microphone.inUse, rig.connection().open]).toEqual([false, false]);
    expect(rig.statuses.at(-1)).toBe('Failed: The microphone is gone.');
    expect(rig.log.lines.at(-1)).toMatchObject({
      level: 'error',
      facts: { reason: 'The microphone is gone.' },
    });
    rig.clock.advance(3000);
    expect(rig.assistant.phase).toBe('idle');
    expect(rig.clock.waiting).toBe(0);
  });

  test('a loudspeaker that fails in the middle of a reply', () => {
    const rig = createAssistantRig();
    hearReply(rig, second);
    rig.loudspeaker.fail('The loudspeaker is gone.');
    rig.clock.advance(0);
    expect(rig.assistant.phase).toBe('failed');
    rig.assistant.press('the button');
    expect(rig.assistant.phase).toBe('connecting');
  });

  test('a service that does not answer: the sentence says what was waited for', () => {
    const rig = createAssistantRig();
    rig.assistant.press('the button');
    rig.clock.advance(10_000);
    expect(rig.assistant.phase).toBe('failed');
    expect(rig.statuses.at(-1)).toBe(
      'Failed: Gave up after 10 s: still waited for session.created from nowhere.',
    );
    expect(rig.log.lines.at(-1)).toMatchObject({ level: 'error', facts: { code: 'connect-timeout' } });
  });

  test('the service ends the connection behind a complete reply: it is heard to its end, and then the alarm', () => {
    const rig = createAssistantRig();
    hearReply(rig, second);
    rig.connection().say('replyEnded');
    rig.connection().fail('The service ended the session.');
    expect([rig.assistant.phase, rig.light()]).toEqual(['drainingOffline', 'heartbeat']);
    rig.clock.advance(1200);
    expect(rig.assistant.phase).toBe('drainingOffline');
    rig.clock.advance(200);
    expect(rig.loudspeaker.heard()).toEqual(second);
    expect(rig.assistant.phase).toBe('failed');
    expect(rig.statuses.at(-1)).toBe('Failed: The service ended the session.');
    expect(rig.log.lines.at(-1)).toMatchObject({ level: 'error', facts: { code: expect.any(String) } });
    rig.clock.advance(3000);
    listen(rig);
    rig.connection().say('turnCommitted');
    expect(rig.assistant.phase).toBe('thinking');
  });

  test('the same behind a goodbye: no alarm', () => {
    const rig = createAssistantRig();
    hearReply(rig, second);
    rig.connection().say('goodbyeRequested');
    rig.connection().say('replyEnded');
    rig.connection().fail('The service ended the session.');
    expect(rig.assistant.phase).toBe('finishingGoodbyeOffline');
    rig.clock.advance(1400);
    expect(rig.loudspeaker.heard()).toEqual(second);
    expect(rig.assistant.phase).toBe('idle');
    expect(rig.shown).not.toContain('alarm');
  });

  test('a press ends what is heard after the end of the connection', () => {
    const rig = createAssistantRig({ pressWhileSpeaking: 'interrupt' });
    hearReply(rig, second);
    rig.connection().say('replyEnded');
    rig.connection().fail('The service ended the session.');
    rig.assistant.press('the button');
    expect(rig.assistant.phase).toBe('idle');
    expect(rig.loudspeaker.inUse).toBe(false);
  });

  test('the service ends the connection in the middle of a reply: the alarm at once', () => {
    const rig = createAssistantRig();
    hearReply(rig, second);
    rig.connection().fail('The service ended the session.');
    expect(rig.assistant.phase).toBe('failed');
  });

  test('no reply: the microphone opens again, and a reply that is under way is cancelled', () => {
    const rig = createAssistantRig();
    listen(rig);
    rig.connection().say('turnCommitted');
    rig.clock.advance(9999);
    expect(rig.assistant.phase).toBe('thinking');
    rig.clock.advance(1);
    expect(rig.assistant.phase).toBe('listening');
    expect(rig.connection().sent).toEqual(['clear', 'interrupt 0', 'clear']);
  });

  test('a reply that was created has longer, until its first sound', () => {
    const rig = createAssistantRig();
    listen(rig);
    rig.connection().say('turnCommitted');
    rig.clock.advance(9000);
    rig.connection().say('replyCreated');
    rig.clock.advance(29_999);
    expect(rig.assistant.phase).toBe('preparingReply');
    rig.clock.advance(1);
    expect(rig.assistant.phase).toBe('listening');
  });

  test('silence hangs up; speech has its own, longer limit', () => {
    const rig = createAssistantRig();
    listen(rig);
    rig.clock.advance(29_000);
    rig.connection().say('speechStarted');
    rig.clock.advance(119_999);
    expect(rig.assistant.phase).toBe('hearing');
    rig.clock.advance(1);
    expect(rig.assistant.phase).toBe('idle');
    expect(rig.steps.at(-1)?.reason).toContain('steady noise');
  });

  test('a service that only begins replies gains no time', () => {
    const rig = createAssistantRig();
    listen(rig);
    rig.connection().say('turnCommitted');
    for (let count = 0; count < 40; count += 1) {
      rig.connection().say('replyCreated');
      rig.clock.advance(1000);
    }
    expect(rig.steps.some(({ event }) => event === 'timeout')).toBe(true);
  });

  test('nor one whose second reply joins the first without end', () => {
    const rig = createAssistantRig();
    hearReply(rig, second);
    for (let count = 0; count < 700; count += 1) {
      rig.connection().say('replyEnded');
      rig.connection().say('replyCreated');
      rig.clock.advance(1000);
    }
    expect(rig.steps.some(({ to }) => to === 'failed')).toBe(true);
  });
});
