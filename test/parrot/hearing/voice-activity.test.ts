import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { VoiceActivity } from '../../../src/parrot/hearing/voice-activity.ts';
import { speak, withoutSilence } from '../../rigs/speech.ts';
import {
  at,
  brown,
  buzz,
  click,
  fromPcm,
  hum,
  join,
  knock,
  levelOf,
  mix,
  msOf,
  pink,
  quiet,
  type Sound,
  slam,
  tone,
  toPcm,
  white,
} from '../sounds.ts';

interface Span {
  readonly startMs: number;
  readonly stopMs: number | undefined;
}

const detect = (sound: Sound, { threshold = 0.5, silenceMs = 500 } = {}): Span[] => {
  const activity = new VoiceActivity();
  const pcm = toPcm(sound);
  const spans: Span[] = [];
  for (let end = 480; end <= pcm.length; end += 480) {
    const event = activity.hear(pcm.subarray(end - 480, end), { threshold, silenceMs });
    if (event === undefined) continue;
    const ms = end / 48 - event.samplesAgo / 24;
    if (event.type === 'started') spans.push({ startMs: ms, stopMs: undefined });
    else spans.push({ startMs: spans.pop()?.startMs ?? Number.NaN, stopMs: ms });
  }
  return spans;
};

const sentence = at(fromPcm(withoutSilence(speak('Please turn on the light in the kitchen.'))), -20);
const words = ['yes', 'no', 'stop', 'hello'].map(
  (word) => [word, at(fromPcm(withoutSilence(speak(word))), -20)] as const,
);

const LEAD_MS = 2000;
const inSilence = (speech: Sound): Sound => join(quiet(LEAD_MS), speech, quiet(2000));

/** One utterance, from within 100 ms of its first sample, and not closed before its last one. */
const expectOne = (spans: readonly Span[], speech: Sound, leadMs = LEAD_MS, earlyMs = 100): void => {
  expect(spans).toHaveLength(1);
  const { startMs = Number.NaN, stopMs = Number.NaN } = spans[0] ?? {};
  expect(startMs).toBeGreaterThan(leadMs - earlyMs);
  expect(startMs).toBeLessThan(leadMs + 150);
  expect(stopMs).toBeGreaterThan(leadMs + msOf(speech) - 100 + 500);
  expect(stopMs).toBeLessThan(leadMs + msOf(speech) + 100 + 500);
};

describe('speech', () => {
  test.each([['a sentence', sentence] as const, ...words])('%s, in digital silence', (_, speech) => {
    expectOne(detect(inSilence(speech)), speech);
  });

  test('from the very first sample', () => {
    expectOne(detect(join(sentence, quiet(2000))), sentence, 0);
  });

  test.each(['Six.', 'Chess.', 'Sheep.', 'Fish.'])('the hissing consonants of %s belong to it', (word) => {
    const speech = at(fromPcm(withoutSilence(speak(word))), -20);
    const room = inSilence(speech);
    const [span] = detect(mix(room, at(white(msOf(room)), -38)));
    expect(span?.startMs).toBeGreaterThan(LEAD_MS - 50);
    // In noise the first sound of "fish" cannot be distinguished from it.
    expect(span?.startMs).toBeLessThan(LEAD_MS + (word === 'Fish.' ? 100 : 40));
    expect(span?.stopMs).toBeGreaterThan(LEAD_MS + msOf(speech) - 100 + 500);
  });

  test.each([-20, -35, -45])('at %i dBFS', (dbfs) => {
    expectOne(detect(inSilence(at(sentence, dbfs))), sentence);
  });

  const noises = { white, pink, brown, hum, buzz };
  const cases = Object.entries(noises).flatMap(([name, noise]) =>
    [20, 10, 5].map((snr) => [name, snr, noise] as const),
  );
  test.each(cases)('in %s noise, %i dB below it', (_, snr, noise) => {
    const room = inSilence(sentence);
    const spans = detect(mix(room, at(noise(msOf(room)), levelOf(sentence) - snr)));
    expectOne(spans, sentence, LEAD_MS, 300);
  });

  test('two utterances are two, with the samples between them counted', () => {
    const spans = detect(join(inSilence(sentence), inSilence(sentence)));
    expect(spans).toHaveLength(2);
    const period = LEAD_MS + msOf(sentence) + 2000;
    expect((spans[1]?.startMs ?? 0) - (spans[0]?.startMs ?? 0)).toBeCloseTo(period, -2);
  });

  const folder = '/usr/share/sounds/alsa';
  const recordings = existsSync(folder) ? readdirSync(folder).filter((name) => /_/.test(name)) : [];
  test.runIf(recordings.length > 0).each(recordings)('of a person: %s', (name) => {
    const raw = ['-t', 'raw', '-r', '24000', '-c', '1', '-e', 'signed', '-b', '16', '-D', '-'];
    const speech = fromPcm(withoutSilence(execFileSync('sox', [`${folder}/${name}`, ...raw])));
    const spans = detect(inSilence(speech), { silenceMs: 800 });
    expect(spans).toHaveLength(1);
    expect(spans[0]?.startMs).toBeGreaterThan(LEAD_MS - 100);
    expect(spans[0]?.startMs).toBeLessThan(LEAD_MS + 250);
  });
});

describe('no speech', () => {
  const steady: Readonly<Record<string, Sound>> = {
    'digital silence': quiet(10_000),
    'white noise': at(white(10_000), -25),
    'pink noise': at(pink(10_000), -25),
    'brown noise': at(brown(10_000), -25),
    'mains hum, 50 Hz': at(hum(10_000), -25),
    'mains hum, 60 Hz': at(hum(10_000, 60), -25),
    'a motor': at(buzz(10_000), -30),
    'a whistle': at(tone(10_000), -30),
    'a motor in the wind': mix(at(buzz(10_000), -35), at(pink(10_000, 7), -40)),
  };
  const cases = Object.entries(steady).flatMap(([name, sound]) => [
    [name, sound] as const,
    [`${name}, from one moment to the next`, join(quiet(2000), sound)] as const,
  ]);
  describe.each([0.2, 0.5, 0.9])('threshold %f', (threshold) => {
    test.each(cases)('%s starts nothing', (_, sound) => {
      expect(detect(sound, { threshold })).toEqual([]);
    });
  });

  const room = at(white(1000), -65);
  const bangs: Readonly<Record<string, (seed: number) => Sound>> = {
    clicks: (seed) => click(seed),
    knocks: () => knock(),
    'door slams': (seed) => slam(seed),
  };
  test.each(Object.entries(bangs))('%s start nothing', (_, bang) => {
    const all = Array.from({ length: 10 }, (_, seed) => join(room, at(bang(seed + 1), -15)));
    expect(detect(join(...all, room))).toEqual([]);
  });

  const lasting = { white, pink, buzz };
  test.each(Object.entries(lasting))(
    '%s noise that begins with the speech does not keep it open',
    (_, noise) => {
      const before = join(quiet(LEAD_MS), sentence);
      const sound = join(before, quiet(20_000));
      const din = join(quiet(LEAD_MS + 300), at(noise(msOf(sound) - LEAD_MS - 300), levelOf(sentence) - 6));
      const spans = detect(mix(sound, din));
      expect(spans.length).toBeGreaterThan(0);
      expect(spans.at(-1)?.stopMs).toBeLessThan(msOf(before) + 500 + 2500);
    },
  );
});

test('the noise of a keyboard after the speech does not keep it open', () => {
  const keys = Array.from({ length: 60 }, (_, seed) => join(at(click(seed + 1), -10), quiet(110)));
  const spans = detect(join(quiet(LEAD_MS), sentence, ...keys, quiet(1000)));
  expect(spans).toHaveLength(1);
  expect(spans[0]?.stopMs).toBeLessThan(LEAD_MS + msOf(sentence) + 500 + 350);
});

test('a lower threshold detects softer speech', () => {
  const faint = inSilence(at(sentence, -62));
  expect(detect(faint, { threshold: 0.1 })).toHaveLength(1);
  expect(detect(faint, { threshold: 0.9 })).toEqual([]);
});

test('the silence that ends an utterance is exactly as long as configured', () => {
  const stops = [0, 205, 500, 1500].map(
    (silenceMs) => detect(inSilence(sentence), { silenceMs }).at(-1)?.stopMs,
  );
  expect(stops.slice(1)).toEqual([205, 500, 1500].map((ms) => (stops[1] ?? 0) - 205 + ms));
  expect(stops[0]).toBeLessThanOrEqual((stops[1] ?? 0) - 205);
});

test('after a reset an utterance starts again, and the noise is still known', () => {
  const activity = new VoiceActivity();
  const noise = at(pink(3000), -40);
  const feed = (sound: Sound): string[] => {
    const pcm = toPcm(sound);
    const heard: string[] = [];
    for (let i = 0; i + 480 <= pcm.length; i += 480) {
      const event = activity.hear(pcm.subarray(i, i + 480), { threshold: 0.5, silenceMs: 500 });
      if (event !== undefined) heard.push(event.type);
    }
    return heard;
  };
  const speech = mix(sentence, at(pink(msOf(sentence)), -40));
  expect(feed(join(noise, speech))).toEqual(['started']);
  activity.reset();
  expect(feed(noise)).toEqual([]);
  expect(feed(join(speech, noise))).toEqual(['started', 'stopped']);
});
