// What fails around Parley: the sound card vanishes, the service or the network is not there, the configuration
// is wrong. It says so, by light, status and log, lives on, and works again when the thing is back.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { type CardOf, cards, plugIn, unplug } from './card.ts';
import { readConfiguration, writeConfiguration } from './configuration.ts';
import { type House, openHouse } from './house.ts';
import { say } from './room.ts';
import { outputOf, run } from './run.ts';
import { type Context, type Steps, stepsOf } from './steps.ts';
import { begin, conversation } from './talk.ts';
import { mainPid, property, statusPage, statusText, systemctl, untilActive } from './unit.ts';
import { speak } from './voice.ts';
import { becomes } from './waiting.ts';

const HOSTS = '/etc/hosts';

const opened = async (context: Context): Promise<{ house: House; steps: Steps }> => {
  const house = await openHouse();
  context.after(() => house.close());
  return { house, steps: stepsOf(context) };
};

type Afterwards = 'Ready' | 'Not ready';

/** A press that fails: alarm, a sentence, and at rest again, ready or not. */
const failsWith = async (house: House, sentence: RegExp, afterwards: Afterwards = 'Ready'): Promise<void> =>
  expectAlarm(house, await house.button.press(), sentence, afterwards);

const expectAlarm = async (
  house: House,
  mark: number,
  sentence: RegExp,
  afterwards: Afterwards,
): Promise<void> => {
  const failure = await house.journal.line(mark, ({ phase }) => phase === 'failed', 'the failure');
  assert.match(failure.reason ?? '', sentence);
  await house.light.shows('alarm');
  assert.match(await statusText(), /^Failed: /);
  await house.journal.phase(mark, 'idle');
  await showsAtRest(house, afterwards);
};

const showsAtRest = async (house: House, rest: Afterwards): Promise<void> => {
  await becomes(async () => (await statusText()).startsWith(rest), `the status to be ${rest}`);
  await house.light.shows(rest === 'Ready' ? 'off' : 'blip');
  assert.equal(await property('ActiveState'), 'active');
};

const both = ['microphone', 'loudspeaker'] as const;

const cardVanishes = (): void => {
  test('the sound cards come and go', async (context) => {
    const { house, steps } = await opened(context);
    const pid = await mainPid();
    for (const card of both) await vanishesInUse(house, steps, card);
    await steps.step(
      'both vanish between two conversations: light and status say so by themselves',
      async () => {
        await house.ear.stop();
        for (const card of both) await unplug(card);
        await showsAtRest(house, 'Not ready');
        assert.match(await statusText(), /There is no microphone "plughw:CARD=rigmic/);
        await failsWith(house, /microphone "plughw:CARD=rigmic/, 'Not ready');
      },
    );
    await steps.step('they come back: Ready again, and the next press works', async () => {
      for (const card of both) await plugIn(card);
      await house.newEar();
      await showsAtRest(house, 'Ready');
      await conversation(house);
    });
    await steps.step('Parley was never restarted for it', async () => assert.equal(await mainPid(), pid));
  });
};

const vanishesInUse = async (house: House, { step }: Steps, card: CardOf): Promise<void> => {
  await step(`the ${card} vanishes while it is in use`, async () => {
    await begin(house);
    const { mark } = house.journal;
    if (card === 'loudspeaker')
      await Promise.all([say(speak(6_000, house.nextSeed)), house.journal.phase(mark, 'speaking')]);
    const gone = unplug(card);
    await expectAlarm(house, mark, new RegExp(`${card} "plughw:CARD=${cards[card]}`), 'Not ready');
    await gone;
  });
  await step(`the ${card} is there again: the next press works`, async () => {
    await plugIn(card);
    if (card === 'loudspeaker') await house.newEar();
    await showsAtRest(house, 'Ready');
    await conversation(house);
  });
};

const nothingThere = (): void => {
  test('no service, and no way to it', async (context) => {
    const { house, steps } = await opened(context);
    await steps.step('no service: alarm, a sentence, Ready again', async () => {
      await house.parrot.stop();
      await failsWith(house, /127\.0\.0\.1:8765/);
    });
    await steps.step('the service is there again: the next press works', async () => {
      await house.newParrot();
      await conversation(house);
    });
    await steps.step('no way to it: the same, and the same again', async () => {
      await outputOf('ip', ['link', 'set', 'lo', 'down']);
      await failsWith(house, /127\.0\.0\.1:8765/);
      await failsWith(house, /127\.0\.0\.1:8765/);
      await outputOf('ip', ['link', 'set', 'lo', 'up']);
      await conversation(house);
    });
  });
};

/** A network card with an address, of a network with nobody in it. */
const plugInNetwork = async (): Promise<void> => {
  await outputOf('ip', ['link', 'add', 'rig0', 'type', 'dummy']);
  await outputOf('ip', ['address', 'add', '192.0.2.2/24', 'dev', 'rig0']);
  await outputOf('ip', ['link', 'set', 'rig0', 'up']);
};

const startsWithNothing = (): void => {
  test('it starts without a sound card and without a network', async (context) => {
    const { house, steps } = await opened(context);
    const hosts = readFileSync(HOSTS, 'utf8');
    context.after(() => writeFileSync(HOSTS, hosts));
    await steps.step('READY all the same; light and status say that a card is missing', async () => {
      await house.ear.stop();
      for (const card of both) await unplug(card);
      // A name, so that Parley does not take the service for one of this machine.
      await house.configure({ 'realtime.url': '"ws://server.lan:8765/v1/realtime"' });
      await showsAtRest(house, 'Not ready');
      assert.match(await statusText(), /There is no microphone/);
    });
    await steps.step('with the cards there, they say that the network is missing', async () => {
      for (const card of both) await plugIn(card);
      await becomes(async () => /There is no network/.test(await statusText()), 'the status to say so');
      await house.light.shows('blip');
      await failsWith(house, /server\.lan/, 'Not ready');
    });
    await steps.step('with everything there, Ready, and a conversation works', async () => {
      writeFileSync(HOSTS, `${hosts}127.0.0.1 server.lan\n`);
      await plugInNetwork();
      await showsAtRest(house, 'Ready');
      await house.newEar();
      await conversation(house);
    });
    context.after(() => run('ip', ['link', 'delete', 'rig0']));
  });
};

const badConfiguration = (): void => {
  test('a wrong configuration', async (context) => {
    const { house, steps } = await opened(context);
    const right = readConfiguration();
    context.after(() => writeConfiguration(right));
    await steps.step('is exit 78, is not restarted, and the journal says which line', async () => {
      const { mark } = house.journal;
      writeConfiguration(`${right}\n[loudspeaker2]\nbackend = 7\n`);
      assert.notEqual((await run('systemctl', ['restart', 'parley'])).code, 0);
      await becomes(async () => (await property('ActiveState')) === 'failed', 'the unit to have failed');
      assert.equal(await property('ExecMainStatus'), '78');
      // "auto-restart" is what a unit that will be restarted says here.
      assert.equal(await property('SubState'), 'failed');
      assert.equal(await property('NRestarts'), '0');
      await house.journal.line(mark, ({ text }) => /parley\.toml:\d+: loudspeaker2/.test(text), 'the fault');
      assert.match(await statusPage(), /status=78/);
      assert.equal(house.light.isLit, false);
    });
    await steps.step('put right, it starts', async () => {
      writeConfiguration(right);
      await systemctl('start', 'parley');
      await untilActive();
      await conversation(house);
    });
  });
};

export const surroundings = (): void => {
  cardVanishes();
  nothingThere();
  startsWithNothing();
  badConfiguration();
};
