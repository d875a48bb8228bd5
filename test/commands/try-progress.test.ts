import { expect, test } from 'vitest';
import type { Step } from '../../src/assistant/transition-log.ts';
import { createEnding } from '../../src/commands/run.ts';
import { Progress } from '../../src/commands/try-progress.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';

const step = (from: Step['from'], event: Step['event'], to: Step['to']): Step => ({
  from,
  event,
  to,
  reason: '',
});
const heard = step('draining', 'playbackDrained', 'listening');
const silent = step('thinking', 'replyEnded', 'listening');

const progress = (bySelf: boolean, turns?: number) => {
  const ending = createEnding();
  let code: number | undefined;
  void ending.ended.then((ended) => {
    code = ended;
  });
  const clock = createFakeClock();
  const made = new Progress({ bySelf, turns }, ending, clock);
  const codeSoFar = async (): Promise<number | undefined> => {
    await Promise.resolve();
    return code;
  };
  return { made, clock, code: codeSoFar };
};

test('a file: over with the reply after its end, not before', async () => {
  const { made, code } = progress(true);
  made.note(heard);
  expect(await code()).toBeUndefined();
  made.allSaid();
  expect(await code()).toBeUndefined();
  made.note(heard);
  expect(await code()).toBe(0);
});

test('turns: over after so many replies that were heard', async () => {
  const { made, code } = progress(false, 2);
  made.note(heard);
  made.note(silent);
  expect(await code()).toBeUndefined();
  made.note(heard);
  expect(await code()).toBe(0);
});

test('a file that ends in silence: over soon after it, unless somebody still speaks', async () => {
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

test('a file: over with 1 where it hangs up before all turns were answered', async () => {
  const { made, code } = progress(true, 3);
  made.note(heard);
  made.note(step('listening', 'timeout', 'idle'));
  expect(await code()).toBe(1);
  expect(made.why('it')).toContain('pause at its end');
});

test.each([
  ['timeout', 'is there speech in it?'],
  ['buttonPressed', 'ended before a reply was heard'],
  ['failure', 'the last lines above say why'],
] as const)('the last word after %s', (event, words) => {
  const { made } = progress(true);
  made.note(step('listening', event, event === 'failure' ? 'failed' : 'idle'));
  expect(made.why('it')).toContain(words);
});

test('a file: over with 1 where a reply fails without a sound', async () => {
  const { made, code } = progress(true, 3);
  made.note(silent);
  expect(await code()).toBe(1);
});

test('a file: over with 1 where the conversation fails, or hangs up without a reply', async () => {
  const one = progress(true);
  one.made.note(step('listening', 'failure', 'failed'));
  expect(await one.code()).toBe(1);
  const two = progress(true);
  two.made.note(step('listening', 'timeout', 'idle'));
  expect(await two.code()).toBe(1);
});

test('a file: over with 0 where it hangs up after a reply', async () => {
  const { made, code } = progress(true);
  made.note(heard);
  made.note(step('listening', 'timeout', 'idle'));
  expect(await code()).toBe(0);
});

test('a person: neither a failure nor a hang-up ends it', async () => {
  const { made, code } = progress(false);
  made.note(step('listening', 'failure', 'failed'));
  made.note(step('failed', 'timeout', 'idle'));
  made.note(heard);
  expect(await code()).toBeUndefined();
});

test('a file: a timer that rings is heard for a moment, and then it is over', async () => {
  const { made, clock, code } = progress(true, 2);
  made.note(heard);
  made.note(step('listening', 'timerDue', 'ringing'));
  clock.advance(2999);
  expect(await code()).toBeUndefined();
  clock.advance(1);
  expect(await code()).toBe(1);
  expect(made.why('x')).toBe('A timer ended the conversation before the reply was heard.');
});
