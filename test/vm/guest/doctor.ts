// parley doctor on a machine where everything is there, with nobody and with somebody at the terminal, and on
// one where something is not.

import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import type { Report } from '../../../src/doctor/report/report.ts';
import { type House, openHouse, rigKey } from './house.ts';
import { attended } from './person.ts';
import { say } from './room.ts';
import { type Ran, run } from './run.ts';
import { type Context, stepsOf } from './steps.ts';
import { conversation } from './talk.ts';
import { untilActive } from './unit.ts';
import { quiet, speak } from './voice.ts';

const BUNDLE = '/tmp/support.txt';
/** Longer than the doctor listens, under emulation. */
const NOISE_MS = 60_000;

const doctor = (...words: readonly string[]): Promise<Ran> =>
  run('/usr/local/bin/parley', ['doctor', ...words], { limitMs: 300_000 });

const verdicts = ({ output }: Ran): Record<string, string> =>
  Object.fromEntries((JSON.parse(output) as Report).checks.map(({ id, verdict }) => [id, verdict]));

/** Nobody speaks, but no room is without a sound. */
const alone = async (house: House): Promise<void> => {
  const noise = say(quiet(speak(NOISE_MS, house.nextSeed))).catch(() => undefined);
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
  await noise;
};

/** As README shows it: a person speaks, listens, looks and presses, and hands the service over for it. */
const together = async (house: House, context: Context): Promise<void> => {
  house.ear.forget();
  const { code, lines } = await attended(house, 'parley doctor');
  for (const line of lines) context.diagnostic(`doctor: ${line}`);
  assert.equal(code, 0);
  const wanted = [
    /^pass {2}Microphone level +peak/,
    /^pass {2}Loudspeaker +a tone was heard/,
    /^pass {2}Loudspeaker heard /,
    /^pass {2}Button line +GPIO 17 \(pin 11\) is free/,
    /^pass {2}Button at rest /,
    /^pass {2}Light +flashed/,
    /^pass {2}Button +was seen/,
    /^Parley \S+: \d+ passed, .*\b0 failed/,
  ];
  for (const pattern of wanted)
    assert.ok(
      lines.some((line) => pattern.test(line)),
      `${pattern}\n${lines.join('\n')}`,
    );
};

export const examined = (): void => {
  test('parley doctor', async (context) => {
    const house = await openHouse();
    context.after(() => house.close());
    const { step } = stepsOf(context);
    await step('nothing fails where all is there', () => alone(house));
    await step('somebody at a terminal speaks, listens, looks and presses', () => together(house, context));
    await step('the service runs again after it', async () => {
      await untilActive();
      await house.newEar();
      await conversation(house);
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
