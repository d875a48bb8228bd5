// The speaker does things, inside the service's own sandbox: a spoken turn calls a tool and the next turn works;
// what is hostile leaves nothing behind; a goodbye is heard to its end; a timer survives the death of Parley.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CallTrigger } from '../../../src/parrot/responses/triggers.ts';
import { nobodyRecords } from './card.ts';
import { type House, openHouse } from './house.ts';
import { say } from './room.ts';
import { stepsOf } from './steps.ts';
import { begin, hangUp, turn } from './talk.ts';
import { mainPid, untilActive } from './unit.ts';
import { speak } from './voice.ts';
import { becomes } from './waiting.ts';

/** Where the sandbox lets them be read. */
const FOLDER = '/usr/local/lib/rig-tools';
/** In the arguments of whatever is hostile. */
const MARK = 'hostile-mark';

const tool = (name: string, script: string, timeoutMs = 60_000): string => {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, name);
  writeFileSync(path, `#!/bin/bash\n${script}\n`);
  chmodSync(path, 0o755);
  return `[[tool]]\nname = "${name}"\ndescription = "Does it."\ncommand = ["${path}"]\ntimeout_ms = ${timeoutMs}\n`;
};

const tables = (): string =>
  [
    tool('tell_heat', 'cat >/dev/null; echo "21 degrees"'),
    tool('slow', `until [[ -e ${FOLDER}/enough ]]; do sleep 1; done; echo "done at last"`, 110_000),
    tool('hangs', `trap '' TERM; exec -a ${MARK} sleep 1000`, 5000),
    tool('forks', `(setsid env -i bash -c 'exec -a ${MARK} sleep 1000' &); sleep 1; echo forked`),
    tool(
      'bombs',
      `bomb() { bomb | bomb & }; exec -a ${MARK} bash -c '${'bomb() { bomb | bomb & }; bomb; sleep 1000'}'`,
      5000,
    ),
    tool('floods', `exec yes ${MARK}`),
    tool('spies', 'cat /etc/credstore/* 2>&1; env; touch /etc/spied 2>&1; echo'),
  ].join('');

const call = (name: string, args: object = {}) => ({ name, arguments: JSON.stringify(args) });
const inTurn = (number: number, ...calls: CallTrigger['calls']): CallTrigger => ({ turn: number, calls });

const argumentsOf = (pid: string): string => {
  try {
    const isZombie = / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return isZombie ? '' : readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // Gone since it was listed.
    return '';
  }
};

const left = (): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => argumentsOf(pid).includes(MARK));

/** What the log says that was said, since the mark. */
const saidSince = (house: House, mark: number): string =>
  house.journal
    .since(mark)
    .map(({ text }) => text)
    .join('\n');

/** Says something, and waits until Parley listens again. @returns a mark from before */
const turnWithCalls = async (house: House): Promise<number> => {
  const { mark } = house.journal;
  house.ear.forget();
  const utterance = speak(1500, house.nextSeed);
  await Promise.all([say(utterance), house.journal.phase(mark, 'working')]);
  await house.journal.phase(mark, 'listening');
  await house.ear.hears(utterance, 20_000);
  return mark;
};

const answered = (): void => {
  test('a spoken turn calls tools', async (context) => {
    const house = await openHouse({ tables: tables() });
    context.after(() => house.close());
    const { step, aside } = stepsOf(context);
    await step('its answer is heard, and the next turn works', async () => {
      await house.newParrot([inTurn(1, call('tell_heat'), call('get_time'))]);
      await begin(house);
      const mark = await turnWithCalls(house);
      assert.match(saidSince(house, mark), /21 degrees/);
      await turn(house);
      await hangUp(house);
    });
    await step('while it works the microphone is off', async () => {
      await house.newParrot([inTurn(1, call('slow'))]);
      await begin(house);
      const { mark } = house.journal;
      await Promise.all([say(speak(1500, house.nextSeed)), house.journal.phase(mark, 'working')]);
      await becomes(nobodyRecords, 'the microphone to be off');
    });
    await aside('light: long and short while it works', () => house.light.shows('longShort'));
    await step('the tick is heard', async () => {
      house.ear.forget();
      await becomes(() => house.ear.soundingSamples > 200, 'the tick');
    });
    await step('when it is done, its answer follows', async () => {
      const { mark } = house.journal;
      writeFileSync(join(FOLDER, 'enough'), '');
      await house.journal.phase(mark, 'listening');
      assert.match(saidSince(house, mark), /done at last/);
      await hangUp(house);
    });
    await step('goodbye is heard to its end before it hangs up', async () => {
      await house.newParrot([inTurn(1, call('end_conversation'))]);
      await begin(house);
      const { mark } = house.journal;
      house.ear.forget();
      const utterance = speak(1500, house.nextSeed);
      await Promise.all([say(utterance), house.journal.phase(mark, 'sayingGoodbye')]);
      await house.journal.phase(mark, 'idle');
      await house.ear.hears(utterance, 20_000);
    });
  });
};

const hostile = (): void => {
  test('hostile tools', async (context) => {
    const house = await openHouse({ tables: tables() });
    context.after(() => house.close());
    const pid = await mainPid();
    const { step } = stepsOf(context);
    for (const name of ['hangs', 'forks', 'bombs', 'floods'])
      await step(`${name}: it is answered, nobody is left, and the next turn works`, async () => {
        await house.newParrot([inTurn(1, call(name))]);
        await begin(house);
        await turnWithCalls(house);
        await becomes(
          () => left().length === 0,
          'nobody to be left',
          undefined,
          () => left().map(argumentsOf).join(),
        );
        await turn(house);
        await hangUp(house);
      });
    await step('a press ends one that hangs', async () => {
      await house.newParrot([inTurn(1, call('hangs'))]);
      await begin(house);
      const { mark } = house.journal;
      await Promise.all([say(speak(1500, house.nextSeed)), house.journal.phase(mark, 'working')]);
      await becomes(() => left().length > 0, 'the tool to run');
      await hangUp(house);
      await becomes(() => left().length === 0, 'nobody to be left');
    });
    await step('one that spies finds no key in its environment, and may write nowhere', async () => {
      await house.newParrot([inTurn(1, call('spies'))]);
      await begin(house);
      const mark = await turnWithCalls(house);
      await hangUp(house);
      assert.match(saidSince(house, mark), /PARLEY_TOOL=spies/);
      assert.match(saidSince(house, mark), /\/etc\/spied.*Read-only file system/);
      assert.doesNotMatch(saidSince(house, mark), /API_KEY|CREDENTIALS_DIRECTORY|sk-rig-0/);
    });
    await step('Parley itself was never restarted', async () => assert.equal(await mainPid(), pid));
  });
};

const timer = (): void => {
  test('a timer', async (context) => {
    const house = await openHouse();
    context.after(() => house.close());
    const { step, aside } = stepsOf(context);
    let mark = 0;
    await step('rings after Parley was killed and is started again', async () => {
      await house.newParrot([inTurn(1, call('set_timer', { name: 'eggs', seconds: 5 }))]);
      await begin(house);
      await turnWithCalls(house);
      const pid = await mainPid();
      ({ mark } = house.journal);
      house.ear.forget();
      process.kill(pid, 'SIGKILL');
      await becomes(async () => ![0, pid].includes(await mainPid()), 'another main process');
      await untilActive();
      await house.journal.phase(mark, 'ringing');
      await becomes(() => house.ear.soundingSamples > 20_000, 'the ringing to be heard');
    });
    await aside('light: blinks evenly while it rings', () => house.light.shows('evenBlink'));
    await step('the button ends it, and does nothing else', async () => {
      const pressed = await house.button.press();
      await house.journal.phase(pressed, 'idle');
      await house.light.shows('off');
      assert.ok(house.journal.since(pressed).every(({ phase }) => phase !== 'connecting'));
    });
    await step('and it does not ring again', async () => {
      await house.configure({});
      const restarted = house.journal.mark;
      await begin(house);
      assert.ok(house.journal.since(restarted).every(({ phase }) => phase !== 'ringing'));
      await hangUp(house);
    });
  });
};

export const toolSet = (): void => {
  answered();
  hostile();
  timer();
};
