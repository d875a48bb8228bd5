// What goes wrong with the real program: one sentence, the alarm, idle again, and nobody left behind.

import { afterEach, describe, expect, test } from 'vitest';
import type { Phase } from '../../src/core/conversation.ts';
import type { Daemon } from '../rigs/daemon.ts';
import { childrenOf, isAlive } from '../rigs/processes.ts';
import { speak } from '../rigs/speech.ts';
import { until } from '../rigs/until.ts';
import { type RealHousehold, say, startHousehold } from './household.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const household = async (options: Parameters<typeof startHousehold>[0] = {}): Promise<RealHousehold> => {
  const started = await startHousehold(options);
  cleanUps.push(() => started.stop());
  return started;
};

/** To that phase of a first turn. */
const leadTo = async (phase: Phase, { daemon, ...house }: RealHousehold): Promise<void> => {
  daemon.press();
  if (phase === 'connecting') return daemon.untilPhase('connecting');
  await daemon.untilPhase('listening');
  if (phase === 'listening') return;
  void say({ daemon, ...house }, speak('Tell me a long story about a speaker that never stops, please.'));
  await daemon.untilPhase(phase);
};

const expectRecovery = async (daemon: Daemon, sentence: RegExp): Promise<void> => {
  await daemon.untilPhase('failed');
  const failed = daemon.records().find(({ phase }) => phase === 'failed');
  expect(failed).toMatchObject({ level: 'error', light: 'alarm', reason: expect.stringMatching(sentence) });
  await daemon.untilPhase('idle', 2);
  await until(() => childrenOf(daemon.pid).length === 0, 'the children to be gone');
  expect(isAlive(daemon.pid)).toBe(true);
};

describe('a conversation that fails', () => {
  test.each([
    [
      'a microphone that is not there',
      '[microphone]\ndevice = "plughw:CARD=Nothing"',
      /^There is no microphone "plughw:CARD=Nothing": .*arecord -L/,
    ],
    ['a service that is not there', '', /^Nothing listens at/],
  ])('%s', async (_what, toml, sentence) => {
    const url = toml === '' ? 'ws://127.0.0.1:1/' : undefined;
    const house = await household({ toml, ...(url === undefined ? {} : { url }) });
    house.daemon.press();
    await expectRecovery(house.daemon, sentence);
  });

  test('a loudspeaker that is not there', async () => {
    const house = await household({ loudspeakerDevice: 'plughw:CARD=Nothing' });
    await leadTo('speaking', house);
    await expectRecovery(house.daemon, /^There is no loudspeaker "plughw:CARD=Nothing": .*aplay -L/);
  });

  test('a key that the service refuses', async () => {
    const house = await household({ env: { OPENAI_API_KEY: 'sk-of-somebody-else' } });
    house.daemon.press();
    await expectRecovery(house.daemon, /^The service refuses the key/);
    expect(house.daemon.output()).not.toContain('somebody-else');
  });

  test('a dialect that the service no longer speaks', async () => {
    const house = await household({ wanted: 'beta', dialect: 'ga' });
    house.daemon.press();
    await expectRecovery(house.daemon, /set dialect = "ga"/);
  });

  test('a sound card that vanishes while it listens; the process lives on', async () => {
    const house = await household();
    await leadTo('listening', house);
    await house.rig.unplug();
    await expectRecovery(house.daemon, /microphone/);
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
    const house = await household(phase === 'connecting' ? { parrot: { holdUpMs: 60_000 } } : {});
    if (phase !== 'idle') await leadTo(phase, house);
    const children = childrenOf(house.daemon.pid);
    expect(await house.daemon.kill(signal)).toEqual({ code: 0, signal: null });
    expect(children.filter(isAlive)).toEqual([]);
    expect(
      house.daemon
        .records()
        .map(({ msg }) => msg)
        .slice(-2),
    ).toEqual(['Stopping', 'Stopped']);
  });

  test.each<Phase>(['listening', 'speaking'])('SIGKILL in %s: the children die too', async (phase) => {
    const house = await household();
    await leadTo(phase, house);
    const children = await someChildren(house.daemon);
    await house.daemon.kill('SIGKILL');
    await until(() => !children.some(isAlive), 'the children to be gone');
  });
});

const someChildren = async (daemon: Daemon): Promise<number[]> => {
  await until(() => childrenOf(daemon.pid).length > 0, 'a child');
  return childrenOf(daemon.pid);
};
