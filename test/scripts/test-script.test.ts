// scripts/test.sh: every step runs, every failure counts, the sum is the last line.

import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkout } from './checkout.ts';

const good = JSON.stringify({
  numPassedTests: 5,
  numFailedTests: 0,
  testResults: [{ status: 'passed', assertionResults: [] }],
});

/** A vitest that prints its arguments and its input, and writes a report. */
const fakeVitest = (report: string, exitCode = 0): string => `
  const { readFileSync, writeFileSync } = require('node:fs');
  const option = process.argv.find((word) => word.startsWith('--outputFile.json='));
  writeFileSync(option.slice(option.indexOf('=') + 1), ${JSON.stringify(report)});
  process.stdout.write('input ' + readFileSync(0).length + ' words ' + process.argv.slice(2).join('|') + '\\n');
  process.exitCode = ${exitCode};
`;

/** `npm run SCRIPT` and `npm test -- ARGUMENT...`, without the time that npm takes to start. */
const fakeNpm = String.raw`
  while :; do case $1 in run | --*) shift ;; *) break ;; esac; done
  script=$(sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p" package.json)
  shift
  [ "$1" != -- ] || shift
  eval "$script" '"$@"'
`;

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
  steps({});
  checkout.write('fake-vitest.cjs', fakeVitest(good));
  checkout.tool('npm', fakeNpm);
  checkout.tool('shellcheck', 'true');
});
afterEach(() => checkout.remove());

const steps = (changed: Readonly<Record<string, string>>): void => {
  const scripts = { lint: 'true', check: 'true', build: 'true', test: 'node fake-vitest.cjs', ...changed };
  checkout.write(
    'package.json',
    JSON.stringify({ name: 'parley', version: '1.0.0', type: 'module', scripts }),
  );
};

const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await checkout.run('scripts/test.sh', args);
  const lines = stdout.trimEnd().split('\n');
  const names = lines.filter((line) => line.startsWith('==> ')).map((line) => line.slice('==> '.length));
  return { code, stdout, stderr, lines, steps: names.slice(0, -1), sum: lines.at(-1) };
};

test('four steps and the tests, with the real npm and shellcheck, without input', async () => {
  checkout.untool('npm');
  checkout.untool('shellcheck');
  const ended = await run('test/one.test.ts', '-t', 'two words');
  expect(ended).toMatchObject({ code: 0, sum: '9 passed, 0 failed' });
  expect(ended.steps).toEqual(['Style', 'Types', 'Shell scripts', 'Build', 'Tests']);
  const vitest = ended.lines.find((line) => line.startsWith('input '));
  expect(vitest).toMatch(/^input 0 words .*\|test\/one\.test\.ts\|-t\|two words$/);
});

test('the time of each step is printed before the sum', async () => {
  const { stdout } = await run();
  const names = ['Debian packages', 'npm packages', 'Native packages', 'Style', 'Types'];
  const table = [...names, 'Shell scripts', 'Build', 'Tests'].map((name) => ` +\\d+ s  ${name}\n`).join('');
  expect(stdout).toMatch(
    new RegExp(`==> The time of each step, \\d+ s in all:\n${table}9 passed, 0 failed\n$`),
  );
});

test('--short builds, runs one turn and the contract suites', async () => {
  checkout.write('test/kept.test.ts', "import { suite } from './contracts/suite.ts';");
  checkout.write('test/deep/kept.test.ts', "import { suite } from '../contracts/suite.ts';");
  checkout.write('test/other.test.ts', "import { rig } from './rigs/rig.ts';");
  checkout.write('scripts/try.sh', 'echo one turn');
  chmodSync(checkout.path('scripts/try.sh'), 0o755);
  const ended = await run('--short', '--bail=1');
  expect(ended).toMatchObject({ code: 0, sum: '7 passed, 0 failed' });
  expect(ended.steps).toEqual(['Build', 'One turn of parley try', 'Contract suites']);
  expect(ended.stdout).toContain('one turn\n');
  const vitest = ended.lines.find((line) => line.startsWith('input ')) ?? '';
  const words = vitest.split('|').filter((word) => !word.startsWith('--'));
  expect(words.slice(-2).sort()).toEqual(['test/deep/kept.test.ts', 'test/kept.test.ts']);
});

test('no step reads stdin', async () => {
  const { code, stdout } = await checkout.run('sh', ['-c', 'echo noise | scripts/test.sh']);
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('input 0 ') });
});

/** A virtual Pi that prints its arguments, and these counts at its end. */
const virtualPi = (counts: string, exitCode = 0): void => {
  const script = `#!/bin/sh\necho "booting $*" >&2\necho '${counts}'\nexit ${exitCode}\n`;
  checkout.write('test/vm/run.sh', script);
  chmodSync(checkout.path('test/vm/run.sh'), 0o755);
};

test.each([
  [['--vm'], 'amd64'],
  [['--vm=arm64'], 'arm64'],
  [['--vm', '--short'], 'amd64 --short'],
])('%j tests the virtual Pi instead', async (options, words) => {
  virtualPi('30 0');
  const ended = await run(...options);
  expect(ended).toMatchObject({ code: 0, sum: '31 passed, 0 failed' });
  expect(ended.steps).toEqual(['Build', `The virtual Pi (${words.split(' ')[0]})`]);
  expect(ended.stderr).toContain(`booting ${words}\n`);
});

test.each([
  ['28 2', 1, '29 passed, 2 failed'],
  ['28 0', 1, '29 passed, 1 failed'],
  ['', 1, '1 passed, 1 failed'],
  ['0 0', 0, '1 passed, 1 failed'],
])('a virtual Pi that ends with "%s" and %i', async (counts, exitCode, expected) => {
  virtualPi(counts, exitCode);
  const { code, sum, stderr } = await run('--vm');
  expect({ code, sum }).toEqual({ code: 1, sum: expected });
  expect(stderr).toContain('failed: The virtual Pi');
});

test.each(['lint', 'check', 'build'])('a failing %s counts as one, and the other steps run', async (step) => {
  steps({ [step]: 'echo the reason; false' });
  const { code, sum, stdout } = await run();
  expect({ code, sum }).toEqual({ code: 1, sum: '8 passed, 1 failed' });
  expect(stdout).toContain('the reason');
});

test('a shell script with a fault counts as one', async () => {
  checkout.untool('shellcheck');
  // The others are long, and the first test checks them.
  for (const name of ['.ci/run', 'scripts/setup.sh', 'scripts/try.sh']) checkout.write(name, '#!/bin/sh\n');
  checkout.write('scripts/bad.sh', '#!/bin/bash\ncd $1\n');
  const { code, sum } = await run();
  expect({ code, sum }).toEqual({ code: 1, sum: '8 passed, 1 failed' });
});

test('failing tests, a crash without a report, and no test at all', async () => {
  checkout.write('fake-vitest.cjs', fakeVitest(good.replace('"numFailedTests":0', '"numFailedTests":2'), 1));
  expect(await run()).toMatchObject({ code: 1, sum: '9 passed, 2 failed' });
  steps({ test: 'kill -SEGV $$' });
  expect(await run()).toMatchObject({ code: 1, sum: '4 passed, 1 failed' });
  steps({});
  checkout.write('fake-vitest.cjs', fakeVitest('{"numPassedTests":0,"numFailedTests":0,"testResults":[]}'));
  expect(await run()).toMatchObject({ code: 1, sum: '4 passed, 1 failed' });
});

test('installs what is missing and nothing else', async () => {
  checkout.hide('sox');
  checkout.hide('socat');
  checkout.tool(
    'apt-get',
    `echo "$*" >>"${checkout.path('apt.log')}"
    for word in "$@"; do case $word in sox | socat) ln -s /bin/true "${checkout.bin}/$word" ;; esac; done`,
  );
  expect(await run()).toMatchObject({ code: 0, sum: '9 passed, 0 failed' });
  const calls = checkout.read('apt.log').trimEnd().split('\n');
  expect(calls).toHaveLength(2);
  expect(calls[0]).toMatch(/ update$/);
  expect(calls[1]).toMatch(/DPkg::Lock::Timeout=60 .*install .* sox socat$/);
  await run();
  expect(checkout.read('apt.log').trimEnd().split('\n')).toHaveLength(2);
});

test('a package that cannot be installed is a failure with a remedy, and the other steps run', async () => {
  checkout.hide('sox');
  const { code, sum, stderr } = await run();
  expect({ code, sum }).toEqual({ code: 1, sum: '9 passed, 1 failed' });
  expect(stderr).toMatch(/could not install sox: .*connect the machine to the network/);
});

test('without Node there is a sum, too', async () => {
  checkout.hide('node');
  checkout.hide('npm');
  expect(await run()).toMatchObject({ code: 1, sum: '0 passed, 1 failed' });
});

test('--help runs nothing', async () => {
  const { code, stdout } = await run('--help');
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage: scripts/test.sh'),
  });
  expect(stdout).not.toContain('==>');
});
