// The built-in tools by voice: a goodbye is heard to its end, a timer rings after a power cut, the volume is
// remembered. Real sound, the real mixer, the parrot.

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ringSound } from '../../src/audio/sounds.ts';
import { childrenOf } from '../rigs/processes.ts';
import { speak, withoutSilence } from '../rigs/speech.ts';
import { until } from '../rigs/until.ts';
import { call, cleanUpAfterEach, startWithCalls } from './tool-calls.ts';

const goodbye = speak('Goodbye, Parley, and thank you for everything.');
const timerRequest = speak('Set a timer for the eggs.');
const volumeRequest = speak('Not so loud.');

cleanUpAfterEach();

test('the goodbye is heard to its end before the hang-up', async () => {
  const { daemon, hearing, say } = await startWithCalls([{ turn: 1, calls: [call('end_conversation')] }]);
  await say(goodbye);
  await daemon.untilPhase('awaitingGoodbye');
  await daemon.untilPhase('idle', 2);
  expect(await hearing.holds(withoutSilence(goodbye))).toBe(true);
  await until(() => childrenOf(daemon.pid).length === 0, 'the end of the children');
});

test('so is a goodbye that comes with the call', async () => {
  const calls = [{ turn: 1, spoken: true, calls: [call('end_conversation')] }];
  const { daemon, hearing, say } = await startWithCalls(calls);
  await say(goodbye);
  await daemon.untilPhase('finishingGoodbye');
  await daemon.untilPhase('idle', 2);
  expect(await hearing.holds(withoutSilence(goodbye))).toBe(true);
  expect(daemon.records().map(({ phase }) => phase)).not.toContain('awaitingGoodbye');
});

test('a timer rings after the daemon was killed and started again; the button ends it and does nothing else', async () => {
  const calls = [{ turn: 1, calls: [call('set_timer', { name: 'eggs', seconds: 1 })] }];
  const parley = await startWithCalls(calls);
  await parley.say(timerRequest);
  await parley.daemon.untilPhase('draining');
  await parley.restart(parley.hearing.more(2000));
  const { daemon } = parley;
  await daemon.untilPhase('ringing');
  // One note is enough to recognise it; the sound rig may join rounds.
  const note = ringSound().subarray(0, 24_000);
  while (!(await parley.hearing.holds(note)));
  daemon.press();
  await daemon.untilPhase('idle', 2);
  await until(() => childrenOf(daemon.pid).length === 0, 'the end of the children');
  expect(daemon.records().map(({ phase }) => phase)).not.toContain('connecting');
  const late = daemon.records().find(({ msg }) => msg.includes('late'));
  expect(late?.msg).toMatch(/^The timer "eggs" rings .* late: Parley was off when it was due\.$/);
  await parley.restart();
  parley.daemon.press();
  await parley.daemon.untilPhase('listening');
  expect(parley.daemon.records().map(({ phase }) => phase)).not.toContain('ringing');
});

test('the volume is set on the mixer, and again after a restart', async () => {
  const parley = await startWithCalls([{ turn: 1, calls: [call('set_volume', { percent: 40 })] }]);
  const mixer = (...words: readonly string[]): number => {
    const env = { ...process.env, ...parley.rig.env };
    const output = execFileSync('amixer', ['-M', '-D', 'default', ...words], { env, encoding: 'utf8' });
    return Number(/\[(\d+)%\]/.exec(output)?.[1]);
  };
  await parley.say(volumeRequest);
  await parley.daemon.untilPhase('listening', 2);
  expect(JSON.stringify(parley.daemon.records())).toContain('{\\"percent\\":40}');
  expect(mixer('sget', 'Master')).toBe(40);
  mixer('sset', 'Master', '90%');
  await parley.restart();
  await parley.daemon.untilLine(({ msg }) => msg === 'The stored volume is set.', 'the stored volume');
  expect(mixer('sget', 'Master')).toBe(40);
});
