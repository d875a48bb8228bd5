// The voice of the virtual Pi: whoever listens for speech must take it for one, or nothing else there is
// tested at all.

import { expect, test } from 'vitest';
import { FRAME_BYTES, silence } from '../../../src/core/pcm.ts';
import { InputAudioBuffer } from '../../../src/parrot/hearing/input-audio-buffer.ts';
import { piecesOf, soundOf } from '../../rigs/samples.ts';
import { speak } from './voice.ts';

const utterancesIn = (pcm: Buffer): Buffer[] => {
  const utterances: Buffer[] = [];
  const ear = new InputAudioBuffer({
    speechStarted: () => undefined,
    speechStopped: () => undefined,
    utterance: (utterance) => utterances.push(utterance),
    idle: () => undefined,
  });
  ear.configure({ threshold: 0.5, prefixMs: 300, silenceMs: 500, idleMs: undefined });
  for (const frame of piecesOf(pcm, FRAME_BYTES)) ear.append(frame);
  return utterances;
};

test.each([1, 2, 3, 4, 5, 6, 7, 8])('what it says (%i) is one utterance, and all of it', (seed) => {
  const speech = speak(2000, seed);
  const heard = utterancesIn(Buffer.concat([silence(300), speech, silence(1000)]));
  expect(heard).toHaveLength(1);
  expect(heard[0]?.includes(speech)).toBe(true);
});

test('no sample of it is silence, and every seed says something else', () => {
  const speeches = Array.from({ length: 12 }, (_, seed) => speak(500, seed));
  expect(new Set(speeches.map((speech) => speech.toString('latin1'))).size).toBe(12);
  for (const speech of speeches) expect(soundOf(speech)).toHaveLength(12_000);
});
