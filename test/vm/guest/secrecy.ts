// The key: only root can read it, and in no place where others can look is there a trace of it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { type House, openHouse, rigKey } from './house.ts';
import { say } from './room.ts';
import { outputOf, run } from './run.ts';
import { stepsOf } from './steps.ts';
import { begin, conversation, hangUp } from './talk.ts';
import { children, mainPid, processes, systemctl } from './unit.ts';
import { speak } from './voice.ts';

const KEY_FILE = '/etc/credstore/parley-openai-api-key';
const CREDENTIAL = '/run/credentials/parley.service/openai-api-key';
/** Where a key might have been left lying; /rig is the rig's own. */
const PLACES = ['/etc', '/opt', '/var', '/run', '/root', '/home', '/tmp', '/usr/local', '/boot'];

/** Everybody but root, members of Parley's own groups too. */
const asStranger = ['--reuid=65534', '--regid=65534', '--groups=audio,gpio', '--'];

const tracesInProc = (key: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`])
    .filter((file) => {
      try {
        return readFileSync(file, 'latin1').includes(key);
      } catch {
        // Gone since it was listed.
        return false;
      }
    });

const noTraceInPhase = async (house: House, phase: string): Promise<void> => {
  assert.deepEqual(tracesInProc(rigKey()), [], phase);
  for (const words of [['show', 'parley'], ['show'], ['show-environment'], ['cat', 'parley']])
    assert.ok(!(await systemctl(...words)).includes(rigKey()), `systemctl ${words.join(' ')}, ${phase}`);
  assert.ok((await children()).length > 0);
  assert.ok(processes().includes(await mainPid()));
  assert.ok(house.journal.since(0).length > 0);
};

const unreadable = async (): Promise<void> => {
  for (const file of [KEY_FILE, CREDENTIAL]) {
    assert.equal(readFileSync(file, 'utf8').trim(), rigKey(), file);
    const { code, output, errors } = await run('setpriv', [...asStranger, 'cat', file]);
    assert.notEqual(code, 0, file);
    assert.equal(output, '');
    assert.match(errors, /Permission denied/);
  }
  assert.equal(statSync(KEY_FILE).uid, 0);
  assert.equal(statSync(KEY_FILE).mode & 0o777, 0o600);
  assert.equal(statSync('/etc/credstore').mode & 0o777, 0o700);
};

const strangerSeesNoEnvironment = async (): Promise<void> => {
  for (const pid of processes()) {
    const { code } = await run('setpriv', [...asStranger, 'cat', `/proc/${pid}/environ`]);
    assert.notEqual(code, 0);
  }
};

const speaking = async (house: House): Promise<void> => {
  const { mark } = house.journal;
  await Promise.all([say(speak(6_000, house.nextSeed)), house.journal.phase(mark, 'speaking')]);
};

export const secrecy = (): void => {
  test('the key', async (context) => {
    const house = await openHouse();
    context.after(() => house.close());
    const { step } = stepsOf(context);
    await step('cannot be read by others, neither where it is kept nor where it is used', unreadable);
    await step('is used: the parrot takes no other', () => conversation(house));
    await step('leaves no trace in any process while Parley listens', async () => {
      await begin(house);
      await noTraceInPhase(house, 'listening');
      await strangerSeesNoEnvironment();
    });
    await step('leaves no trace in any process while Parley speaks', async () => {
      await speaking(house);
      await noTraceInPhase(house, 'speaking');
      await hangUp(house);
    });
    await step('is in no line of the journal', async () => {
      const journal = await outputOf('journalctl', ['--no-pager', '--output=export', '--all']);
      assert.ok(journal.includes('Listening'));
      assert.ok(!journal.includes(rigKey()));
    });
    await step('lies in no other file, of setup neither', async () => {
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
