// Failures outside of Parley: a sound card is removed, the service or the network is missing, the configuration is
// wrong. Light, status and log report it, Parley runs on, and it works again when the cause is gone.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { readConfiguration, writeConfiguration } from './configuration.ts';
import { holdConversation, startConversation } from './conversation-steps.ts';
import { playToMicrophone } from './loopback-audio.ts';
import { type Rig, startRig } from './rig.ts';
import { outputOf, run } from './run.ts';
import { type CardOf, cards, plugIn, unplug } from './sound-cards.ts';
import { type Context, createSteps, type Steps } from './steps.ts';
import { synthesizeSpeech } from './synthetic-speech.ts';
import { mainPid, property, statusPage, statusText, systemctl, untilActive } from './unit.ts';
import { waitFor } from './wait-for.ts';

const HOSTS = '/etc/hosts';

const opened = async (context: Context): Promise<{ rig: Rig; steps: Steps }> => {
  const rig = await startRig();
  context.after(() => rig.close());
  return { rig, steps: createSteps(context) };
};

type IdleStatus = 'Ready' | 'Not ready';

/** A press that fails: alarm, a sentence, then idle again. */
const failsWith = async (rig: Rig, sentence: RegExp, idleStatus: IdleStatus = 'Ready'): Promise<void> =>
  expectAlarm(rig, await rig.button.press(), sentence, idleStatus);

const expectAlarm = async (
  rig: Rig,
  mark: number,
  sentence: RegExp,
  idleStatus: IdleStatus,
): Promise<void> => {
  const failure = await rig.journal.line(mark, ({ phase }) => phase === 'failed', 'the failure');
  assert.match(failure.reason ?? '', sentence);
  await rig.light.untilShows('alarm');
  assert.match(await statusText(), /^Failed: /);
  await rig.journal.phase(mark, 'idle');
  await showsAtRest(rig, idleStatus);
};

const showsAtRest = async (rig: Rig, rest: IdleStatus): Promise<void> => {
  await waitFor(async () => (await statusText()).startsWith(rest), `the status to be ${rest}`);
  await rig.light.untilShows(rest === 'Ready' ? 'off' : 'blip');
  assert.equal(await property('ActiveState'), 'active');
};

const both = ['microphone', 'loudspeaker'] as const;

const cardVanishes = (): void => {
  test('the sound cards come and go', async (context) => {
    const { rig, steps } = await opened(context);
    const pid = await mainPid();
    for (const card of both) await vanishesInUse(rig, steps, card);
    await steps.step(
      'both vanish between two conversations: light and status report it without a press',
      async () => {
        await rig.recorder.stop();
        for (const card of both) await unplug(card);
        await showsAtRest(rig, 'Not ready');
        assert.match(await statusText(), /There is no microphone "plughw:CARD=rigmic/);
        await failsWith(rig, /microphone "plughw:CARD=rigmic/, 'Not ready');
      },
    );
    await steps.step('both return: Ready again, and the next press works', async () => {
      for (const card of both) await plugIn(card);
      await rig.restartRecorder();
      await showsAtRest(rig, 'Ready');
      await holdConversation(rig);
    });
    await steps.step('Parley was not restarted', async () => assert.equal(await mainPid(), pid));
  });
};

const vanishesInUse = async (rig: Rig, { step }: Steps, card: CardOf): Promise<void> => {
  await step(`the ${card} vanishes while it is in use`, async () => {
    await startConversation(rig);
    const { mark } = rig.journal;
    if (card === 'loudspeaker')
      await Promise.all([
        playToMicrophone(synthesizeSpeech(6_000, rig.nextSeed)),
        rig.journal.phase(mark, 'speaking'),
      ]);
    const gone = unplug(card);
    await expectAlarm(rig, mark, new RegExp(`${card} "plughw:CARD=${cards[card]}`), 'Not ready');
    await gone;
  });
  await step(`the ${card} returns: the next press works`, async () => {
    await plugIn(card);
    if (card === 'loudspeaker') await rig.restartRecorder();
    await showsAtRest(rig, 'Ready');
    await holdConversation(rig);
  });
};

const serviceMissing = (): void => {
  test('no service, and no network', async (context) => {
    const { rig, steps } = await opened(context);
    await steps.step('no service: alarm, a sentence, Ready again', async () => {
      await rig.parrot.close();
      await failsWith(rig, /127\.0\.0\.1:8765/);
    });
    await steps.step('the service returns: the next press works', async () => {
      await rig.startService();
      await holdConversation(rig);
    });
    await steps.step('no network, twice: alarm, a sentence, Ready again', async () => {
      // The kernel keeps the route to 127.0.0.1 when lo is down: connecting gets no answer, and no error either.
      await rig.configure({ 'conversation.connect_limit_s': '10' });
      await outputOf('ip', ['link', 'set', 'lo', 'down']);
      await failsWith(rig, /127\.0\.0\.1:8765/);
      await failsWith(rig, /127\.0\.0\.1:8765/);
      await outputOf('ip', ['link', 'set', 'lo', 'up']);
      await holdConversation(rig);
    });
  });
};

/** A network card with an address, in an empty network. */
const addNetwork = async (): Promise<void> => {
  await outputOf('ip', ['link', 'add', 'rig0', 'type', 'dummy']);
  await outputOf('ip', ['address', 'add', '192.0.2.2/24', 'dev', 'rig0']);
  await outputOf('ip', ['link', 'set', 'rig0', 'up']);
};

const startsWithoutHardware = (): void => {
  test('it starts without a sound card and without a network', async (context) => {
    const { rig, steps } = await opened(context);
    const hosts = readFileSync(HOSTS, 'utf8');
    context.after(() => writeFileSync(HOSTS, hosts));
    await steps.step('READY nevertheless; light and status report a missing card', async () => {
      await rig.recorder.stop();
      for (const card of both) await unplug(card);
      // A name, because Parley does not wait for the network when the service is on this machine.
      await rig.configure({ 'realtime.url': '"ws://server.lan:8765/v1/realtime"' });
      await showsAtRest(rig, 'Not ready');
      assert.match(await statusText(), /There is no microphone/);
    });
    await steps.step('with the cards back, they report the missing network', async () => {
      for (const card of both) await plugIn(card);
      await waitFor(
        async () => /There is no network/.test(await statusText()),
        'the status to report the missing network',
      );
      await rig.light.untilShows('blip');
      await failsWith(rig, /server\.lan/, 'Not ready');
    });
    await steps.step('with the network back, Ready, and a conversation works', async () => {
      writeFileSync(HOSTS, `${hosts}127.0.0.1 server.lan\n`);
      await addNetwork();
      await showsAtRest(rig, 'Ready');
      await rig.restartRecorder();
      await holdConversation(rig);
    });
    context.after(() => run('ip', ['link', 'delete', 'rig0']));
  });
};

const badConfiguration = (): void => {
  test('a wrong configuration', async (context) => {
    const { rig, steps } = await opened(context);
    const right = readConfiguration();
    context.after(() => writeConfiguration(right));
    await steps.step('ends with 78, is not restarted, and the journal names the line', async () => {
      const { mark } = rig.journal;
      writeConfiguration(`${right}\n[loudspeaker2]\nbackend = 7\n`);
      assert.notEqual((await run('systemctl', ['restart', 'parley'])).code, 0);
      await waitFor(async () => (await property('ActiveState')) === 'failed', 'the unit to have failed');
      assert.equal(await property('ExecMainStatus'), '78');
      // A unit that will be restarted would show "auto-restart".
      assert.equal(await property('SubState'), 'failed');
      assert.equal(await property('NRestarts'), '0');
      await rig.journal.line(mark, ({ text }) => /parley\.toml:\d+: loudspeaker2/.test(text), 'the error');
      assert.match(await statusPage(), /status=78/);
      assert.equal(rig.light.isLit, false);
    });
    await steps.step('with the configuration corrected, it starts', async () => {
      writeConfiguration(right);
      await systemctl('start', 'parley');
      await untilActive();
      await holdConversation(rig);
    });
  });
};

export const environmentFailureTests = (): void => {
  cardVanishes();
  serviceMissing();
  startsWithoutHardware();
  badConfiguration();
};
