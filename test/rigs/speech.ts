// Real speech, from espeak-ng, as 24 kHz mono s16le. Each utterance is made once per machine, and kept.

import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const MAX_BYTES = 64 * 1024 * 1024;

/** Read when the module is loaded: tests change HOME. */
const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'parley-tests');

const toRaw = '-t wav - -t raw -r 24000 -c 1 -e signed -b 16 -D -'.split(' ');

const synthesize = (words: readonly string[]): Buffer => {
  const wav = execFileSync('espeak-ng', ['--stdout', ...words], { maxBuffer: MAX_BYTES });
  return execFileSync('sox', toRaw, {
    input: wav,
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: MAX_BYTES,
  });
};

/** Test files run side by side: a file under its final name is always whole. */
const keep = (file: string, pcm: Buffer): void => {
  mkdirSync(cacheFolder, { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  writeFileSync(fresh, pcm);
  renameSync(fresh, file);
};

/** The sentence, spoken; nothing but speech and the short silence that espeak-ng puts around it. */
export const speak = (sentence: string): Buffer => {
  const words = ['-v', 'en', '-s', '160', sentence];
  const name = createHash('sha256')
    .update(JSON.stringify([words, toRaw]))
    .digest('hex');
  const file = join(cacheFolder, `${name}.pcm`);
  if (existsSync(file)) return readFileSync(file);
  const pcm = synthesize(words);
  keep(file, pcm);
  return pcm;
};

/** From its first to its last sample that is not silence. */
export const withoutSilence = (pcm: Buffer): Buffer => {
  const samples = new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length / 2);
  const first = samples.findIndex((sample) => sample !== 0);
  const last = samples.findLastIndex((sample) => sample !== 0);
  return pcm.subarray(first * 2, (last + 1) * 2);
};
