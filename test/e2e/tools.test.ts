// The speaker does things: a spoken turn calls a tool and its answer is heard; timers survive a kill; what is
// hostile leaves nothing behind. Real sound, real processes, the parrot.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ringSound } from '../../src/audio/sounds.ts';
import type { ReplyItem } from '../../src/parrot/responses/reply-script.ts';
import type { CallTrigger } from '../../src/parrot/responses/triggers.ts';
import { childrenOf } from '../rigs/processes.ts';
import { speak, withoutSilence } from '../rigs/speech.ts';
import { until } from '../rigs/until.ts';
import { type HouseholdOptions, type RealHousehold, say, startHousehold } from './household.ts';

let folder = '';
const households: RealHousehold[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-tools-'));
});
afterEach(async () => {
  for (const household of households.splice(0)) await household.stop();
  rmSync(folder, { recursive: true, force: true });
});

const script = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/bash\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
};

const tool = (name: string, text: string, more = ''): string =>
  `[[tool]]\nname = "${name}"\ndescription = "Does it."\ncommand = ["${script(name, text)}"]\n${more}\n`;

const start = async (calls: readonly CallTrigger[], options: HouseholdOptions): Promise<RealHousehold> => {
  const household = await startHousehold({ ...options, parrot: { calls } });
  households.push(household);
  household.daemon.press();
  await household.daemon.untilPhase('listening');
  return household;
};

const call = (name: string, args: object | string = {}) => ({
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
});

const heardWhole = (household: RealHousehold, sound: Buffer): boolean => {
  const { buffer, byteOffset, byteLength } = household.hearing.everything();
  return Buffer.from(buffer, byteOffset, byteLength).includes(withoutSilence(sound));
};

/** How many calls were made, and how many answered, each by its id. */
const accounts = ({ wire }: RealHousehold): { made: string[]; answered: string[] } => {
  const ids = (direction: string, type: string): string[] =>
    wire
      .filter((line) => line.direction === direction && line.type === type)
      .flatMap(({ callId = [] }) => callId)
      .sort();
  return {
    made: ids('out', 'response.function_call_arguments.done'),
    answered: ids('in', 'conversation.item.create'),
  };
};

/** Living processes whose arguments or environment hold this. */
const marked = (mark: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => {
      try {
        const isZombie = / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
        return !isZombie && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
      } catch {
        return false;
      }
    });

describe.each(['ga', 'beta'] as const)('dialect %s', (dialect) => {
  test('a spoken turn calls three tools at once, the answer is heard, and the next turn works', async () => {
    const toml = tool('tell_heat', 'cat >/dev/null; echo "21 degrees"');
    const calls = [{ turn: 1, calls: [call('tell_heat'), call('get_time'), call('unheard_of')] }];
    const household = await start(calls, { dialect, toml });
    const question = speak('How warm is it in here?');
    await say(household, question);
    await household.daemon.untilPhase('working');
    await household.daemon.untilPhase('listening', 2);
    expect(heardWhole(household, question)).toBe(true);
    const { made, answered } = accounts(household);
    expect(made.length).toBe(3);
    expect(answered).toEqual(made);
    const said = household.daemon.records().filter(({ msg }) => msg === 'Said');
    expect(JSON.stringify(said)).toContain('21 degrees');
    expect(JSON.stringify(said)).toContain('There is no tool');
    const next = speak('And the next turn?');
    await say(household, next);
    await household.daemon.untilPhase('listening', 3);
    expect(heardWhole(household, next)).toBe(true);
  });
});

test('the goodbye is heard to its end before the hang-up', async () => {
  const household = await start([{ turn: 1, calls: [call('end_conversation')] }], {});
  const goodbye = speak('Goodbye, Parley, and thank you for everything.');
  await say(household, goodbye);
  await household.daemon.untilPhase('awaitingGoodbye');
  await household.daemon.untilPhase('idle', 2);
  expect(heardWhole(household, goodbye)).toBe(true);
  await until(() => childrenOf(household.daemon.pid).length === 0, 'the children to be gone');
});

test('a goodbye that comes with the call is, too', async () => {
  const household = await start([{ turn: 1, spoken: true, calls: [call('end_conversation')] }], {});
  const goodbye = speak('Goodbye, Parley, and thank you for everything.');
  await say(household, goodbye);
  await household.daemon.untilPhase('finishingGoodbye');
  await household.daemon.untilPhase('idle', 2);
  expect(heardWhole(household, goodbye)).toBe(true);
  expect(household.daemon.records().map(({ phase }) => phase)).not.toContain('awaitingGoodbye');
});

test('a timer rings after the daemon was killed and started again; the button ends it and does nothing else', async () => {
  const calls = [{ turn: 1, calls: [call('set_timer', { name: 'eggs', seconds: 1 })] }];
  const household = await start(calls, {});
  await say(household, speak('Set a timer for the eggs.'));
  await household.daemon.untilPhase('draining');
  await household.restart(household.hearing.more(2000));
  const { daemon } = household;
  await daemon.untilPhase('ringing');
  // One note of it is enough to know it by; the sound rig may join rounds.
  const note = ringSound().subarray(0, 24_000);
  await until(() => heardWhole(household, note), 'the ringing');
  daemon.press();
  await daemon.untilPhase('idle', 2);
  await until(() => childrenOf(daemon.pid).length === 0, 'the children to be gone');
  expect(daemon.records().map(({ phase }) => phase)).not.toContain('connecting');
  const late = daemon.records().find(({ msg }) => msg.includes('late'));
  expect(late?.msg).toMatch(/^The timer "eggs" rings .* late: Parley was off when it was due\.$/);
  await household.restart();
  household.daemon.press();
  await household.daemon.untilPhase('listening');
  expect(household.daemon.records().map(({ phase }) => phase)).not.toContain('ringing');
});

test('the volume is set by voice, on the mixer, and is there again after a restart', async () => {
  const calls = [{ turn: 1, calls: [call('set_volume', { percent: 40 })] }];
  const household = await start(calls, {});
  const mixer = (...words: readonly string[]): number => {
    const env = { ...process.env, ...household.rig.env };
    const told = execFileSync('amixer', ['-M', '-D', 'default', ...words], { env, encoding: 'utf8' });
    return Number(/\[(\d+)%\]/.exec(told)?.[1]);
  };
  await say(household, speak('Not so loud.'));
  await household.daemon.untilPhase('listening', 2);
  expect(JSON.stringify(household.daemon.records())).toContain('{\\"percent\\":40}');
  expect(mixer('sget', 'Master')).toBe(40);
  mixer('sset', 'Master', '90%');
  await household.restart();
  await household.daemon.untilLine(
    ({ msg }) => msg === 'The remembered volume is set.',
    'the volume to be restored',
  );
  expect(mixer('sget', 'Master')).toBe(40);
});

describe('an MCP server', () => {
  const toml = `[[mcp]]
server_label = "home"
server_url = "https://mcp.example.org/mcp"
allowed_tools = ["get_weather", "open_door"]
require_approval = "always"
approve = ["get_weather"]
`;
  const startWith = async (items: readonly ReplyItem[]): Promise<RealHousehold> => {
    const household = await startHousehold({
      toml,
      parrot: { replies: (n) => (n === 1 ? { items } : undefined) },
    });
    households.push(household);
    household.daemon.press();
    await household.daemon.untilPhase('listening');
    await say(household, speak('What is the weather like?'));
    await household.daemon.untilPhase('awaitingFollowUp');
    await household.daemon.untilPhase('listening', 2);
    return household;
  };
  const weather = { serverLabel: 'home', name: 'get_weather', arguments: '{}' };
  const said = ({ daemon }: RealHousehold): string =>
    JSON.stringify(daemon.records().filter(({ msg }) => msg === 'Said'));
  const asked = ({ wire }: RealHousehold): number =>
    wire.filter(({ direction, type }) => direction === 'in' && type === 'response.create').length;

  test('whose call goes on after its response is spoken about when it has ended', async () => {
    const household = await startWith([{ mcp: { ...weather, output: 'rain all day', afterDone: true } }]);
    expect(said(household)).toContain('rain all day');
    expect(asked(household)).toBe(1);
  });

  test('asks, and is allowed what the configuration allows', async () => {
    const household = await startWith([{ approval: { ...weather, result: { output: 'sunshine' } } }]);
    expect(said(household)).toContain('sunshine');
    expect(asked(household)).toBe(1);
  });

  test('asks, and is refused what it does not, with a line in the log', async () => {
    const door = { serverLabel: 'home', name: 'open_door', arguments: '{}' };
    const household = await startWith([{ approval: { ...door, result: { output: 'it is open' } } }]);
    expect(said(household)).not.toContain('it is open');
    const line = household.daemon.records().find(({ msg }) => msg.includes('"open_door"'));
    expect(line).toMatchObject({ level: 'warn', msg: expect.stringContaining('it is refused') });
    expect(asked(household)).toBe(1);
  });
});

test('a hostile crowd: it hangs, forks, floods, dies and is not there; nothing is left, and all are answered', async () => {
  const mark = `hostile-${process.pid}-${Date.now()}`;
  const toml = [
    tool('hangs', `exec -a ${mark} sleep 1000`, 'timeout_ms = 500'),
    tool('forks', `(setsid bash -c 'exec -a ${mark} sleep 1000' &) ; sleep 0.2; echo forked`),
    tool('floods', `yes ${mark}`),
    tool('dies', 'kill -9 $$'),
    '[[tool]]\nname = "missing"\ndescription = "Is not there."\ncommand = ["/nowhere/at/all"]\n',
  ].join('');
  const names = ['hangs', 'forks', 'floods', 'dies', 'missing'];
  const calls = [{ turn: 1, calls: [...names.map((name) => call(name)), call('get_time', 'no JSON')] }];
  const household = await start(calls, { toml });
  await say(household, speak('Do your worst.'));
  await household.daemon.untilPhase('listening', 2);
  const { made, answered } = accounts(household);
  expect(made.length).toBe(6);
  expect(answered).toEqual(made);
  await until(() => marked(mark).length === 0, 'the hostile processes to be gone');
  const said = JSON.stringify(household.daemon.records().filter(({ msg }) => msg === 'Said'));
  const words = ['did not finish within 0.5 s', 'forked', '16 KB', 'SIGKILL', 'not found', 'not valid JSON'];
  expect(words.filter((word) => !said.includes(word))).toEqual([]);
  await say(household, speak('And we go on.'));
  await household.daemon.untilPhase('listening', 3);
});

test('a press ends what runs, its processes too', async () => {
  const mark = `pressed-${process.pid}-${Date.now()}`;
  const toml = tool('hangs', `setsid bash -c 'exec -a ${mark} sleep 1000' & exec -a ${mark} sleep 1000`);
  const household = await start([{ turn: 1, calls: [call('hangs')] }], { toml });
  await say(household, speak('Take your time.'));
  await until(() => marked(mark).length === 2, 'the tool and its child');
  household.daemon.press();
  await household.daemon.untilPhase('idle', 2);
  await until(() => marked(mark).length === 0, 'both to be gone');
});

test('a call that takes its time ticks in the room, and fifty calls at once are answered, each once', async () => {
  const toml = `[tools]\ntick_after_s = 0.5\n${tool('slow', 'sleep 2.5')}`;
  const many = Array.from({ length: 49 }, () => call('get_time'));
  const household = await start([{ turn: 1, calls: [call('slow'), ...many] }], { toml });
  await say(household, speak('Take your time.'));
  await household.daemon.untilPhase('working');
  const before = household.hearing.sound().length;
  await household.hearing.untilSamples(before + 100);
  expect(household.daemon.records().map(({ phase }) => phase)).not.toContain('speaking');
  await household.daemon.untilPhase('listening', 2);
  const { made, answered } = accounts(household);
  expect(new Set(made).size).toBe(50);
  expect(answered).toEqual(made);
});
