// Whole conversations through the pairs of backends: the light's pattern in each phase, the microphone off while
// Parley speaks, and a reply that equals the utterance, sample for sample.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Settings } from './configuration.ts';
import { endConversation, speakTurn, startConversation } from './conversation-steps.ts';
import { playToMicrophone } from './loopback-audio.ts';
import { type Rig, startRig } from './rig.ts';
import { captureStates, microphoneIsClosed, microphoneIsRecording } from './sound-cards.ts';
import { type Context, createSteps, type Steps } from './steps.ts';
import { synthesizeSpeech } from './synthetic-speech.ts';
import { children, property, startMs, statusPage } from './unit.ts';
import { waitFor } from './wait-for.ts';

export interface Backends {
  readonly button: 'gpiod' | 'onoff';
  readonly light: 'gpiod' | 'onoff' | 'none';
  readonly loudspeaker: 'aplay' | 'speaker';
}

export interface ConversationOptions {
  /** Of the first utterance and its reply; default: long enough to recognise the light's pattern in the reply. */
  readonly utteranceMs?: number;
  /** How long to wait for a pattern of the light. */
  readonly lightLimitMs?: number;
}

const UTTERANCE_MS = 5_000;

const settingsOf = ({ button, light, loudspeaker }: Backends): Settings => ({
  'button.backend': `"${button}"`,
  'light.backend': `"${light}"`,
  'loudspeaker.backend': `"${loudspeaker}"`,
});

/** The status is sent to systemd by a child process, so it follows the phase a little later. */
const showsPhase = async (status: string): Promise<void> => {
  let page = '';
  const pattern = new RegExp(`Status: "${status}"`);
  const shown = async (): Promise<boolean> => {
    page = await statusPage();
    return pattern.test(page);
  };
  await waitFor(shown, `the status to be ${status}`, undefined, () => page);
};

const started = async (rig: Rig, { step, independentStep }: Steps, context: Context): Promise<void> => {
  await step('it is active and READY', async () => {
    assert.equal(await property('ActiveState'), 'active');
    assert.equal(await property('SubState'), 'running');
    context.diagnostic(`benchmark: start to READY ${(await startMs()).toFixed(0)} ms`);
  });
  await independentStep('light: off in idle', () => rig.light.untilShows('off'));
  await step('the microphone is closed in idle, and systemctl status says Ready', async () => {
    assert.deepEqual(captureStates(), ['closed', 'closed']);
    await showsPhase('Ready');
  });
};

const connects = async (rig: Rig, { step, independentStep }: Steps): Promise<void> => {
  await step('a press: it connects to a service that does not answer yet, and records already', async () => {
    await rig.parrot.pause();
    await rig.journal.phase(await rig.button.press(), 'connecting');
    await waitFor(microphoneIsRecording, 'the microphone to record');
    await showsPhase('Connecting');
  });
  await independentStep('light: blinks fast while it connects', () => rig.light.untilShows('fastBlink'));
  await step('the service answers: it listens', async () => {
    const { mark } = rig.journal;
    rig.parrot.resume();
    await rig.journal.phase(mark, 'listening');
    assert.ok(microphoneIsRecording());
    await showsPhase('Listening');
  });
  await independentStep('light: solid while it listens', () => rig.light.untilShows('solid'));
};

const speaks = async (rig: Rig, steps: Steps, context: Context, utteranceMs: number): Promise<void> => {
  const { step, independentStep } = steps;
  const utterance = synthesizeSpeech(utteranceMs, rig.nextSeed);
  const { mark } = rig.journal;
  await step('an utterance ends: the microphone closes while the service thinks', async () => {
    rig.recorder.clear();
    await Promise.all([playToMicrophone(utterance), rig.parrot.untilPaused()]);
    await rig.journal.phase(mark, 'thinking');
    await waitFor(microphoneIsClosed, 'the microphone to be off');
    await showsPhase('Thinking');
  });
  await independentStep('light: blinks slowly while it thinks', () => rig.light.untilShows('slowBlink'));
  await step('the service replies: it speaks', async () => {
    rig.parrot.resume();
    await rig.journal.phase(mark, 'speaking');
    await showsPhase('(Playing|Finishing) response');
  });
  await independentStep('light: heartbeat while it speaks', () => rig.light.untilShows('heartbeat'));
  await step('the microphone stays closed while it speaks', () => microphoneStaysClosed(rig, utterance));
  await step('the reply equals the utterance, sample for sample', async () => {
    await rig.journal.phase(mark, 'listening');
    await rig.recorder.untilRecorded(utterance, 20_000);
    context.diagnostic(`heard: ${utterance.length / 2} of ${utterance.length / 2} samples`);
    assert.ok(microphoneIsRecording());
  });
};

/** Polls from here until three quarters of the utterance were recorded. */
const microphoneStaysClosed = async (rig: Rig, utterance: Buffer): Promise<void> => {
  const enough = (utterance.length / 2) * 0.75;
  await waitFor(() => {
    assert.deepEqual(captureStates(), ['closed', 'closed']);
    return rig.recorder.nonZeroSamples >= enough;
  }, 'most of the reply to be recorded');
};

const ends = async (rig: Rig, { step, independentStep }: Steps): Promise<void> => {
  await step('a press ends the conversation: nothing records or plays any more', async () => {
    await endConversation(rig);
    const names = async (): Promise<string[]> => (await children()).map(({ name }) => name);
    await waitFor(
      async () => (await names()).every((name) => !/^(arecord|aplay|node)$/.test(name)),
      'the recorder and the player to end',
    );
    await showsPhase('Ready');
  });
  await independentStep('light: off after the conversation', () => rig.light.untilShows('off'));
};

/** One pair of backends, from the start of the unit to the second conversation. */
export const conversationTest = (
  backends: Backends,
  { utteranceMs = UTTERANCE_MS, lightLimitMs }: ConversationOptions = {},
): void => {
  const { button, light, loudspeaker } = backends;
  test(`button ${button}, light ${light}, loudspeaker ${loudspeaker}`, async (context) => {
    const settings = settingsOf(backends);
    const rig = await startRig({ settings, pausesBeforeReply: true, lightLimitMs });
    context.after(() => rig.close());
    const steps = createSteps(context);
    await started(rig, steps, context);
    await connects(rig, steps);
    await speaks(rig, steps, context, utteranceMs);
    await ends(rig, steps);
    await steps.step('the next press starts another conversation', async () => {
      await startConversation(rig);
      const going = speakTurn(rig);
      await rig.parrot.untilPaused();
      rig.parrot.resume();
      await going;
      await endConversation(rig);
    });
  });
};
