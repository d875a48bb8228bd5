// The whole of Parley on real audio: arecord, aplay and libasound, speech of espeak-ng, the parrot.

import { afterEach, describe, expect, test } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import { childrenOf } from '../rigs/processes.ts';
import { speak, withoutSilence } from '../rigs/speech.ts';
import { until } from '../rigs/until.ts';
import { type HouseholdOptions, type RealHousehold, say, startHousehold } from './household.ts';

const sentences = ['Good morning, Parley.', 'What is the weather like today?', 'Thank you, that is all.'];

const households: RealHousehold[] = [];
afterEach(async () => {
  for (const household of households.splice(0)) await household.stop();
});
const start = async (options: HouseholdOptions): Promise<RealHousehold> => {
  const household = await startHousehold(options);
  households.push(household);
  return household;
};

/** Whether what the room heard holds this utterance, every sample of it, in order. */
const heardWhole = (household: RealHousehold, utterance: Buffer): boolean => {
  const { buffer, byteOffset, byteLength } = household.hearing.everything();
  return Buffer.from(buffer, byteOffset, byteLength).includes(withoutSilence(utterance));
};

const turn = async (household: RealHousehold, sentence: string, number: number): Promise<void> => {
  const utterance = speak(sentence);
  await say(household, utterance);
  await household.daemon.untilPhase('draining', number);
  await household.daemon.untilPhase('listening', number + 1);
  expect(heardWhole(household, utterance)).toBe(true);
};

describe.each(['ga', 'beta'] as const)('dialect %s', (dialect) => {
  test.each(['aplay', 'speaker'] as const)(
    'three turns through %s, sample for sample, then a hang-up',
    async (backend) => {
      const household = await start({ dialect, backend });
      const { daemon } = household;
      daemon.press();
      await daemon.untilPhase('listening');
      for (const [index, sentence] of sentences.entries()) await turn(household, sentence, index + 1);
      daemon.press();
      await daemon.untilPhase('idle', 2);
      await until(() => childrenOf(daemon.pid).length === 0, 'the children to be gone');
      const turns = daemon.records().flatMap(({ turn: number }) => (number === undefined ? [] : [number]));
      expect(turns).toEqual([1, 2, 3]);
    },
  );
});

test('the beta dialect by configuration, header and all', async () => {
  const household = await start({ dialect: 'beta', wanted: 'beta' });
  household.daemon.press();
  await household.daemon.untilPhase('listening');
  await turn(household, 'Good evening.', 1);
});

test('what is said from the press on arrives whole, though the connect is held up for three seconds', async () => {
  let letGo = (): void => {};
  const holdUp = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const household = await start({ parrot: { holdUp } });
  const { daemon } = household;
  const utterance = speak('I began to speak long before you were listening.');
  daemon.press();
  // The recorder runs: from here on every sample counts.
  await until(() => childrenOf(daemon.pid).length > 0, 'the recorder');
  const threeSeconds = new Promise((resolve) => setTimeout(resolve, 3000));
  await Promise.all([threeSeconds, household.rig.say(Buffer.concat([silence(300), utterance]))]);
  expect(household.wire).toEqual([]);
  letGo();
  await daemon.untilPhase('listening', 2);
  expect(heardWhole(household, utterance)).toBe(true);
});

test('from the taken utterance to the end of the echo tail no sample of the microphone reaches the server', async () => {
  const household = await start({});
  const { daemon, wire } = household;
  daemon.press();
  await daemon.untilPhase('listening');
  await say(household, speak('Are you listening while you speak?'));
  await daemon.untilPhase('speaking');
  // The room is anything but silent meanwhile.
  const chatter = household.rig.say(
    speak('I am talking over you, and you must not hear a word of what I say.'),
  );
  await daemon.untilPhase('listening', 2);
  await chatter;
  const types = wire.map(({ direction, type }) => `${direction} ${type}`);
  // The client clears the buffer when it hears of the commit and, much later, before it opens the
  // microphone again; messages keep their order, so nothing between the two is exact, not a matter of time.
  const committed = types.indexOf('out input_audio_buffer.committed');
  const closed = types.indexOf('in input_audio_buffer.clear', committed);
  const opened = types.indexOf('in input_audio_buffer.clear', closed + 1);
  expect(committed).toBeGreaterThan(0);
  expect(opened).toBeGreaterThan(closed);
  expect(types.slice(committed, opened)).toContain('out response.done');
  expect(types.slice(closed, opened)).not.toContain('in input_audio_buffer.append');
  expect(types.slice(0, closed)).toContain('in input_audio_buffer.append');
});

test('silence hangs up by itself', async () => {
  const household = await start({ toml: '[conversation]\nsilence_limit_s = 1\n' });
  household.daemon.press();
  await household.daemon.untilPhase('listening');
  await household.daemon.untilPhase('idle', 2);
  expect(household.daemon.records().at(-1)?.reason).toBe('hung up after 1 s of silence');
});

test('a press in the middle of a reply: silence, idle, and the next press works', async () => {
  const household = await start({});
  const { daemon } = household;
  daemon.press();
  await daemon.untilPhase('listening');
  await say(
    household,
    speak('This is a rather long sentence, so that there is time to interrupt the answer.'),
  );
  await daemon.untilPhase('speaking');
  const before = household.hearing.sound().length;
  await household.hearing.untilSamples(before + 1);
  daemon.press();
  await daemon.untilPhase('idle', 2);
  await until(() => childrenOf(daemon.pid).length === 0, 'the children to be gone');
  daemon.press();
  await daemon.untilPhase('listening', 2);
  await say(household, speak('Hello again.'));
  await daemon.untilPhase('listening', 3);
  expect(heardWhole(household, speak('Hello again.'))).toBe(true);
});

test('interrupting a reply: it stops, and the microphone opens for the next turn', async () => {
  const household = await start({ pressWhileSpeaking: 'interrupt' });
  const { daemon, wire } = household;
  const utterance = speak('This is a rather long sentence, so that there is time to interrupt the answer.');
  daemon.press();
  await daemon.untilPhase('listening');
  await say(household, utterance);
  await daemon.untilPhase('speaking');
  await household.hearing.untilSamples(2400);
  daemon.press();
  await daemon.untilPhase('listening', 2);
  expect(heardWhole(household, utterance)).toBe(false);
  expect(wire.map(({ type }) => type)).toContain('conversation.item.truncated');
  await turn(household, 'Now it is my turn.', 2);
});
