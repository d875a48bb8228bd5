// A spoken turn calls tools and the answer is heard; tools that misbehave leave no process behind. Real sound, real
// processes, the parrot.

import { describe, expect, test } from 'vitest';
import { speak, withoutSilence } from '../rigs/speech.ts';
import { until } from '../rigs/until.ts';
import {
  call,
  callIds,
  cleanUpAfterEach,
  processesMarked,
  startWithCalls,
  tool,
  transcripts,
} from './tool-calls.ts';

const question = speak('How warm is it in here?');
const nextQuestion = speak('And the next turn?');
const request = speak('Take your time.');

cleanUpAfterEach();

describe.each(['ga', 'beta'] as const)('dialect %s', (dialect) => {
  test('a spoken turn calls three tools at once, the answer is heard, and the next turn works', async () => {
    const toml = tool('tell_heat', 'cat >/dev/null; echo "21 degrees"');
    const calls = [{ turn: 1, calls: [call('tell_heat'), call('get_time'), call('unheard_of')] }];
    const parley = await startWithCalls(calls, { dialect, toml });
    const { daemon, hearing, say } = parley;
    await say(question);
    await daemon.untilPhase('working');
    await daemon.untilPhase('listening', 2);
    expect(await hearing.holds(withoutSilence(question))).toBe(true);
    const { made, answered } = callIds(parley);
    expect(made.length).toBe(3);
    expect(answered).toEqual(made);
    expect(transcripts(parley)).toContain('21 degrees');
    expect(transcripts(parley)).toContain('There is no tool');
    await say(nextQuestion);
    await daemon.untilPhase('listening', 3);
    expect(await hearing.holds(withoutSilence(nextQuestion))).toBe(true);
  });
});

test('tools that hang, fork, flood, die or are missing: all calls are answered, and no process is left', async () => {
  const mark = `hostile-${process.pid}-${Date.now()}`;
  const toml = [
    tool('hangs', `exec -a ${mark} sleep 1000`, 'timeout_ms = 500'),
    tool('forks', `(setsid bash -c 'exec -a ${mark} sleep 1000' &) ; sleep 0.2; echo forked`),
    tool('floods', `yes ${mark}`),
    tool('dies', 'kill -9 $$'),
    '[[tool]]\nname = "missing"\ndescription = "Is missing."\ncommand = ["/nowhere/at/all"]\n',
  ].join('');
  const names = ['hangs', 'forks', 'floods', 'dies', 'missing'];
  const calls = [{ turn: 1, calls: [...names.map((name) => call(name)), call('get_time', 'no JSON')] }];
  const parley = await startWithCalls(calls, { toml });
  await parley.say(request);
  await parley.daemon.untilPhase('listening', 2);
  const { made, answered } = callIds(parley);
  expect(made.length).toBe(6);
  expect(answered).toEqual(made);
  await until(() => processesMarked(mark).length === 0, 'the end of the processes');
  const said = transcripts(parley);
  const words = [
    'did not finish within 0.5 s',
    'forked',
    'without end',
    'SIGKILL',
    'not found',
    'not valid JSON',
  ];
  expect(words.filter((word) => !said.includes(word))).toEqual([]);
  await parley.say(nextQuestion);
  await parley.daemon.untilPhase('listening', 3);
});

test('a press ends the tools that run, with their processes', async () => {
  const mark = `pressed-${process.pid}-${Date.now()}`;
  const toml = tool('hangs', `setsid bash -c 'exec -a ${mark} sleep 1000' & exec -a ${mark} sleep 1000`);
  const { daemon, say } = await startWithCalls([{ turn: 1, calls: [call('hangs')] }], { toml });
  await say(request);
  await until(() => processesMarked(mark).length === 2, 'the tool and its child');
  daemon.press();
  await daemon.untilPhase('idle', 2);
  await until(() => processesMarked(mark).length === 0, 'the end of both');
});

test('a slow call is heard as ticks, and each of fifty calls at once is answered once', async () => {
  const toml = `[tools]\ntick_after_s = 0.5\n${tool('slow', 'sleep 2.5')}`;
  const many = Array.from({ length: 49 }, () => call('get_time'));
  const parley = await startWithCalls([{ turn: 1, calls: [call('slow'), ...many] }], { toml });
  const { daemon, hearing, say } = parley;
  await say(request);
  await daemon.untilPhase('working');
  const before = hearing.sound().length;
  await hearing.untilSamples(before + 100);
  expect(daemon.records().map(({ phase }) => phase)).not.toContain('speaking');
  await daemon.untilPhase('listening', 2);
  const { made, answered } = callIds(parley);
  expect(new Set(made).size).toBe(50);
  expect(answered).toEqual(made);
});
