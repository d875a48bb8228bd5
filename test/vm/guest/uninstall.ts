// Uninstalling leaves nothing: the file system is compared with its state before the installation.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from './run.ts';
import { manifest, manifestBefore, setup } from './setup.ts';
import { createSteps } from './steps.ts';
import { expectNoProcesses } from './stop.ts';
import { property } from './unit.ts';

const missingFrom = (here: Set<string>, there: Set<string>): string[] =>
  [...here].filter((line) => !there.has(line));

/** The lines in use, from the kernel: gpioinfo is uninstalled with Parley. */
const lines = (): string => readFileSync('/sys/kernel/debug/gpio', 'utf8');

const KEPT = /\.\/(etc\/(parley|credstore)|var\/lib\/(private\/)?parley)(\/|\s|$)/;

export const uninstallTests = (): void => {
  test('uninstall', async (context) => {
    const { step } = createSteps(context);
    const before = manifestBefore();
    await step('before it, Parley holds lines', () => assert.match(lines(), /parley/));
    await step('--uninstall leaves configuration, key and state, and nothing else', async () => {
      const { code, output, errors } = await setup('checkout', ['--uninstall']);
      assert.equal(code, 0, `${output}${errors}`);
      const after = await manifest();
      assert.deepEqual(missingFrom(before, after), []);
      const added = missingFrom(after, before);
      assert.deepEqual(
        added.filter((line) => !KEPT.test(line)),
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
    await step('a second run changes nothing', async () => {
      assert.equal((await setup('checkout', ['--uninstall'])).code, 0);
    });
    await step('--purge leaves nothing', async () => {
      const { code, output, errors } = await setup('checkout', ['--uninstall', '--purge']);
      assert.equal(code, 0, `${output}${errors}`);
      const after = await manifest();
      assert.deepEqual([missingFrom(before, after), missingFrom(after, before)], [[], []]);
    });
  });
};
