// Parley or one of its children is killed or stopped: it is restarted, no process is left, and the light does
// not stay on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlive } from '../../rigs/processes.ts';
import { endConversation, holdConversation, startConversation } from './conversation-steps.ts';
import { playToMicrophone } from './loopback-audio.ts';
import { type Rig, startRig } from './rig.ts';
import { createSteps } from './steps.ts';
import { synthesizeSpeech } from './synthetic-speech.ts';
import { children, mainPid, processes, untilActive } from './unit.ts';
import { waitFor } from './wait-for.ts';

const gpioBackends = ['gpiod', 'onoff'] as const;

/** Resolves when systemd has started another main process. */
const untilReplaced = async (pid: number): Promise<void> => {
  await waitFor(async () => ![0, pid].includes(await mainPid()), 'another main process');
  await untilActive();
};

const expectRestart = async (rig: Rig, signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> => {
  await startConversation(rig);
  await rig.light.untilShows('solid');
  const pid = await mainPid();
  const before = processes();
  const { mark } = rig.journal;
  process.kill(pid, signal);
  await untilReplaced(pid);
  const sentence = signal === 'SIGKILL' ? /status=9\/KILL/ : /Watchdog timeout/;
  await rig.journal.line(mark, ({ text }) => sentence.test(text), `systemd to say ${sentence.source}`);
  assert.deepEqual(before.filter(isAlive), []);
  await rig.light.untilShows('off');
};

const restarts = (backend: (typeof gpioBackends)[number], signal: 'SIGKILL' | 'SIGSTOP'): void => {
  const failure = signal === 'SIGKILL' ? 'killed' : 'stopped';
  test(`${failure} while it listens, ${backend}`, async (context) => {
    const gpio = { 'button.backend': `"${backend}"`, 'light.backend': `"${backend}"` };
    const rig = await startRig({ settings: gpio });
    context.after(() => rig.close());
    const { step } = createSteps(context);
    await step('it is restarted, no process is left, and the light is off', () => expectRestart(rig, signal));
    await step('a conversation works', () => holdConversation(rig));
  });
};

type Stage = 'idle' | 'listening' | 'speaking';

const enterStage = async (rig: Rig, stage: Stage): Promise<void> => {
  if (stage === 'idle') return;
  await startConversation(rig);
  if (stage === 'listening') return;
  const { mark } = rig.journal;
  await Promise.all([
    playToMicrophone(synthesizeSpeech(6_000, rig.nextSeed)),
    rig.journal.phase(mark, 'speaking'),
  ]);
  await waitFor(async () => (await children()).some(({ name }) => isPlayer(name)), 'a player');
};

const isPlayer = (name: string): boolean => name === 'aplay' || name === 'node';

const namesOf = async (): Promise<string[]> =>
  [...new Set((await children()).map(({ name }) => name))].sort();

const killOne = async (rig: Rig, stage: Stage, name: string): Promise<void> => {
  await enterStage(rig, stage);
  const child = (await children()).find((child) => child.name === name);
  assert.ok(child !== undefined, `no ${name} in ${stage}`);
  const { mark } = rig.journal;
  process.kill(child.pid, 'SIGKILL');
  await waitFor(() => !isAlive(child.pid), `${name} to end`);
  const audio = name === 'arecord' || (isPlayer(name) && stage === 'speaking');
  if (audio) {
    await rig.journal.phase(mark, 'failed');
    await rig.journal.phase(mark, 'idle');
  } else {
    // The shell of the light's next pattern is started with that pattern.
    if (name !== 'sh') await waitFor(async () => (await namesOf()).includes(name), `another ${name}`);
    if (stage !== 'idle') await endConversation(rig);
  }
  // After that the next press must work.
  await startConversation(rig);
  await rig.light.untilShows('solid');
  await endConversation(rig);
  await rig.light.untilShows('off');
};

const childrenKilled = (loudspeaker: 'aplay' | 'speaker', stages: readonly Stage[]): void => {
  test(`each child killed in turn, ${loudspeaker}`, async (context) => {
    const rig = await startRig({ settings: { 'loudspeaker.backend': `"${loudspeaker}"` } });
    context.after(() => rig.close());
    const pid = await mainPid();
    const { step } = createSteps(context);
    for (const stage of stages) {
      const names: string[] = [];
      await step(`in ${stage}: there are children`, async () => {
        await enterStage(rig, stage);
        names.push(...(await namesOf()));
        assert.ok(names.length > 0);
        context.diagnostic(`children in ${stage}: ${names.join(', ')}`);
        if (stage !== 'idle') await endConversation(rig);
      });
      for (const name of names)
        await step(`in ${stage}: ${name} is killed, and the next press works`, () =>
          killOne(rig, stage, name),
        );
    }
    await step('a conversation works, and Parley itself was not restarted', async () => {
      await holdConversation(rig);
      assert.equal(await mainPid(), pid);
    });
  });
};

export const processFailureTests = (): void => {
  for (const backend of gpioBackends) restarts(backend, 'SIGKILL');
  restarts('gpiod', 'SIGSTOP');
  childrenKilled('aplay', ['idle', 'listening', 'speaking']);
  childrenKilled('speaker', ['speaking']);
};
