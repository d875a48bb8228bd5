// Which recording an utterance sounds like: real speech, in the ways that it may come.

import { describe, expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import { distance, mostLike, THRESHOLD } from '../../../src/parrot/hearing/likeness.ts';
import { speechFeatures } from '../../../src/parrot/hearing/speech-features.ts';
import { speak } from '../../rigs/speech.ts';
import { at, click, join, quiet, toPcm, white } from '../sounds.ts';
import { inNoise, louder, speakAs, withSilence } from '../voices.ts';

const sentences = [
  'Turn on the light.',
  'Turn off the light.',
  'Turn on the radio.',
  'What time is it?',
  'Set a timer for five minutes.',
  'Set a timer for nine minutes.',
  'Tell me about the weather in Berlin tomorrow.',
  'Good morning, parrot.',
];
const recordings = sentences.map(speak);
const numbered = sentences.map((sentence, i) => [sentence, i] as const);

const manners: readonly [string, (sentence: string) => Buffer][] = [
  ['again', speak],
  ['20 dB softer', (sentence) => louder(speak(sentence), -20)],
  ['4 dB louder', (sentence) => louder(speak(sentence), 4)],
  ['with silence around it', (sentence) => withSilence(speak(sentence), 800)],
  ['in noise at 20 dB', (sentence) => inNoise(speak(sentence), 20)],
  ['slower', (sentence) => speakAs(sentence, { speed: 145 })],
  ['faster', (sentence) => speakAs(sentence, { speed: 175 })],
  ['in a lower voice', (sentence) => speakAs(sentence, { pitch: 40 })],
];

describe.each(manners)('%s', (_manner, say) => {
  test.each(numbered)('"%s" is like itself and like no other', (sentence, i) => {
    const utterance = say(sentence);
    expect(mostLike(utterance, recordings)).toBe(i);
    const others = recordings.filter((_, other) => other !== i);
    expect(mostLike(utterance, others)).toBeUndefined();
  });
});

test('the didYouMean of several that are like it', () => {
  const again = [
    speakAs('What time is it?', { speed: 175, pitch: 60 }),
    speakAs('What time is it?', { speed: 165 }),
  ];
  expect(mostLike(speak('What time is it?'), again)).toBe(1);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['one sample', Buffer.alloc(2)],
  ['silence', silence(2000)],
  ['noise', toPcm(at(white(1500), -20))],
  ['a click', toPcm(join(quiet(500), at(click(), -6), quiet(500)))],
  ['more than a minute', Buffer.concat(Array.from({ length: 70 }, () => speak('What time is it?')))],
])('%s is like no sentence', (_name, sound) => {
  expect(mostLike(sound, recordings)).toBeUndefined();
});

test('nor is a sentence like a recording without any sound', () => {
  expect(mostLike(speak('What time is it?'), [silence(1000)])).toBeUndefined();
  expect(mostLike(speak('What time is it?'), [])).toBeUndefined();
});

test('the same is at no distance, and the distance is the same from both sides', () => {
  const [a, b] = [speechFeatures(speak('What time is it?')), speechFeatures(speak('What day is it?'))];
  expect(distance(a, a)).toBe(0);
  expect(distance(a, b)).toBeCloseTo(distance(b, a), 1);
  expect(distance(a, b)).toBeGreaterThan(THRESHOLD);
});
