// The same sentence as another espeak-ng says it, and as it is heard in a room.

import { execFileSync } from 'node:child_process';
import { silence } from '../../src/core/pcm.ts';
import { at, fromPcm, join, levelOf, mix, msOf, quiet, toPcm, white } from './sounds.ts';

export interface Manner {
  /** Words a minute; test/rigs/speech.ts speaks at 160. */
  readonly speed?: number;
  /** 0 to 99; espeak-ng's own is 50. */
  readonly pitch?: number;
}

/** The sentence at another speed or pitch, as 24 kHz mono s16le. */
export const speakAs = (sentence: string, { speed = 160, pitch = 50 }: Manner): Buffer => {
  const manner = ['-v', 'en', '-s', String(speed), '-p', String(pitch)];
  const wav = execFileSync('espeak-ng', [...manner, '--stdout', sentence], { maxBuffer: 64 * 1024 * 1024 });
  return execFileSync(
    'sox',
    ['-t', 'wav', '-', '-t', 'raw', '-r', '24000', '-c', '1', '-e', 'signed', '-b', '16', '-D', '-'],
    { input: wav, stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 },
  );
};

export const louder = (pcm: Buffer, db: number): Buffer =>
  toPcm(fromPcm(pcm).map((sample) => sample * 10 ** (db / 20)));

/** As a microphone hears it: a moment of quiet on both sides, and noise all along. */
export const inNoise = (pcm: Buffer, snrDb: number, seed = 7): Buffer => {
  const speech = fromPcm(pcm);
  const room = join(quiet(300), speech, quiet(700));
  return toPcm(mix(room, at(white(msOf(room), seed), levelOf(speech) - snrDb)));
};

export const withSilence = (pcm: Buffer, ms: number): Buffer =>
  Buffer.concat([silence(ms), pcm, silence(ms)]);
