// What dies, freezes or is killed is there again by itself, nobody is left behind, and the light does not
// stay on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlive } from '../../rigs/processes.ts';
import { type House, openHouse } from './house.ts';
import { say } from './room.ts';
import { stepsOf } from './steps.ts';
import { begin, conversation, hangUp } from './talk.ts';
import { children, mainPid, processes, untilActive } from './unit.ts';
import { speak } from './voice.ts';
import { becomes } from './waiting.ts';

const gpioBackends = ['gpiod', 'onoff'] as const;

/** Resolves when systemd has put another process in the place of that one. */
const untilReplaced = async (pid: number): Promise<void> => {
  await becomes(async () => ![0, pid].includes(await mainPid()), 'another main process');
  await untilActive();
};

const expectRestart = async (house: House, signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> => {
  await begin(house);
  await house.light.shows('solid');
  const pid = await mainPid();
  const before = processes();
  const { mark } = house.journal;
  process.kill(pid, signal);
  await untilReplaced(pid);
  const sentence = signal === 'SIGKILL' ? /status=9\/KILL/ : /Watchdog timeout/;
  await house.journal.line(mark, ({ text }) => sentence.test(text), `systemd to say ${sentence.source}`);
  assert.deepEqual(before.filter(isAlive), []);
  await house.light.shows('off');
};

const restarts = (backend: (typeof gpioBackends)[number], signal: 'SIGKILL' | 'SIGSTOP'): void => {
  const fate = signal === 'SIGKILL' ? 'killed' : 'frozen';
  test(`${fate} while it listens, ${backend}`, async (context) => {
    const gpio = { 'button.backend': `"${backend}"`, 'light.backend': `"${backend}"` };
    const house = await openHouse({ settings: gpio });
    context.after(() => house.close());
    const { step } = stepsOf(context);
    await step('it is restarted, no process is left and the light is off', () =>
      expectRestart(house, signal),
    );
    await step('a conversation works', () => conversation(house));
  });
};

type Stage = 'idle' | 'listening' | 'speaking';

const leadTo = async (house: House, stage: Stage): Promise<void> => {
  if (stage === 'idle') return;
  await begin(house);
  if (stage === 'listening') return;
  const { mark } = house.journal;
  await Promise.all([say(speak(6_000, house.nextSeed)), house.journal.phase(mark, 'speaking')]);
  await becomes(async () => (await children()).some(({ name }) => isPlayer(name)), 'a player');
};

const isPlayer = (name: string): boolean => name === 'aplay' || name === 'node';

const namesOf = async (): Promise<string[]> =>
  [...new Set((await children()).map(({ name }) => name))].sort();

const killOne = async (house: House, stage: Stage, name: string): Promise<void> => {
  await leadTo(house, stage);
  const victim = (await children()).find((child) => child.name === name);
  assert.ok(victim !== undefined, `no ${name} in ${stage}`);
  const { mark } = house.journal;
  process.kill(victim.pid, 'SIGKILL');
  await becomes(() => !isAlive(victim.pid), `${name} to be dead`);
  const audio = name === 'arecord' || (isPlayer(name) && stage === 'speaking');
  if (audio) {
    await house.journal.phase(mark, 'failed');
    await house.journal.phase(mark, 'idle');
  } else {
    // The shell in which the light's next player waits is there again from the next pattern on.
    if (name !== 'sh') await becomes(async () => (await namesOf()).includes(name), `another ${name}`);
    if (stage !== 'idle') await hangUp(house);
  }
  // The next press.
  await begin(house);
  await house.light.shows('solid');
  await hangUp(house);
  await house.light.shows('off');
};

const childrenDie = (loudspeaker: 'aplay' | 'speaker', stages: readonly Stage[]): void => {
  test(`every child killed in turn, ${loudspeaker}`, async (context) => {
    const house = await openHouse({ settings: { 'loudspeaker.backend': `"${loudspeaker}"` } });
    context.after(() => house.close());
    const pid = await mainPid();
    const { step } = stepsOf(context);
    for (const stage of stages) {
      const names: string[] = [];
      await step(`in ${stage}: there are children`, async () => {
        await leadTo(house, stage);
        names.push(...(await namesOf()));
        assert.ok(names.length > 0);
        context.diagnostic(`children in ${stage}: ${names.join(', ')}`);
        if (stage !== 'idle') await hangUp(house);
      });
      for (const name of names)
        await step(`in ${stage}: ${name} is killed, and the next press works`, () =>
          killOne(house, stage, name),
        );
    }
    await step('a conversation works, and Parley itself was never restarted', async () => {
      await conversation(house);
      assert.equal(await mainPid(), pid);
    });
  });
};

export const killed = (): void => {
  for (const backend of gpioBackends) restarts(backend, 'SIGKILL');
  restarts('gpiod', 'SIGSTOP');
  childrenDie('aplay', ['idle', 'listening', 'speaking']);
  childrenDie('speaker', ['speaking']);
};
