// Reads a WAV file of any usual format as Parley's PCM. A file in that format is read sample for sample; all others
// are converted by the wavefile package, which is loaded only then.

import { readFile, stat } from 'node:fs/promises';
import { errorCode, errorMessage, Unavailable } from '../../core/errors.ts';
import { BYTES_PER_SAMPLE, SAMPLE_RATE } from '../../core/pcm.ts';
import { parseWav, WavError, type WavLayout, wavHeader } from './wav-header.ts';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_LENGTH_S = 600;
const MAX_CHANNELS = 8;
const MIN_RATE = 4_000;
const MAX_RATE = 192_000;
/** How many are decoded at once: the package works in doubles, which take up to eight times the memory. */
const SLICE_BLOCKS = 1 << 18;

const INTEGERS = 1;
const FLOATS = 3;
const A_LAW = 6;
const MU_LAW = 7;

const readable: ReadonlyMap<number, readonly number[]> = new Map([
  [INTEGERS, [8, 16, 24, 32]],
  [FLOATS, [32, 64]],
  [A_LAW, [8]],
  [MU_LAW, [8]],
]);

const checkFormat = ({ encoding, bits, channels, rate, blockBytes }: WavLayout): void => {
  const isReadable =
    readable.get(encoding)?.includes(bits) === true && blockBytes === (channels * bits) / 8 && channels > 0;
  if (!isReadable) {
    throw new WavError(
      'wav-encoding-unsupported',
      `is coded in a way that Parley does not read (format ${encoding}, ${bits} bit, ${channels} channels)`,
    );
  }
  if (channels > MAX_CHANNELS) {
    throw new WavError(
      'wav-channels-unsupported',
      `has ${channels} channels; at most ${MAX_CHANNELS} can be read`,
    );
  }
  if (rate < MIN_RATE || rate > MAX_RATE) {
    throw new WavError(
      'wav-rate-unsupported',
      `has a rate of ${rate} Hz; ${MIN_RATE} to ${MAX_RATE} Hz can be read`,
    );
  }
};

const checkLength = ({ samples, blockBytes, rate }: WavLayout): void => {
  if (samples.length === 0) throw new WavError('wav-empty', 'is empty: there is no sound in it');
  if (samples.length / blockBytes / rate > MAX_LENGTH_S) {
    throw new WavError('wav-too-long', `is longer than ${MAX_LENGTH_S / 60} minutes`);
  }
};

const isParleysFormat = ({ encoding, bits, channels, rate }: WavLayout): boolean =>
  encoding === INTEGERS && bits === BYTES_PER_SAMPLE * 8 && channels === 1 && rate === SAMPLE_RATE;

type WaveFileClass = typeof import('wavefile')['WaveFile'];

/** The mean of all channels of a slice, in 16 bits at the file's own rate. */
const monoOf = (WaveFile: WaveFileClass, layout: WavLayout, samples: Buffer): Int16Array => {
  const wave = new WaveFile(Buffer.concat([wavHeader(layout, samples.length), samples]));
  if (layout.encoding === A_LAW) wave.fromALaw();
  else if (layout.encoding === MU_LAW) wave.fromMuLaw();
  else wave.toBitDepth('16');
  const interleaved = wave.getSamples(true, Int16Array);
  const { channels, blockBytes } = layout;
  const mono = new Int16Array(samples.length / blockBytes);
  for (let block = 0; block < mono.length; block += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      sum += interleaved[block * channels + channel] ?? 0;
    }
    mono[block] = Math.round(sum / channels);
  }
  return mono;
};

const bytesOf = (samples: Int16Array): Buffer =>
  Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);

const converted = async (layout: WavLayout): Promise<Buffer> => {
  const { default: wavefile } = await import('wavefile');
  const { samples, blockBytes, rate } = layout;
  const slices: Buffer[] = [];
  for (let at = 0; at < samples.length; at += SLICE_BLOCKS * blockBytes) {
    const slice = samples.subarray(at, at + SLICE_BLOCKS * blockBytes);
    slices.push(bytesOf(monoOf(wavefile.WaveFile, layout, slice)));
  }
  const mono = Buffer.concat(slices);
  if (rate === SAMPLE_RATE) return mono;
  const format = {
    encoding: INTEGERS,
    channels: 1,
    rate,
    bits: 8 * BYTES_PER_SAMPLE,
    blockBytes: BYTES_PER_SAMPLE,
  };
  const wave = new wavefile.WaveFile(Buffer.concat([wavHeader(format, mono.length), mono]));
  wave.toSampleRate(SAMPLE_RATE);
  return bytesOf(Int16Array.from(wave.getSamples(true, Int16Array)));
};

const read = async (file: string): Promise<Buffer> => {
  const facts = await stat(file);
  if (!facts.isFile()) throw new WavError('wav-not-a-file', 'is not a file');
  if (facts.size > MAX_FILE_BYTES) {
    throw new WavError('wav-too-large', `is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB`);
  }
  const layout = parseWav(await readFile(file));
  checkFormat(layout);
  checkLength(layout);
  return isParleysFormat(layout) ? Buffer.from(layout.samples) : converted(layout);
};

const remedy =
  'Give a WAV file with speech, for instance one made by ' +
  `"sox IN -r ${SAMPLE_RATE} -c 1 -b ${8 * BYTES_PER_SAMPLE} OUT.wav".`;

/** @param error a WavError or an error of the file system */
export const wavFailure = (file: string, error: unknown): Unavailable => {
  if (error instanceof WavError) return new Unavailable(error.code, `${file} ${error.message}. ${remedy}`);
  const code = errorCode(error);
  if (code === 'ENOENT') return new Unavailable('wav-missing', `There is no file ${file}. ${remedy}`);
  if (code === 'EACCES')
    return new Unavailable('wav-denied', `${file} may not be read: change its permissions.`);
  return new Unavailable('wav-unreadable', `${file} cannot be read (${errorMessage(error)}). ${remedy}`);
};

/**
 * The sound of a WAV file: integers of 8 to 32 bits, floats, A-law or mu-law, any rate, up to eight channels, 64 MB
 * and 10 minutes.
 * @returns 24 kHz mono s16le
 * @throws Unavailable: wav-...
 */
export const readWav = async (file: string): Promise<Buffer> => {
  try {
    return await read(file);
  } catch (error) {
    throw wavFailure(file, error);
  }
};
