import { describe, expect, test, vi } from 'vitest';
import { bytesOfMs, silence } from '../../../src/core/pcm.ts';
import {
  InputAudioBuffer,
  MAX_INPUT_BYTES,
  type TurnDetection,
} from '../../../src/parrot/hearing/input-audio-buffer.ts';
import { ApiError } from '../../../src/parrot/schemas/api-error.ts';
import { speak, withoutSilence } from '../../rigs/speech.ts';
import { at, quiet, toPcm, white } from '../sounds.ts';

const detection: TurnDetection = { threshold: 0.5, prefixMs: 300, silenceMs: 500, idleMs: undefined };

const listen = (options: Partial<TurnDetection> | undefined = {}) => {
  const words: string[] = [];
  const utterances: Buffer[] = [];
  const buffer = new InputAudioBuffer({
    speechStarted: (ms) => words.push(`started ${ms}`),
    speechStopped: (ms) => words.push(`stopped ${ms}`),
    utterance: (pcm) => {
      utterances.push(pcm);
      words.push('utterance');
    },
    idle: (from, to) => words.push(`idle ${from} ${to}`),
  });
  buffer.configure({ ...detection, ...options });
  return { buffer, words, utterances };
};

const millisecondsIn = (words: readonly string[], word: string): number[] =>
  words.filter((line) => line.startsWith(word)).map((line) => Number(line.split(' ')[1]));

const refusalOf = (action: () => unknown): ApiError => {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const hello = withoutSilence(speak('Hello, parrot.'));
const room = toPcm(at(white(2000), -60));

describe('an utterance', () => {
  test('is a slice of what was appended: prefix, speech and the silence after it', () => {
    const said = Buffer.concat([room, hello, room]);
    const { buffer, words, utterances } = listen();
    buffer.append(said);
    const [start = 0] = millisecondsIn(words, 'started');
    const [stop = 0] = millisecondsIn(words, 'stopped');
    expect(words).toEqual([`started ${start}`, `stopped ${stop}`, 'utterance']);
    expect(utterances[0]?.equals(said.subarray(bytesOfMs(start), bytesOfMs(stop)))).toBe(true);
    expect(start).toBeGreaterThan(2000 - 300 - 50);
    expect(start).toBeLessThan(2000 - 300 + 50);
  });

  test.each([0, 100, 1000, 1900])('has %i ms of prefix', (prefixMs) => {
    const { buffer, words } = listen({ prefixMs });
    const without = listen({ prefixMs: 0 });
    for (const one of [buffer, without.buffer]) one.append(Buffer.concat([room, hello, room]));
    const [start = 0] = millisecondsIn(words, 'started');
    const [onset = 0] = millisecondsIn(without.words, 'started');
    expect(onset - start).toBe(prefixMs);
  });

  test('begins no earlier than the session, nor than the end of the one before', () => {
    const { buffer, words } = listen({ prefixMs: 5000, silenceMs: 300 });
    buffer.append(Buffer.concat([hello, silence(400), hello, silence(400)]));
    const [first, second] = millisecondsIn(words, 'started');
    expect(first).toBe(0);
    expect(second).toBe(millisecondsIn(words, 'stopped')[0]);
  });

  test('that does not end is ended at 15 MiB', () => {
    const { buffer, words, utterances } = listen({ silenceMs: 60_000 });
    const sentence = Buffer.concat([hello, silence(300)]);
    const rounds = Math.ceil(MAX_INPUT_BYTES / sentence.length);
    buffer.append(silence(1000));
    for (let round = 0; round < rounds; round += 1) buffer.append(sentence);
    expect(words.slice(1, 3).map((word) => word.split(' ')[0])).toEqual(['stopped', 'utterance']);
    expect(utterances[0]?.length).toBe(MAX_INPUT_BYTES);
  });
});

test('of silence no more is kept than an utterance may begin with', () => {
  const { buffer } = listen({ prefixMs: 300 });
  for (let minute = 0; minute < 10; minute += 1) buffer.append(silence(60_000));
  buffer.configure(undefined);
  expect(buffer.commit().length).toBe(bytesOfMs(300 + 1000));
});

test('nor is more kept: a large append is dropped meanwhile', () => {
  const { buffer } = listen();
  const minutes = silence(300_000);
  const alloc = vi.spyOn(Buffer, 'alloc');
  buffer.append(minutes);
  const sizes = alloc.mock.calls.map(([size]) => size);
  alloc.mockRestore();
  expect(sizes.length).toBeGreaterThan(0);
  expect(Math.max(...sizes)).toBeLessThan(minutes.length / 20);
});

describe('by hand', () => {
  const manual = () => {
    const listening = listen();
    listening.buffer.configure(undefined);
    return listening;
  };

  test('everything since the last commit is taken, silence too, and nothing is detected', () => {
    const { buffer, words } = manual();
    const first = Buffer.concat([room, hello, room]);
    buffer.append(first);
    expect(buffer.commit().equals(first)).toBe(true);
    buffer.append(hello);
    expect(buffer.commit().equals(hello)).toBe(true);
    expect(words).toEqual([]);
  });

  test('less than 100 ms is refused, and stays', () => {
    const { buffer } = manual();
    const refused = refusalOf(() => buffer.commit());
    expect(refused.code).toBe('input_audio_buffer_commit_empty');
    expect(refused.message).toContain('only has 0.00ms of audio');
    buffer.append(silence(99.5));
    expect(refusalOf(() => buffer.commit()).message).toContain('only has 99.50ms of audio');
    buffer.append(silence(0.5));
    expect(buffer.commit().length).toBe(bytesOfMs(100));
  });

  test('more than 15 MiB is refused, and what is there stays', () => {
    const { buffer } = manual();
    const whole = Buffer.alloc(MAX_INPUT_BYTES, 1);
    buffer.append(whole);
    expect(refusalOf(() => buffer.append(silence(1))).code).toBe('input_audio_buffer_full');
    expect(buffer.commit().equals(whole)).toBe(true);
    buffer.append(hello);
  });

  test('with turn detection, a commit takes the utterance that has begun', () => {
    const { buffer, words } = listen();
    buffer.append(Buffer.concat([room, hello]));
    const [start = 0] = millisecondsIn(words, 'started');
    const whole = Buffer.concat([room, hello]);
    expect(buffer.commit().equals(whole.subarray(bytesOfMs(start)))).toBe(true);
    buffer.append(silence(3000));
    expect(words).toEqual([`started ${start}`]);
  });

  test('with turn detection and no utterance begun, there is nothing to commit', () => {
    const { buffer, words } = listen();
    buffer.append(Buffer.concat([room, hello, silence(1500)]));
    expect(words).toHaveLength(3);
    const refused = refusalOf(() => buffer.commit());
    expect(refused.code).toBe('input_audio_buffer_commit_empty');
    expect(refused.message).toContain('only has 0.00ms of audio');
  });

  test('turn detection can be switched off in the middle of an utterance', () => {
    const { buffer, words } = listen();
    buffer.append(Buffer.concat([room, hello]));
    buffer.configure(undefined);
    buffer.append(silence(3000));
    expect(words).toHaveLength(1);
    expect(buffer.commit().length).toBeGreaterThan(hello.length + bytesOfMs(3000));
  });
});

test('a cleared buffer drops the utterance that has begun; positions continue', () => {
  const { buffer, words, utterances } = listen();
  buffer.append(Buffer.concat([room, hello]));
  buffer.clear();
  buffer.append(silence(3000));
  expect(words).toHaveLength(1);
  buffer.append(Buffer.concat([hello, silence(1000)]));
  const [, second = 0] = millisecondsIn(words, 'started');
  const before = (room.length + hello.length) / 48 + 3000;
  expect(second).toBeGreaterThan(before - 300 - 20);
  expect(second).toBeLessThan(before - 300 + 50);
  expect(utterances).toHaveLength(1);
});

describe('an idle timeout', () => {
  test('makes an utterance of the silence after a reply has been played', () => {
    const { buffer, words, utterances } = listen({ idleMs: 5000 });
    buffer.append(silence(1000));
    buffer.expectSpeech(2000);
    buffer.append(silence(6980));
    expect(words).toEqual([]);
    buffer.append(silence(20));
    expect(words).toEqual(['idle 3000 8000', 'utterance']);
    expect(utterances[0]?.length).toBe(bytesOfMs(5000));
    buffer.append(silence(30_000));
    expect(words).toHaveLength(2);
  });

  test('is cancelled by speech', () => {
    const { buffer, words } = listen({ idleMs: 5000 });
    buffer.append(silence(1000));
    buffer.expectSpeech(0);
    buffer.append(Buffer.concat([silence(4000), hello, toPcm(quiet(20_000))]));
    expect(words.map((word) => word.split(' ')[0])).toEqual(['started', 'stopped', 'utterance']);
  });
});
