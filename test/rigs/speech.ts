// Real speech, from espeak-ng, as 24 kHz mono s16le.

import { execFileSync } from 'node:child_process';

/** The sentence, spoken; nothing but speech and the short silence that espeak-ng puts around it. */
export const speak = (sentence: string): Buffer => {
  const wav = execFileSync('espeak-ng', ['-v', 'en', '-s', '160', '--stdout', sentence], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return execFileSync(
    'sox',
    ['-t', 'wav', '-', '-t', 'raw', '-r', '24000', '-c', '1', '-e', 'signed', '-b', '16', '-D', '-'],
    { input: wav, stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 },
  );
};

/** From its first to its last sample that is not silence. */
export const withoutSilence = (pcm: Buffer): Buffer => {
  const samples = new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length / 2);
  const first = samples.findIndex((sample) => sample !== 0);
  const last = samples.findLastIndex((sample) => sample !== 0);
  return pcm.subarray(first * 2, (last + 1) * 2);
};
