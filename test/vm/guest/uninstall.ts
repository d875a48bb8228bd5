// Nothing of Parley stays: the file system is held against what it was before Parley came.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from './run.ts';
import { manifest, manifestBefore, setup } from './setup.ts';
import { stepsOf } from './steps.ts';
import { expectNoProcesses } from './stop.ts';
import { property } from './unit.ts';

const missingFrom = (here: Set<string>, there: Set<string>): string[] =>
  [...here].filter((line) => !there.has(line));

/** Who holds which, as the kernel tells it: gpioinfo goes with Parley. */
const lines = (): string => readFileSync('/sys/kernel/debug/gpio', 'utf8');

const OWNERS = /\.\/(etc\/(parley|credstore)|var\/lib\/(private\/)?parley)(\/|\s|$)/;

export const uninstall = (): void => {
  test('uninstall', async (context) => {
    const { step } = stepsOf(context);
    const before = manifestBefore();
    await step('before it, the kernel knows lines of Parley', () => assert.match(lines(), /parley/));
    await step('--uninstall leaves what its owner has told it, and nothing else', async () => {
      const { code, output, errors } = await setup('checkout', ['--uninstall']);
      assert.equal(code, 0, `${output}${errors}`);
      const after = await manifest();
      assert.deepEqual(missingFrom(before, after), []);
      const added = missingFrom(after, before);
      assert.deepEqual(
        added.filter((line) => !OWNERS.test(line)),
        [],
      );
      for (const file of [
        './etc/parley/parley.toml',
        './etc/credstore/parley-openai-api-key',
        './var/lib/parley -> private/parley',
        './var/lib/private/parley ',
      ])
        assert.ok(
          added.some((line) => line.includes(file)),
          file,
        );
    });
    await step('no unit, no process, no line held', async () => {
      assert.equal(await property('LoadState'), 'not-found');
      expectNoProcesses();
      assert.doesNotMatch(lines(), /parley|sysfs/);
      assert.equal((await run('sh', ['-c', 'command -v parley'])).code, 127);
    });
    await step('a second time is harmless', async () => {
      assert.equal((await setup('checkout', ['--uninstall'])).code, 0);
    });
    await step('--purge leaves nothing at all', async () => {
      const { code, output, errors } = await setup('checkout', ['--uninstall', '--purge']);
      assert.equal(code, 0, `${output}${errors}`);
      const after = await manifest();
      assert.deepEqual([missingFrom(before, after), missingFrom(after, before)], [[], []]);
    });
  });
};
