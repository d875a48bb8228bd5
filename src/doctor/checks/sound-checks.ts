// The checks that use the cards, in sequence: the level of the microphone, a tone from the loudspeaker, and
// whether the microphone records that tone. Only here are both cards in use at once; a conversation is half-duplex.

import { cardOf } from '../../audio/cards.ts';
import type { Failure } from '../../core/errors.ts';
import { FRAME_MS, silence } from '../../core/pcm.ts';
import type { Clock, Loudspeaker, Microphone } from '../../core/ports.ts';
import { type Check, createCheck, type Finding, fail, findingFromError, pass, skip, warn } from '../check.ts';
import { withTimeLimit } from '../time-limit.ts';
import type { UserDialog } from '../user-dialog.ts';
import type { Machine } from './machine.ts';
import { cardCheck } from './sound-cards.ts';
import { type Level, levelOf, loudestTone, medianTone, tone } from './sound-level.ts';

export interface SoundCheckOptions {
  readonly config: Readonly<Record<'microphone' | 'loudspeaker', { readonly device: string }>>;
  readonly microphone: Microphone;
  readonly loudspeaker: Loudspeaker;
  readonly machine: Machine;
  /** Where there is a person at a terminal. */
  readonly dialog: UserDialog | undefined;
  /** Nothing is played. */
  readonly silent: boolean;
  readonly clock?: Clock;
}

const ROOM_MS = 1000;
const SPEECH_MS = 3000;
const ECHO_MS = 1500;
const QUIET_MS = 500;
/** A soft note for people; the microphone looks for another frequency, so that the end of the first does not count. */
const NOTE_HERTZ = 440;
const TONE_HERTZ = 1000;
const TONE_MS = 600;
const TONE_DBFS = -18;
/** A card that takes this many times as long delivers nothing. */
const MAX_SLOWNESS = 4;
/** With a larger share of samples at the limit a recording is overdriven. */
const MAX_CLIPPED = 0.001;
const notPlayed = skip('skipped-silent', 'nothing is played');

const noSound: Failure = {
  code: 'microphone-no-sound',
  severity: 'temporary',
  sentence: 'The microphone delivers no sound: unplug it, plug it in again, and try again.',
};

/** Records for `ms`; resolves to a failure where the microphone cannot. */
const record = ({ microphone, clock }: SoundCheckOptions, ms: number): Promise<Buffer | Failure> => {
  const heard: Buffer[] = [];
  const recording = new Promise<Buffer | Failure>((resolve) => {
    microphone.start({
      frame: (pcm) => {
        if (heard.push(pcm) * FRAME_MS === ms) resolve(Buffer.concat(heard));
      },
      failed: resolve,
    });
  });
  const limitMs = 1000 + ms * MAX_SLOWNESS;
  return withTimeLimit(recording, limitMs, () => noSound, clock).finally(() => microphone.stop());
};

/** Plays to the last sample. Resolves to the reason where the loudspeaker cannot, else to undefined. */
const play = ({ loudspeaker }: SoundCheckOptions, pcm: Buffer): Promise<Failure | undefined> =>
  new Promise<Failure | undefined>((resolve) => {
    loudspeaker.start({ started: () => undefined, drained: () => resolve(undefined), failed: resolve });
    loudspeaker.play(pcm);
    loudspeaker.end();
  }).finally(() => loudspeaker.stop());

const microphoneFailed = (failure: Failure): Finding =>
  findingFromError(failure, failure === noSound ? noSound.code : 'microphone-failed', 'recording failed');

/** Judges a recording of the room or, with `speech`, of a person who speaks. */
export const judgeLevel = (level: Level, device: string, speech: boolean): Finding => {
  const { peak, rms, offset, clipped } = level;
  const figures = `peak ${peak.toFixed(0)} dBFS, mean ${rms.toFixed(0)} dBFS`;
  const card = cardOf(device)?.card;
  const mixer = card === undefined ? 'alsamixer, F4' : `alsamixer -c ${card}, F4`;
  const judge = (code: string, symptom: string, remedy: string): Finding =>
    warn(code, `${figures}, ${symptom}`, remedy);
  // A defective input may deliver a constant instead of zeros.
  const constant = 'the same value all the time: muted, or not connected';
  if (rms === Number.NEGATIVE_INFINITY)
    return fail('microphone-silent', constant, `Unmute it (${mixer}), or use another microphone.`);
  if (clipped > MAX_CLIPPED)
    return judge('microphone-clipping', 'overdriven', `Turn the capture level down (${mixer}).`);
  const percent = `${(offset * 100).toFixed(0)} %`;
  if (Math.abs(offset) > 0.05)
    return judge('microphone-offset', `with a DC offset of ${percent}`, 'Use another microphone or card.');
  const louder = `Turn the capture level up (${mixer}), or move closer.`;
  if (speech && peak < -35) return judge('speech-too-soft', 'too soft for speech', louder);
  const quieter = 'Find the noise, or turn the capture level down.';
  if (!speech && rms > -30) return judge('room-too-loud', 'too loud for a room without speech', quieter);
  return pass('microphone-level-good', figures);
};

const levelCheck = (options: SoundCheckOptions): Check => {
  const speech = options.dialog !== undefined;
  const run = async (): Promise<Finding> => {
    const recorded = await record(options, speech ? SPEECH_MS : ROOM_MS);
    if (!Buffer.isBuffer(recorded)) return microphoneFailed(recorded);
    return judgeLevel(levelOf(recorded), options.config.microphone.device, speech);
  };
  const prompt = 'Speak for three seconds, from where you will stand.';
  return createCheck('microphone-level', run, speech ? { prompt } : {});
};

const toneCheck = (options: SoundCheckOptions): Check => {
  const run = async (): Promise<Finding> => {
    if (options.silent) return notPlayed;
    const failure = await play(options, tone(TONE_MS, NOTE_HERTZ, TONE_DBFS));
    if (failure !== undefined) return findingFromError(failure, 'loudspeaker-failed', 'playback failed');
    if (options.dialog === undefined) return pass('tone-played', 'a tone was played to its end');
    if (await options.dialog.confirm('Did you hear a tone?')) return pass('tone-heard', 'a tone was heard');
    const remedy = 'Turn the volume up (alsamixer), and check cable and power.';
    return fail('tone-not-heard', 'a tone was played and not heard', remedy);
  };
  return createCheck('loudspeaker-tone', run, { limitMs: 60_000 });
};

/**
 * Judges how the microphone recorded a tone.
 * @param echo level of the tone, in dBFS
 * @param room level of the same frequency before the tone, in dBFS
 * @param clipped share of samples at the limit, 0 to 1
 */
export const judgeEcho = (echo: number, room: number, clipped: number): Finding => {
  const over = echo - Math.max(room, -90);
  const louder = 'With headphones this is normal; otherwise turn the volume up.';
  if (!(over > 6)) return warn('tone-not-recorded', 'the microphone does not hear the tone', louder);
  const figures = `${echo.toFixed(0)} dBFS, ${over.toFixed(0)} dB over the room`;
  if (clipped <= MAX_CLIPPED) return pass('tone-recorded', figures);
  const quieter = 'Turn the volume down, or increase the distance between them.';
  return warn('tone-clipping', `${figures}, overdriven`, quieter);
};

/** Records first the room alone, then the tone. */
const echoCheck = (options: SoundCheckOptions): Check => {
  const run = async (): Promise<Finding> => {
    if (options.silent) return notPlayed;
    const room = await record(options, QUIET_MS);
    if (!Buffer.isBuffer(room)) return microphoneFailed(room);
    const pcm = Buffer.concat([tone(TONE_MS, TONE_HERTZ, TONE_DBFS), silence(100)]);
    const [heard, playing] = await Promise.all([record(options, ECHO_MS), play(options, pcm)]);
    if (playing !== undefined) return notAtOnce(playing);
    if (!Buffer.isBuffer(heard)) return notAtOnce(heard);
    return judgeEcho(loudestTone(heard, TONE_HERTZ), medianTone(room, TONE_HERTZ), levelOf(heard).clipped);
  };
  return createCheck('loudspeaker-heard', run, { limitMs: 30_000 });
};

const notAtOnce = (failure: Failure): Finding => {
  const remedy = `A conversation does not need that. ${failure.sentence}`;
  return warn('cards-not-at-once', 'the two cannot be used at the same time', remedy);
};

/** In this order, in sequence: they share the cards. */
export const soundChecks = (options: SoundCheckOptions): Check[] => [
  cardCheck('microphone', options.config.microphone.device, options.machine),
  cardCheck('loudspeaker', options.config.loudspeaker.device, options.machine),
  levelCheck(options),
  toneCheck(options),
  echoCheck(options),
];
