// Whole conversations through every pair of backends: what the light says in each phase, that the microphone
// is off while Parley speaks, and that the reply is what was said, sample for sample.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booted } from './booted.ts';
import { isRecording, nobodyRecords, recordings } from './card.ts';
import type { Settings } from './configuration.ts';
import { type House, openHouse } from './house.ts';
import { say } from './room.ts';
import { type Context, type Steps, stepsOf } from './steps.ts';
import { begin, hangUp, turn } from './talk.ts';
import { children, property, startMs, statusPage } from './unit.ts';
import { speak } from './voice.ts';
import { becomes } from './waiting.ts';

export interface Backends {
  readonly button: 'gpiod' | 'onoff';
  readonly light: 'gpiod' | 'onoff' | 'none';
  readonly loudspeaker: 'aplay' | 'speaker';
}

const pairs: readonly Backends[] = (['gpiod', 'onoff'] as const).flatMap((gpio) =>
  (['aplay', 'speaker'] as const).map((loudspeaker) => ({ button: gpio, light: gpio, loudspeaker })),
);

/** Long enough for the light of a reply to be recognised while it is heard. */
const UTTERANCE_MS = 8_000;

const settingsOf = ({ button, light, loudspeaker }: Backends): Settings => ({
  'button.backend': `"${button}"`,
  'light.backend': `"${light}"`,
  'loudspeaker.backend': `"${loudspeaker}"`,
});

/** The status follows the phase by as long as a messenger to systemd takes. */
const showsPhase = async (status: string): Promise<void> => {
  let page = '';
  const pattern = new RegExp(`Status: "${status}"`);
  const shown = async (): Promise<boolean> => {
    page = await statusPage();
    return pattern.test(page);
  };
  await becomes(shown, `the status to be ${status}`, undefined, () => page);
};

const started = async (house: House, { step, aside }: Steps, context: Context): Promise<void> => {
  await step('it is active and READY', async () => {
    assert.equal(await property('ActiveState'), 'active');
    assert.equal(await property('SubState'), 'running');
    context.diagnostic(`benchmark: start to READY ${(await startMs()).toFixed(0)} ms`);
  });
  await aside('light: off in idle', () => house.light.shows('off'));
  await step('nobody records in idle, and systemctl status says Ready', async () => {
    assert.deepEqual(recordings(), ['closed', 'closed']);
    await showsPhase('Ready');
  });
};

const connects = async (house: House, { step, aside }: Steps): Promise<void> => {
  await step('a press: it connects to a service that takes its time, and records already', async () => {
    await house.parrot.halt();
    await house.journal.phase(await house.button.press(), 'connecting');
    await becomes(isRecording, 'the microphone to record');
    await showsPhase('Connecting');
  });
  await aside('light: blinks fast while it connects', () => house.light.shows('fastBlink'));
  await step('the service answers: it listens', async () => {
    const { mark } = house.journal;
    house.parrot.goOn();
    await house.journal.phase(mark, 'listening');
    assert.ok(isRecording());
    await showsPhase('Listening');
  });
  await aside('light: solid while it listens', () => house.light.shows('solid'));
};

const speaks = async (house: House, steps: Steps, context: Context): Promise<void> => {
  const { step, aside } = steps;
  const utterance = speak(UTTERANCE_MS, house.nextSeed);
  const { mark } = house.journal;
  await step('something is said: the microphone closes while the service thinks', async () => {
    house.ear.forget();
    await Promise.all([say(utterance), house.parrot.untilHalted()]);
    await house.journal.phase(mark, 'thinking');
    await becomes(nobodyRecords, 'the microphone to be off');
    await showsPhase('Thinking');
  });
  await aside('light: blinks slowly while it thinks', () => house.light.shows('slowBlink'));
  await step('the service replies: it speaks', async () => {
    house.parrot.goOn();
    await house.journal.phase(mark, 'speaking');
    await showsPhase('(Playing|Finishing) response');
  });
  await aside('light: beats like a heart while it speaks', () => house.light.shows('heartbeat'));
  await step('nobody records while it speaks', () => neverRecordsUntilHeard(house, utterance));
  await step('the reply is what was said, sample for sample', async () => {
    await house.journal.phase(mark, 'listening');
    await house.ear.hears(utterance, 20_000);
    context.diagnostic(`heard: ${utterance.length / 2} of ${utterance.length / 2} samples`);
    assert.ok(isRecording());
  });
};

/** At every look, from here until three quarters of the utterance were heard. */
const neverRecordsUntilHeard = async (house: House, utterance: Buffer): Promise<void> => {
  const enough = (utterance.length / 2) * 0.75;
  await becomes(() => {
    assert.deepEqual(recordings(), ['closed', 'closed']);
    return house.ear.soundingSamples >= enough;
  }, 'most of the reply to be heard');
};

const hangsUp = async (house: House, { step, aside }: Steps): Promise<void> => {
  await step('a press hangs up: nobody records or plays any more', async () => {
    await hangUp(house);
    const names = async (): Promise<string[]> => (await children()).map(({ name }) => name);
    await becomes(
      async () => (await names()).every((name) => !/^(arecord|aplay|node)$/.test(name)),
      'recorder and player to be gone',
    );
    await showsPhase('Ready');
  });
  await aside('light: off when it has hung up', () => house.light.shows('off'));
};

/** One pair of backends, from the start of the unit to the second conversation. */
export const watchedConversation = (backends: Backends, lightPatienceMs?: number): void => {
  const { button, light, loudspeaker } = backends;
  test(`button ${button}, light ${light}, loudspeaker ${loudspeaker}`, async (context) => {
    const settings = settingsOf(backends);
    const house = await openHouse({ settings, thoughtful: true, lightPatienceMs });
    context.after(() => house.close());
    const steps = stepsOf(context);
    await started(house, steps, context);
    await connects(house, steps);
    await speaks(house, steps, context);
    await hangsUp(house, steps);
    await steps.step('the next press begins another conversation', async () => {
      await begin(house);
      const going = turn(house);
      await house.parrot.untilHalted();
      house.parrot.goOn();
      await going;
      await hangUp(house);
    });
  });
};

export const conversations = (): void => {
  booted();
  for (const pair of pairs) watchedConversation(pair);
};
