// Whole turns on real audio: arecord, aplay and libasound, speech of espeak-ng, the parrot.

import { afterEach, expect, test } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import { childrenOf } from '../rigs/processes.ts';
import { speak, withoutSilence } from '../rigs/speech.ts';
import { until } from '../rigs/until.ts';
import { type RunningParley, startParley } from './running-parley.ts';

const sentences = ['Good morning, Parley.', 'What is the weather like today?', 'Thank you, that is all.'];
const utterances = sentences.map(speak);
const evening = speak('Good evening.');
const early = speak('I began to speak long before you were listening.');

let parley: RunningParley | undefined;
afterEach(() => parley?.stop());

/** Every sample of the utterance comes back, in order. */
const turn = async ({ daemon, hearing, say }: RunningParley, utterance: Buffer, n: number): Promise<void> => {
  await say(utterance);
  await daemon.untilPhase('draining', n);
  await daemon.untilPhase('listening', n + 1);
  expect(await hearing.holds(withoutSilence(utterance))).toBe(true);
};

// Each dialect and each backend once: nothing depends on both at a time.
test.each([
  ['ga', 'aplay'],
  ['beta', 'speaker'],
] as const)(
  'dialect %s, three turns through %s, sample for sample, then a hang-up',
  async (dialect, backend) => {
    parley = await startParley({ dialect, backend });
    const { daemon } = parley;
    daemon.press();
    await daemon.untilPhase('listening');
    for (const [index, utterance] of utterances.entries()) await turn(parley, utterance, index + 1);
    daemon.press();
    await daemon.untilPhase('idle', 2);
    await until(() => childrenOf(daemon.pid).length === 0, 'the end of the children');
    const turns = daemon.records().flatMap(({ turn: number }) => (number === undefined ? [] : [number]));
    expect(turns).toEqual([1, 2, 3]);
  },
);

test('the beta dialect by configuration, header and all', async () => {
  parley = await startParley({ dialect: 'beta', configuredDialect: 'beta' });
  parley.daemon.press();
  await parley.daemon.untilPhase('listening');
  await turn(parley, evening, 1);
});

test('what is said from the press on arrives whole, though it was said before the connection opened', async () => {
  let open = (): void => {};
  const holdUp = new Promise<void>((resolve) => {
    open = resolve;
  });
  parley = await startParley({ parrot: { holdUp } });
  const { daemon, hearing, rig, wire } = parley;
  daemon.press();
  // The recorder runs: from here on every sample counts.
  await until(() => childrenOf(daemon.pid).length > 0, 'the recorder');
  await rig.say(Buffer.concat([silence(300), early]));
  expect(wire).toEqual([]);
  open();
  await daemon.untilPhase('listening', 2);
  expect(await hearing.holds(withoutSilence(early))).toBe(true);
});
