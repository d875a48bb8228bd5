// The key: only root can read it, and no place that others can read contains it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { endConversation, holdConversation, startConversation } from './conversation-steps.ts';
import { playToMicrophone } from './loopback-audio.ts';
import { type Rig, rigKey, startRig } from './rig.ts';
import { outputOf, run } from './run.ts';
import { createSteps } from './steps.ts';
import { synthesizeSpeech } from './synthetic-speech.ts';
import { children, mainPid, processes, systemctl } from './unit.ts';

const KEY_FILE = '/etc/credstore/parley-openai-api-key';
const CREDENTIAL = '/run/credentials/parley.service/openai-api-key';
/** Folders in which the key could have been left; /rig belongs to the rig. */
const PLACES = ['/etc', '/opt', '/var', '/run', '/root', '/home', '/tmp', '/usr/local', '/boot'];

/** As a user who is in Parley's groups, but not root. */
const asOtherUser = ['--reuid=65534', '--regid=65534', '--groups=audio,gpio', '--'];

const tracesInProc = (key: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`])
    .filter((file) => {
      try {
        return readFileSync(file, 'latin1').includes(key);
      } catch {
        // Ended since it was listed.
        return false;
      }
    });

const noTraceInPhase = async (rig: Rig, phase: string): Promise<void> => {
  assert.deepEqual(tracesInProc(rigKey()), [], phase);
  for (const words of [['show', 'parley'], ['show'], ['show-environment'], ['cat', 'parley']])
    assert.ok(!(await systemctl(...words)).includes(rigKey()), `systemctl ${words.join(' ')}, ${phase}`);
  assert.ok((await children()).length > 0);
  assert.ok(processes().includes(await mainPid()));
  assert.ok(rig.journal.since(0).length > 0);
};

const unreadable = async (): Promise<void> => {
  for (const file of [KEY_FILE, CREDENTIAL]) {
    assert.equal(readFileSync(file, 'utf8').trim(), rigKey(), file);
    const { code, output, errors } = await run('setpriv', [...asOtherUser, 'cat', file]);
    assert.notEqual(code, 0, file);
    assert.equal(output, '');
    assert.match(errors, /Permission denied/);
  }
  assert.equal(statSync(KEY_FILE).uid, 0);
  assert.equal(statSync(KEY_FILE).mode & 0o777, 0o600);
  assert.equal(statSync('/etc/credstore').mode & 0o777, 0o700);
};

const otherUserSeesNoEnvironment = async (): Promise<void> => {
  for (const pid of processes()) {
    const { code } = await run('setpriv', [...asOtherUser, 'cat', `/proc/${pid}/environ`]);
    assert.notEqual(code, 0);
  }
};

const speaking = async (rig: Rig): Promise<void> => {
  const { mark } = rig.journal;
  await Promise.all([
    playToMicrophone(synthesizeSpeech(6_000, rig.nextSeed)),
    rig.journal.phase(mark, 'speaking'),
  ]);
};

export const secrecyTests = (): void => {
  test('the key', async (context) => {
    const rig = await startRig();
    context.after(() => rig.close());
    const { step } = createSteps(context);
    await step('cannot be read by others, neither its file nor the credential of the service', unreadable);
    await step('is used: the parrot accepts no other', () => holdConversation(rig));
    await step('is in the environment or arguments of no process while Parley listens', async () => {
      await startConversation(rig);
      await noTraceInPhase(rig, 'listening');
      await otherUserSeesNoEnvironment();
    });
    await step('is in the environment or arguments of no process while Parley speaks', async () => {
      await speaking(rig);
      await noTraceInPhase(rig, 'speaking');
      await endConversation(rig);
    });
    await step('is in no line of the journal', async () => {
      const journal = await outputOf('journalctl', ['--no-pager', '--output=export', '--all']);
      assert.ok(journal.includes('Listening'));
      assert.ok(!journal.includes(rigKey()));
    });
    await step('is in no other file', async () => {
      const flags = [
        '--recursive',
        '--files-with-matches',
        '--fixed-strings',
        '--no-messages',
        '--devices=skip',
      ];
      const { output } = await run('grep', [...flags, '--', rigKey(), ...PLACES]);
      const found = output.split('\n').filter(Boolean).sort();
      assert.deepEqual(found, [KEY_FILE, CREDENTIAL].sort());
    });
  });
};
