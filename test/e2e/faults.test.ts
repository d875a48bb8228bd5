// Faults and signals with the real program: one sentence, the alarm light, idle again, and no child left over.

import { afterEach, describe, expect, test } from 'vitest';
import type { Phase } from '../../src/core/conversation.ts';
import type { Daemon } from '../rigs/daemon.ts';
import { childrenOf, isAlive } from '../rigs/processes.ts';
import { speak } from '../rigs/speech.ts';
import { until } from '../rigs/until.ts';
import { type RunningOptions, type RunningParley, startParley } from './running-parley.ts';

const request = speak('Tell me a long story about a speaker that never stops, please.');

let parley: RunningParley | undefined;
afterEach(() => parley?.stop());

const start = async (options: RunningOptions = {}): Promise<RunningParley> => {
  parley = await startParley(options);
  return parley;
};

/** To that phase of a first turn. */
const goTo = async (phase: Phase, { daemon, say }: RunningParley): Promise<void> => {
  daemon.press();
  if (phase === 'connecting') return daemon.untilPhase('connecting');
  await daemon.untilPhase('listening');
  if (phase === 'listening') return;
  void say(request);
  await daemon.untilPhase(phase);
};

const expectRecovery = async (daemon: Daemon, sentence: RegExp): Promise<void> => {
  await daemon.untilPhase('failed');
  const failed = daemon.records().find(({ phase }) => phase === 'failed');
  expect(failed).toMatchObject({ level: 'error', light: 'alarm', reason: expect.stringMatching(sentence) });
  await daemon.untilPhase('idle', 2);
  await until(() => childrenOf(daemon.pid).length === 0, 'the end of the children');
  expect(isAlive(daemon.pid)).toBe(true);
};

describe('a conversation that fails', () => {
  test('a microphone that is missing', async () => {
    const { daemon } = await start({ toml: '[microphone]\ndevice = "plughw:CARD=Nothing"' });
    daemon.press();
    await expectRecovery(daemon, /^There is no microphone "plughw:CARD=Nothing": .*arecord -L/);
  });

  test('a service that is missing', async () => {
    const { daemon } = await start({ url: 'ws://127.0.0.1:1/' });
    daemon.press();
    await expectRecovery(daemon, /^Nothing listens at/);
  });

  test('a loudspeaker that is missing', async () => {
    const running = await start({ loudspeakerDevice: 'plughw:CARD=Nothing' });
    await goTo('speaking', running);
    await expectRecovery(running.daemon, /^There is no loudspeaker "plughw:CARD=Nothing": .*aplay -L/);
  });

  test('a key that the service refuses', async () => {
    const { daemon } = await start({ env: { OPENAI_API_KEY: 'sk-of-somebody-else' } });
    daemon.press();
    await expectRecovery(daemon, /^The service refuses the key/);
    expect(daemon.output()).not.toContain('somebody-else');
  });

  test('a dialect that the service no longer speaks', async () => {
    const { daemon } = await start({ configuredDialect: 'beta', dialect: 'ga' });
    daemon.press();
    await expectRecovery(daemon, /set dialect = "ga"/);
  });

  test('a sound card that is removed while it listens; the process goes on', async () => {
    const running = await start();
    await goTo('listening', running);
    await running.rig.unplug();
    await expectRecovery(running.daemon, /microphone/);
  });
});

describe('the end', () => {
  test.each<[NodeJS.Signals, Phase]>([
    ['SIGTERM', 'idle'],
    ['SIGTERM', 'connecting'],
    ['SIGTERM', 'listening'],
    ['SIGTERM', 'speaking'],
    ['SIGINT', 'listening'],
    ['SIGINT', 'draining'],
  ])('%s in %s: exit 0, and no child is left', async (signal, phase) => {
    const running = await start(
      phase === 'connecting' ? { parrot: { holdUp: new Promise<void>(() => undefined) } } : {},
    );
    const { daemon } = running;
    if (phase !== 'idle') await goTo(phase, running);
    const children = childrenOf(daemon.pid);
    expect(await daemon.kill(signal)).toEqual({ code: 0, signal: null });
    expect(children.filter(isAlive)).toEqual([]);
    const messages = daemon.records().map(({ msg }) => msg);
    expect(messages.slice(-2)).toEqual(['Stopping', 'Stopped']);
  });

  test.each<Phase>(['listening', 'speaking'])('SIGKILL in %s: the children die too', async (phase) => {
    const running = await start();
    const { daemon } = running;
    await goTo(phase, running);
    await until(() => childrenOf(daemon.pid).length > 0, 'a child');
    const children = childrenOf(daemon.pid);
    await daemon.kill('SIGKILL');
    await until(() => !children.some(isAlive), 'the end of the children');
  });
});
