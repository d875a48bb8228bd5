// parley doctor on a machine where everything is there, and on one where something is not.

import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import type { Report } from '../../../src/doctor/report.ts';
import { openHouse, rigKey } from './house.ts';
import { say } from './room.ts';
import { type Ran, run } from './run.ts';
import { stepsOf } from './steps.ts';
import { speak } from './voice.ts';

const BUNDLE = '/tmp/support.txt';
/** Longer than the doctor listens, under emulation. */
const TALK_MS = 60_000;

const doctor = (...words: readonly string[]): Promise<Ran> =>
  run('/usr/local/bin/parley', ['doctor', ...words], { limitMs: 300_000 });

const verdicts = ({ output }: Ran): Record<string, string> =>
  Object.fromEntries((JSON.parse(output) as Report).checks.map(({ id, verdict }) => [id, verdict]));

export const examined = (): void => {
  test('parley doctor', async (context) => {
    const house = await openHouse();
    context.after(() => house.close());
    const { step } = stepsOf(context);
    await step('nothing fails where all is there and somebody speaks', async () => {
      const talking = say(speak(TALK_MS, house.nextSeed)).catch(() => undefined);
      const ran = await doctor('--json');
      const found = verdicts(ran);
      assert.deepEqual(
        Object.entries(found).filter(([, verdict]) => verdict === 'fail'),
        [],
        ran.output,
      );
      assert.equal(ran.code, 0);
      for (const id of ['session', 'key', 'unit', 'microphone-card', 'microphone-level', 'loudspeaker-tone'])
        assert.equal(found[id], 'pass', `${id}: ${ran.output}`);
      const table = await doctor();
      for (const line of table.output.split('\n')) context.diagnostic(`doctor: ${line}`);
      assert.match(table.output, /^Parley \S+: \d+ passed, .*0 failed/m);
      await talking;
    });
    await step('what is not there fails, with the remedy', async () => {
      await house.parrot.stop();
      const ran = await doctor('--silent');
      assert.equal(ran.code, 1);
      assert.match(ran.output, /^FAIL {2}TCP .*ECONNREFUSED\n +-> /m);
    });
    await step('the support file holds no secret', async () => {
      await doctor('--silent', '--offline', '--bundle', BUNDLE);
      const text = readFileSync(BUNDLE, 'utf8');
      rmSync(BUNDLE);
      assert.match(text, /===== journalctl/);
      assert.ok(!text.includes(rigKey()));
    });
  });
};
