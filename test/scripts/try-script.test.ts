// scripts/try.sh: what it installs, when it speaks from a file, and what it passes to the program.

import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkout, type Ended } from './checkout.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
  sound(false);
  checkout.tool('espeak-ng', '[ "$1" = -w ] && echo speech >"$2"');
});
afterEach(() => checkout.remove());

/** Cards as arecord and aplay list them; without one, the default does not open either. */
const sound = (present: boolean): void => {
  const list = present ? '[ "$1" = -l ] && echo "card 0: USB"' : 'exit 1';
  for (const name of ['arecord', 'aplay']) checkout.tool(name, list);
};

const run = (args: string[] = [], env: Readonly<Record<string, string>> = {}) =>
  checkout.run('scripts/try.sh', args, env);

/** As a person runs it, in a terminal. */
const runInTerminal = (line: string) => checkout.run('script', ['-qec', line, '/dev/null']);

/** The arguments that the program got. */
const passedOn = ({ stdout }: Ended): string[] => {
  const line = stdout.split(/\r?\n/).find((words) => words.startsWith('parley '));
  return line === undefined ? [] : JSON.parse(line.slice('parley '.length));
};

test("without a sound card it makes its own speech; stdout is the program's alone", async () => {
  const ended = await run();
  const speech = `${checkout.home}/.cache/parley/speech.wav`;
  const reply = `${checkout.home}/.cache/parley/reply.wav`;
  expect(ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/^(==> .*\n)+$/) });
  expect(passedOn(ended)).toEqual(['try', '--say', speech, '--hear', reply]);
  expect(existsSync(speech)).toBe(true);
  expect(ended.stdout.split('\n')).toHaveLength(2);
});

test('the cache of the user, or a new folder where there is no home', async () => {
  const cached = await run([], { XDG_CACHE_HOME: checkout.path('cache') });
  expect(passedOn(cached)).toContain(checkout.path('cache/parley/reply.wav'));
  const homeless = await run([], { HOME: '', TMPDIR: checkout.root });
  expect(passedOn(homeless).at(-1)).toMatch(new RegExp(`^${checkout.root}/tmp\\..*/reply\\.wav$`));
});

test('the options go to the program, and files that are named stay', async () => {
  const own = await run(['--turns', '2', '--json']);
  expect(passedOn(own)).toEqual(expect.arrayContaining(['--say', '--hear', '--turns', '2', '--json']));
  expect(own.stderr).toContain(`==> The reply is in ${checkout.home}/.cache/parley/reply.wav\n`);
  const named = await run(['--say', 'mine.wav', '--hear=out.wav']);
  expect(passedOn(named)).toEqual(['try', '--say', 'mine.wav', '--hear=out.wav']);
});

test('the exit code of the program is that of the script', async () => {
  expect(await run([], { STAND_IN_CODE: '69' })).toMatchObject({ code: 69 });
});

test('with cards and a terminal the program has the terminal; with cards alone a file speaks', async () => {
  sound(true);
  expect(passedOn(await runInTerminal('scripts/try.sh --turns 1'))).toEqual(['try', '--turns', '1']);
  expect(passedOn(await run(['--say', 'mine.wav']))).toEqual(['try', '--say', 'mine.wav']);
  expect(passedOn(await run())).toContain('--say');
});

test('a default that opens is as good as a card', async () => {
  for (const name of ['arecord', 'aplay']) checkout.tool(name, '[ "$1" != -l ]');
  expect(passedOn(await runInTerminal('scripts/try.sh'))).toEqual(['try']);
  checkout.tool('aplay', 'exit 1');
  expect(passedOn(await runInTerminal('scripts/try.sh'))).toContain('--say');
});

test('paths are relative to the current folder', async () => {
  const { stdout } = await checkout.run('sh', ['-c', 'cd src && ../scripts/try.sh --hear here.wav'], {});
  expect(stdout).toContain('--hear');
  expect(existsSync(checkout.path('src/here.wav'))).toBe(true);
});

test('installs what is missing and nothing else, once', async () => {
  checkout.hide('espeak-ng');
  checkout.tool(
    'apt-get',
    `echo "$*" >>"${checkout.path('apt.log')}"
    case "$*" in *install*) ln -s /bin/true "${checkout.bin}/espeak-ng" ;; esac`,
  );
  expect(await run()).toMatchObject({ code: 0 });
  expect(await run()).toMatchObject({ code: 0 });
  const calls = checkout.read('apt.log').trimEnd().split('\n');
  expect(calls).toHaveLength(2);
  expect(calls[1]).toMatch(/--no-install-recommends espeak-ng$/);
});

test('a package that cannot be installed is one error, before anything is built', async () => {
  checkout.hide('espeak-ng');
  const failed = await run();
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/could not install espeak-ng: /) });
  checkout.hide('apt-get');
  const unknown = await run();
  expect(unknown).toMatchObject({
    code: 1,
    stderr: 'parley: install these yourself, this system has no apt-get, and run this again: espeak-ng\n',
  });
  expect(existsSync(checkout.path('dist'))).toBe(false);
});

test('a Node that is too old, installed or offered, is refused before anything is installed', async () => {
  checkout.tool('node', 'echo 18.20.4');
  const installed = await run();
  expect(installed).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^parley: Node 18.20.4 is too old/),
  });
  checkout.hide('node');
  checkout.tool('apt-cache', 'echo "  Candidate: 18.20.4+dfsg-1"');
  const offered = await run();
  expect(offered).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/this system offers Node 18.20.4/),
  });
  expect(installed.stderr.split('\n')).toHaveLength(2);
  expect(offered.stderr.split('\n')).toHaveLength(2);
});

test('also where the lists of packages had to be fetched first', async () => {
  checkout.hide('node');
  const lists = checkout.path('lists');
  checkout.tool('apt-cache', `[ -e ${lists} ] && echo "  Candidate: 18.20.4" || true`);
  checkout.tool('apt-get', `echo "$*" >>"${checkout.path('apt.log')}"; touch ${lists}`);
  expect(await run()).toMatchObject({ code: 1, stderr: expect.stringMatching(/this system offers Node/) });
  expect(checkout.read('apt.log')).not.toContain('install');
});

test('a build that fails ends the script', async () => {
  checkout.write('src/cli.ts', 'this is no program');
  const ended = await run();
  expect(ended.code).toBe(1);
  expect(passedOn(ended)).toEqual([]);
});

test('--help installs and builds nothing', async () => {
  checkout.hide('node');
  expect(await run(['--help'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage: scripts/try.sh'),
  });
});
