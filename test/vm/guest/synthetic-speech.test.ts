// The synthetic speech of the virtual Pi: the voice activity detection must take it for speech, or no scenario
// tests anything.

import { expect, test } from 'vitest';
import { FRAME_BYTES, silence } from '../../../src/core/pcm.ts';
import { InputAudioBuffer } from '../../../src/parrot/hearing/input-audio-buffer.ts';
import { piecesOf, soundOf } from '../../rigs/samples.ts';
import { synthesizeSpeech } from './synthetic-speech.ts';

const utterancesIn = (pcm: Buffer): Buffer[] => {
  const utterances: Buffer[] = [];
  const recorder = new InputAudioBuffer({
    speechStarted: () => undefined,
    speechStopped: () => undefined,
    utterance: (utterance) => utterances.push(utterance),
    idle: () => undefined,
  });
  recorder.configure({ threshold: 0.5, prefixMs: 300, silenceMs: 500, idleMs: undefined });
  for (const frame of piecesOf(pcm, FRAME_BYTES)) recorder.append(frame);
  return utterances;
};

test.each([1, 2, 3, 4, 5, 6, 7, 8])('seed %i makes one utterance, which contains all samples', (seed) => {
  const speech = synthesizeSpeech(2000, seed);
  const heard = utterancesIn(Buffer.concat([silence(300), speech, silence(1000)]));
  expect(heard).toHaveLength(1);
  expect(heard[0]?.includes(speech)).toBe(true);
});

test('no sample is zero, and each seed makes other samples', () => {
  const speeches = Array.from({ length: 12 }, (_, seed) => synthesizeSpeech(500, seed));
  expect(new Set(speeches.map((speech) => speech.toString('latin1'))).size).toBe(12);
  for (const speech of speeches) expect(soundOf(speech)).toHaveLength(12_000);
});
