import { expect, test } from 'vitest';
import type { TransitionRecord } from '../../src/assistant/observer.ts';
import { createEnding } from '../../src/commands/run.ts';
import { createProgress } from '../../src/commands/try-progress.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';

const step = (
  from: TransitionRecord['from'],
  event: TransitionRecord['event'],
  to: TransitionRecord['to'],
): TransitionRecord => ({
  from,
  event,
  to,
  reason: '',
});
const heard = step('draining', 'playbackDrained', 'listening');
const silent = step('thinking', 'replyEnded', 'listening');

const progress = (fileSpeaks: boolean, turns?: number) => {
  const ending = createEnding();
  let code: number | undefined;
  void ending.ended.then((ended) => {
    code = ended;
  });
  const clock = createFakeClock();
  const made = createProgress({ fileSpeaks, turns }, ending, clock);
  const codeSoFar = async (): Promise<number | undefined> => {
    await Promise.resolve();
    return code;
  };
  return { made, clock, code: codeSoFar };
};

test('a file: ends with the reply after its end, not before', async () => {
  const { made, code } = progress(true);
  made.note(heard);
  expect(await code()).toBeUndefined();
  made.allSaid();
  expect(await code()).toBeUndefined();
  made.note(heard);
  expect(await code()).toBe(0);
});

test('turns: ends after that number of replies', async () => {
  const { made, code } = progress(false, 2);
  made.note(heard);
  made.note(silent);
  expect(await code()).toBeUndefined();
  made.note(heard);
  expect(await code()).toBe(0);
});

test('a file that ends in silence: ends soon after it, unless the service notices speech', async () => {
  const quiet = progress(true);
  quiet.made.note(heard);
  quiet.made.allSaid();
  expect(await quiet.code()).toBeUndefined();
  quiet.clock.advance(2000);
  expect(await quiet.code()).toBe(0);
  const talking = progress(true);
  talking.made.note(heard);
  talking.made.allSaid();
  talking.made.note(step('listening', 'speechStarted', 'listening'));
  talking.clock.advance(10_000);
  expect(await talking.code()).toBeUndefined();
  talking.made.note(heard);
  expect(await talking.code()).toBe(0);
});

test('a file: ends with 1 where the conversation ends before all turns', async () => {
  const { made, code } = progress(true, 3);
  made.note(heard);
  made.note(step('listening', 'timeout', 'idle'));
  expect(await code()).toBe(1);
  expect(made.failure('it').code).toBe('no-further-reply');
});

test.each([
  ['timeout', 'no-reply'],
  ['buttonPressed', 'ended-by-press'],
  ['failure', 'turn-failed'],
] as const)('the failure after %s: %s', (event, code) => {
  const { made } = progress(true);
  made.note(step('listening', event, event === 'failure' ? 'failed' : 'idle'));
  expect(made.failure('it').code).toBe(code);
});

test('a file: ends with 1 where a reply has no sound', async () => {
  const { made, code } = progress(true, 3);
  made.note(silent);
  expect(await code()).toBe(1);
});

test('a file: ends with 1 where the conversation fails, or ends without a reply', async () => {
  const one = progress(true);
  one.made.note(step('listening', 'failure', 'failed'));
  expect(await one.code()).toBe(1);
  const two = progress(true);
  two.made.note(step('listening', 'timeout', 'idle'));
  expect(await two.code()).toBe(1);
});

test('a file: ends with 0 where the conversation ends after a reply', async () => {
  const { made, code } = progress(true);
  made.note(heard);
  made.note(step('listening', 'timeout', 'idle'));
  expect(await code()).toBe(0);
});

test('a person: neither a failure nor the end of a conversation ends it', async () => {
  const { made, code } = progress(false);
  made.note(step('listening', 'failure', 'failed'));
  made.note(step('failed', 'timeout', 'idle'));
  made.note(heard);
  expect(await code()).toBeUndefined();
});

test('a file: a timer rings for a moment, and then it ends', async () => {
  const { made, clock, code } = progress(true, 2);
  made.note(heard);
  made.note(step('listening', 'timerDue', 'ringing'));
  clock.advance(2999);
  expect(await code()).toBeUndefined();
  clock.advance(1);
  expect(await code()).toBe(1);
  expect(made.failure('it').code).toBe('ended-by-timer');
});
