import { describe, expect, test } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import { createHousehold, hearReply, listen } from '../rigs/household.ts';

const second = silence(1000).fill(7);

describe('what goes wrong', () => {
  test.each([
    [
      'the microphone',
      (house: ReturnType<typeof createHousehold>) => house.microphone.fail('The microphone is gone.'),
    ],
    [
      'the service',
      (house: ReturnType<typeof createHousehold>) => house.connection().fail('The microphone is gone.'),
    ],
  ])('%s fails: the alarm, the reason in log and status, and back to idle by itself', (_what, fail) => {
    const house = createHousehold();
    listen(house);
    fail(house);
    expect(house.assistant.phase).toBe('failed');
    expect(house.light()).toBe('alarm');
    expect([house.microphone.inUse, house.connection().open]).toEqual([false, false]);
    expect(house.statuses.at(-1)).toBe('Failed: The microphone is gone.');
    expect(house.log.lines.at(-1)).toMatchObject({
      level: 'error',
      facts: { reason: 'The microphone is gone.' },
    });
    house.clock.advance(3000);
    expect(house.assistant.phase).toBe('idle');
    expect(house.clock.waiting).toBe(0);
  });

  test('a loudspeaker that fails in the middle of a reply', () => {
    const house = createHousehold();
    hearReply(house, second);
    house.loudspeaker.fail('The loudspeaker is gone.');
    house.clock.advance(0);
    expect(house.assistant.phase).toBe('failed');
    house.assistant.press('the button');
    expect(house.assistant.phase).toBe('connecting');
  });

  test('a service that does not answer: the sentence says what was waited for', () => {
    const house = createHousehold();
    house.assistant.press('the button');
    house.clock.advance(10_000);
    expect(house.assistant.phase).toBe('failed');
    expect(house.statuses.at(-1)).toBe(
      'Failed: Gave up after 10 s: still waited for session.created from nowhere.',
    );
    expect(house.log.lines.at(-1)).toMatchObject({ level: 'error', facts: { code: 'connect-timeout' } });
  });

  test('no reply: the microphone opens again, and a reply that is under way is cancelled', () => {
    const house = createHousehold();
    listen(house);
    house.connection().say('turnCommitted');
    house.clock.advance(9999);
    expect(house.assistant.phase).toBe('thinking');
    house.clock.advance(1);
    expect(house.assistant.phase).toBe('listening');
    expect(house.connection().sent).toEqual(['clear', 'interrupt 0', 'clear']);
  });

  test('a reply that was created has longer, until its first sound', () => {
    const house = createHousehold();
    listen(house);
    house.connection().say('turnCommitted');
    house.clock.advance(9000);
    house.connection().say('replyCreated');
    house.clock.advance(29_999);
    expect(house.assistant.phase).toBe('preparingReply');
    house.clock.advance(1);
    expect(house.assistant.phase).toBe('listening');
  });

  test('silence hangs up; speech has its own, longer limit', () => {
    const house = createHousehold();
    listen(house);
    house.clock.advance(29_000);
    house.connection().say('speechStarted');
    house.clock.advance(119_999);
    expect(house.assistant.phase).toBe('hearing');
    house.clock.advance(1);
    expect(house.assistant.phase).toBe('idle');
    expect(house.steps.at(-1)?.reason).toContain('steady noise');
  });

  test('a service that only ever begins a reply gains no time by it', () => {
    const house = createHousehold();
    listen(house);
    house.connection().say('turnCommitted');
    for (let count = 0; count < 40; count += 1) {
      house.connection().say('replyCreated');
      house.clock.advance(1000);
    }
    expect(house.steps.some(({ event }) => event === 'timeout')).toBe(true);
  });

  test('nor one whose second reply joins the first without end', () => {
    const house = createHousehold();
    hearReply(house, second);
    for (let count = 0; count < 700; count += 1) {
      house.connection().say('replyEnded');
      house.connection().say('replyCreated');
      house.clock.advance(1000);
    }
    expect(house.steps.some(({ to }) => to === 'failed')).toBe(true);
  });
});
