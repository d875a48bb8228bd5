// scripts/test.sh: every step runs, every failure counts, the sum is the last line.

import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkout } from './checkout.ts';

const good = JSON.stringify({
  numPassedTests: 5,
  numFailedTests: 0,
  testResults: [{ status: 'passed', assertionResults: [] }],
});

/** A vitest that tells its arguments and its input, and leaves a report. */
const fakeVitest = (report: string, exitCode = 0): string => `
  const { readFileSync, writeFileSync } = require('node:fs');
  const option = process.argv.find((word) => word.startsWith('--outputFile.json='));
  writeFileSync(option.slice(option.indexOf('=') + 1), ${JSON.stringify(report)});
  process.stdout.write('input ' + readFileSync(0).length + ' words ' + process.argv.slice(2).join('|') + '\\n');
  process.exitCode = ${exitCode};
`;

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
  steps({});
  checkout.write('fake-vitest.cjs', fakeVitest(good));
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
  return {
    code,
    stdout,
    stderr,
    lines: stdout.trimEnd().split('\n'),
    sum: stdout.trimEnd().split('\n').at(-1),
  };
};

test('all is well: four steps and the tests, without input', async () => {
  const { code, sum, lines } = await run('test/one.test.ts', '-t', 'two words');
  expect({ code, sum }).toEqual({ code: 0, sum: '9 passed, 0 failed' });
  expect(lines.filter((line) => line.startsWith('==> '))).toEqual(
    ['Style', 'Types', 'Shell scripts', 'Build', 'Tests'].map((step) => `==> ${step}`),
  );
  const vitest = lines.find((line) => line.startsWith('input '));
  expect(vitest).toMatch(/^input 0 words .*\|test\/one\.test\.ts\|-t\|two words$/);
});

test('what comes in on stdin reaches no step', async () => {
  const { code, stdout } = await checkout.run('sh', ['-c', 'echo noise | scripts/test.sh']);
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('input 0 ') });
});

/** A virtual Pi that prints its architecture on the way, and these sums. */
const virtualPi = (sums: string, exitCode = 0): void => {
  const script = `#!/bin/sh\necho "booting $1" >&2\necho '${sums}'\nexit ${exitCode}\n`;
  checkout.write('test/vm/run.sh', script);
  chmodSync(checkout.path('test/vm/run.sh'), 0o755);
};

test('.ci/run is all of it, the virtual Pi too', async () => {
  virtualPi('30 0');
  const { code, stdout } = await checkout.run('bash', ['.ci/run'], { CI: 'true' });
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^39 passed, 0 failed$/m),
  });
});

test('--with-vm adds the virtual Pi, and its sums', async () => {
  virtualPi('30 0');
  const { code, sum, stderr } = await run('--with-vm');
  expect({ code, sum }).toEqual({ code: 0, sum: '39 passed, 0 failed' });
  expect(stderr).toContain('booting amd64');
});

test('--vm is the virtual Pi alone', async () => {
  virtualPi('30 0');
  const { code, sum, lines, stderr } = await run('--vm=arm64');
  expect({ code, sum }).toEqual({ code: 0, sum: '31 passed, 0 failed' });
  expect(lines.filter((line) => line.startsWith('==> '))).toEqual([
    '==> Build',
    '==> The virtual Pi (arm64)',
  ]);
  expect(stderr).toContain('booting arm64');
});

test.each([
  ['28 2', 1, '29 passed, 2 failed'],
  ['', 1, '1 passed, 1 failed'],
  ['0 0', 0, '1 passed, 1 failed'],
])('a virtual Pi that ends with "%s" and %i', async (sums, exitCode, expected) => {
  virtualPi(sums, exitCode);
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

test('what cannot be installed is a failure with a remedy, and the rest runs', async () => {
  checkout.hide('sox');
  const { code, sum, stderr } = await run();
  expect({ code, sum }).toEqual({ code: 1, sum: '9 passed, 1 failed' });
  expect(stderr).toMatch(/could not install sox: .*connect the machine to the network/);
});

test('without Node there is a sum all the same', async () => {
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
