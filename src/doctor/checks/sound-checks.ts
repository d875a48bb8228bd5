// The checks that use the cards, one after another: what the microphone hears, a tone from the loudspeaker, and
// whether the one hears the other. Here alone both are on at once; conversations never do that.

import { cardOf } from '../../audio/cards.ts';
import { FRAME_MS, silence } from '../../core/pcm.ts';
import type { Loudspeaker, Microphone } from '../../core/ports.ts';
import type { Ask } from '../ask.ts';
import { type Check, type Finding, fail, pass, skip, warn } from '../check.ts';
import { failedBy } from '../finding-from-error.ts';
import type { Machine } from './machine.ts';
import { cardCheck } from './sound-cards.ts';
import { type Level, levelOf, loudestTone, tone, usualTone } from './sound-level.ts';

export interface SoundCheckOptions {
  readonly microphoneConfig: { readonly device: string };
  readonly loudspeakerConfig: { readonly device: string };
  readonly microphone: Microphone;
  readonly loudspeaker: Loudspeaker;
  readonly machine: Machine;
  /** Where a person sits at a terminal. */
  readonly ask: Ask | undefined;
  /** Nothing is played. */
  readonly silent: boolean;
}

const ROOM_FRAMES = 50;
const SPEECH_FRAMES = 150;
/** A soft note for people; the microphone looks for another, so that no tail of the first is taken for it. */
const NOTE_HERTZ = 440;
const TONE_HERTZ = 1000;
const TONE_MS = 600;
const TONE_LEVEL = -18;
/** A card that takes this many times as long delivers nothing. */
const SLOWNESS = 4;
const checkCard = 'Check the card and its cable';

/** Records so many frames; a sentence where the microphone fails, or delivers nothing. */
const record = (microphone: Microphone, frames: number): Promise<Buffer | string> =>
  new Promise((resolve) => {
    const heard: Buffer[] = [];
    const end = (result: Buffer | string): void => {
      clearTimeout(limit);
      void microphone.stop().then(() => resolve(result));
    };
    const limit = setTimeout(
      () => end('The microphone delivers no sound: unplug it, plug it in again, and try.'),
      1000 + frames * FRAME_MS * SLOWNESS,
    );
    microphone.start({
      frame: (pcm) => {
        if (heard.push(pcm) === frames) end(Buffer.concat(heard));
      },
      failed: ({ sentence }) => end(sentence),
    });
  });

/** Plays to the last sample; a sentence where the loudspeaker fails. */
const play = (loudspeaker: Loudspeaker, pcm: Buffer): Promise<string | undefined> =>
  new Promise((resolve) => {
    const end = (sentence: string | undefined): void => void loudspeaker.stop().then(() => resolve(sentence));
    loudspeaker.start({
      started: () => undefined,
      drained: () => end(undefined),
      failed: ({ sentence }) => end(sentence),
    });
    loudspeaker.play(pcm);
    loudspeaker.end();
  });

const mixer = (device: string): string => {
  const named = cardOf(device);
  return named === undefined ? 'alsamixer, F4' : `alsamixer -c ${named.card}, F4`;
};

const inFigures = ({ peak, rms }: Level): string =>
  `peak ${peak.toFixed(0)} dBFS, mean ${rms.toFixed(0)} dBFS`;

/** What a recording says of the microphone, with or without speech in it. */
export const judgeLevel = (level: Level, device: string, speech: boolean): Finding => {
  const figures = inFigures(level);
  // A dead input may give a constant instead of zeros.
  if (level.rms === Number.NEGATIVE_INFINITY)
    return fail(
      'the same value all the time: muted, or not connected',
      `Unmute it (${mixer(device)}), or use another microphone.`,
    );
  if (level.clipped > 0.001)
    return warn(`${figures}, overdriven`, `Turn the capture level down (${mixer(device)}).`);
  if (Math.abs(level.offset) > 0.05)
    return warn(
      `${figures}, off its middle by ${(level.offset * 100).toFixed(0)} %`,
      'Use another microphone or card.',
    );
  if (speech && level.peak < -35)
    return warn(
      `${figures}, faint for speech`,
      `Turn the capture level up (${mixer(device)}), or come nearer.`,
    );
  if (!speech && level.rms > -30)
    return warn(
      `${figures}, loud for a room in which nobody speaks`,
      'Find the noise, or turn the capture level down.',
    );
  return pass(figures);
};

const levelCheck = ({ microphone, microphoneConfig, ask }: SoundCheckOptions): Check => ({
  id: 'microphone-level',
  title: ask === undefined ? 'Microphone' : 'Microphone level',
  ...(ask === undefined ? {} : { prompt: 'Speak for three seconds, from where you will stand.' }),
  run: async () => {
    const heard = await record(microphone, ask === undefined ? ROOM_FRAMES : SPEECH_FRAMES);
    if (typeof heard === 'string') return failedBy(heard, checkCard);
    return judgeLevel(levelOf(heard), microphoneConfig.device, ask !== undefined);
  },
});

const toneCheck = ({ loudspeaker, ask, silent }: SoundCheckOptions): Check => ({
  id: 'loudspeaker-tone',
  title: 'Loudspeaker',
  limitMs: 60_000,
  run: async () => {
    if (silent) return skip('nothing is to be played');
    const sentence = await play(loudspeaker, tone(TONE_MS, NOTE_HERTZ, TONE_LEVEL));
    if (sentence !== undefined) return failedBy(sentence, checkCard);
    if (ask === undefined) return pass('a tone was played to its end');
    return (await ask.confirm('Did you hear a tone?'))
      ? pass('a tone was heard')
      : fail('a tone was played and not heard', 'Turn the volume up (alsamixer), and check cable and power.');
  },
});

/** How a tone that was played came back: `room` is the same frequency before it, in dBFS. */
export const judgeEcho = (echo: number, room: number, clipped: number): Finding => {
  const over = echo - Math.max(room, -90);
  if (!(over > 6))
    return warn(
      'the microphone does not hear the tone',
      'With headphones that is right; else turn the volume up.',
    );
  const figures = `${echo.toFixed(0)} dBFS, ${over.toFixed(0)} dB over the room`;
  return clipped > 0.001
    ? warn(`${figures}, overdriven`, 'Turn the volume down, or put more distance between the two.')
    : pass(figures);
};

const ECHO_FRAMES = 75;
const QUIET_FRAMES = 25;

/** First the room alone, then the tone and what the cards hold back of it. */
const echoCheck = ({ silent, microphone, loudspeaker }: SoundCheckOptions): Check => ({
  id: 'loudspeaker-heard',
  title: 'Loudspeaker heard',
  limitMs: 30_000,
  run: async () => {
    if (silent) return skip('nothing is to be played');
    const room = await record(microphone, QUIET_FRAMES);
    if (typeof room === 'string') return failedBy(room, checkCard);
    const pcm = Buffer.concat([tone(TONE_MS, TONE_HERTZ, TONE_LEVEL), silence(100)]);
    const [heard, sentence] = await Promise.all([record(microphone, ECHO_FRAMES), play(loudspeaker, pcm)]);
    if (typeof heard === 'string' || sentence !== undefined)
      return warn(
        'the two cannot be on at once here',
        `This is no obstacle to a conversation: ${sentence ?? String(heard)}`,
      );
    return judgeEcho(loudestTone(heard, TONE_HERTZ), usualTone(room, TONE_HERTZ), levelOf(heard).clipped);
  },
});

/** In this order, one after another: they share the cards. */
export const soundChecks = (options: SoundCheckOptions): Check[] => [
  cardCheck('microphone', options.microphoneConfig.device, options.machine),
  cardCheck('loudspeaker', options.loudspeakerConfig.device, options.machine),
  levelCheck(options),
  toneCheck(options),
  echoCheck(options),
];
