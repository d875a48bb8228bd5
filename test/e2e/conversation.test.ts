// What ends a turn or a conversation, and what is sent meanwhile, on real audio.

import { afterEach, expect, test } from 'vitest';
import { childrenOf } from '../rigs/processes.ts';
import { speak, withoutSilence } from '../rigs/speech.ts';
import { until } from '../rigs/until.ts';
import { type RunningOptions, type RunningParley, startParley } from './running-parley.ts';

const question = speak('Are you listening while you speak?');
const chatter = speak('I am talking over you, and you must not hear a word of what I say.');
const longSentence = speak(
  'This is a rather long sentence, so that there is time to interrupt the answer while it is being said.',
);
const greeting = speak('Hello again.');
const next = speak('Now it is my turn.');

let parley: RunningParley | undefined;
afterEach(() => parley?.stop());

/** To an open microphone. */
const startListening = async (options: RunningOptions = {}): Promise<RunningParley> => {
  parley = await startParley(options);
  parley.daemon.press();
  await parley.daemon.untilPhase('listening');
  return parley;
};

/** To a reply that can be heard: of at least as many samples that are not zero. */
const startReply = async ({ daemon, hearing, say }: RunningParley, samples: number): Promise<void> => {
  await say(longSentence);
  await daemon.untilPhase('speaking');
  await hearing.untilSamples(samples);
};

test('from the taken utterance to the end of the echo tail no sample of the microphone reaches the server', async () => {
  const { daemon, rig, say, wire } = await startListening();
  await say(question);
  await daemon.untilPhase('speaking');
  // Meanwhile the microphone is not silent.
  const talking = rig.say(chatter);
  await daemon.untilPhase('listening', 2);
  await talking;
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
  const { daemon } = await startListening({ toml: '[conversation]\nsilence_limit_s = 1\n' });
  await daemon.untilPhase('idle', 2);
  expect(daemon.records().at(-1)?.reason).toBe('hung up after 1 s of silence');
});

test('a press in the middle of a reply: silence, idle, and the next press works', async () => {
  const running = await startListening();
  const { daemon, hearing, say } = running;
  await startReply(running, 1);
  daemon.press();
  await daemon.untilPhase('idle', 2);
  await until(() => childrenOf(daemon.pid).length === 0, 'the end of the children');
  daemon.press();
  await daemon.untilPhase('listening', 2);
  await say(greeting);
  await daemon.untilPhase('listening', 3);
  expect(await hearing.holds(withoutSilence(greeting))).toBe(true);
});

test('interrupting a reply: it stops, and the microphone opens for the next turn', async () => {
  const running = await startListening({ pressWhileSpeaking: 'interrupt' });
  const { daemon, hearing, say, wire } = running;
  await startReply(running, 2400);
  daemon.press();
  await daemon.untilPhase('listening', 2);
  // The parrot reads it when its turn comes, which may be after the daemon has written its log.
  await until(() => wire.some(({ type }) => type === 'conversation.item.truncated'), 'the truncation');
  await say(next);
  await daemon.untilPhase('listening', 3);
  expect(await hearing.holds(withoutSilence(next))).toBe(true);
  expect(await hearing.holds(withoutSilence(longSentence))).toBe(false);
});
