// parley doctor on a complete machine, without and with a user at the terminal, and on one where the service
// is missing.

import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import type { Report } from '../../../src/doctor/report/report.ts';
import { holdConversation } from './conversation-steps.ts';
import { playToMicrophone } from './loopback-audio.ts';
import { type Rig, rigKey, startRig } from './rig.ts';
import { type Ran, run } from './run.ts';
import { type Context, createSteps } from './steps.ts';
import { attenuate, synthesizeSpeech } from './synthetic-speech.ts';
import { runWithUser } from './terminal-user.ts';
import { untilActive } from './unit.ts';

const BUNDLE = '/tmp/support.txt';
/** Longer than the doctor listens under emulation. */
const NOISE_MS = 60_000;

const doctor = (...words: readonly string[]): Promise<Ran> =>
  run('/usr/local/bin/parley', ['doctor', ...words], { limitMs: 300_000 });

const verdicts = ({ output }: Ran): Record<string, string> =>
  Object.fromEntries((JSON.parse(output) as Report).checks.map(({ id, verdict }) => [id, verdict]));

/** Without a user. Background noise plays, because a real microphone never records pure zeros. */
const withoutUser = async (rig: Rig): Promise<void> => {
  const noise = playToMicrophone(attenuate(synthesizeSpeech(NOISE_MS, rig.nextSeed))).catch(() => undefined);
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

/** A user stops the service for the test, speaks, listens, watches the light and presses the button. */
const withUser = async (rig: Rig, context: Context): Promise<void> => {
  rig.recorder.clear();
  const { code, lines } = await runWithUser(rig, 'parley doctor');
  for (const line of lines) context.diagnostic(`doctor: ${line}`);
  assert.equal(code, 0);
  const expected = [
    /^pass {2}Microphone level +peak/,
    /^pass {2}Loudspeaker +a tone was heard/,
    /^pass {2}Loudspeaker heard /,
    /^pass {2}Button line +GPIO 17 \(pin 11\) is free/,
    /^pass {2}Button at rest /,
    /^pass {2}Light +flashed/,
    /^pass {2}Button +was seen/,
    /^Parley \S+: \d+ passed, .*\b0 failed/,
  ];
  for (const pattern of expected)
    assert.ok(
      lines.some((line) => pattern.test(line)),
      `${pattern}\n${lines.join('\n')}`,
    );
};

export const doctorTests = (): void => {
  test('parley doctor', async (context) => {
    const rig = await startRig();
    context.after(() => rig.close());
    const { step } = createSteps(context);
    await step('nothing fails on a complete machine', () => withoutUser(rig));
    await step('a user at the terminal speaks, listens, watches the light and presses the button', () =>
      withUser(rig, context),
    );
    await step('the service runs again afterwards', async () => {
      await untilActive();
      await rig.restartRecorder();
      await holdConversation(rig);
    });
    await step('a missing service fails, with the remedy', async () => {
      await rig.parrot.close();
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
