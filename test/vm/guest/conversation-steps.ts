// The parts of a conversation, which the tests combine. Each resolves when it is complete.

import { playToMicrophone } from './loopback-audio.ts';
import type { Rig } from './rig.ts';
import { microphoneIsClosed } from './sound-cards.ts';
import { synthesizeSpeech } from './synthetic-speech.ts';
import { waitFor } from './wait-for.ts';

/** Longer than the delay of the recording. */
const RECORDING_LIMIT_MS = 20_000;

/** From idle or from a failure. */
export const startConversation = async (rig: Rig): Promise<void> => {
  const mark = await rig.button.press();
  await rig.journal.phase(mark, 'listening');
};

export const endConversation = async (rig: Rig): Promise<void> => {
  const mark = await rig.button.press();
  await rig.journal.phase(mark, 'idle');
  await waitFor(microphoneIsClosed, 'the microphone to be closed');
};

/** Speaks a new utterance, and waits for the same samples as the reply; Parley listens before and after. */
export const speakTurn = async (rig: Rig, ms = 1500): Promise<Buffer> => {
  const utterance = synthesizeSpeech(ms, rig.nextSeed);
  const mark = rig.journal.mark;
  rig.recorder.clear();
  await Promise.all([playToMicrophone(utterance), rig.journal.phase(mark, 'draining')]);
  await rig.journal.phase(mark, 'listening');
  await rig.recorder.untilRecorded(utterance, RECORDING_LIMIT_MS);
  return utterance;
};

/** From idle to idle. */
export const holdConversation = async (rig: Rig): Promise<void> => {
  await startConversation(rig);
  await speakTurn(rig);
  await endConversation(rig);
};
