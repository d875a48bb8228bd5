// The layout of a WAV file. Files come from phones, editors, pipes and broken downloads, so everything in the header
// is checked against the file.

/** Why a WAV file cannot be read; the message follows the name of the file. */
export class WavError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface WavLayout {
  /** 1 integers, 3 floats, 6 A-law, 7 mu-law; an extensible format is resolved to one of these. */
  readonly encoding: number;
  readonly channels: number;
  /** Hertz. */
  readonly rate: number;
  readonly bits: number;
  /** Bytes of one sample of every channel. */
  readonly blockBytes: number;
  /** The samples, whole blocks only; a view into the file. */
  readonly samples: Buffer;
}

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FMT_BYTES = 16;
const EXTENSIBLE = 0xfffe;
const EXTENSIBLE_BYTES = 26;
/** A program that writes into a pipe does not know the length, and writes about the largest number. */
const UNKNOWN_LENGTH = 0x7fff_0000;

const tag = (file: Buffer, at: number): string => file.toString('latin1', at, at + 4);

interface Chunk {
  readonly body: Buffer;
  readonly statedBytes: number;
}

/** The first chunk of each kind; the last one may be shorter than its header states. */
const chunksOf = (file: Buffer): Map<string, Chunk> => {
  const chunks = new Map<string, Chunk>();
  let at = RIFF_HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= file.length) {
    const statedBytes = file.readUInt32LE(at + 4);
    const start = at + CHUNK_HEADER_BYTES;
    const name = tag(file, at);
    if (!chunks.has(name)) {
      chunks.set(name, { body: file.subarray(start, start + statedBytes), statedBytes });
    }
    // Chunks begin at even offsets.
    at = start + statedBytes + (statedBytes % 2);
  }
  return chunks;
};

const formatOf = (fmt: Buffer): Omit<WavLayout, 'samples'> => {
  const plain = fmt.readUInt16LE(0);
  const encoding = plain === EXTENSIBLE && fmt.length >= EXTENSIBLE_BYTES ? fmt.readUInt16LE(24) : plain;
  return {
    encoding,
    channels: fmt.readUInt16LE(2),
    rate: fmt.readUInt32LE(4),
    blockBytes: fmt.readUInt16LE(12),
    bits: fmt.readUInt16LE(14),
  };
};

const samplesOf = (data: Chunk, blockBytes: number): Buffer => {
  const { body, statedBytes } = data;
  if (body.length < statedBytes && statedBytes < UNKNOWN_LENGTH) {
    throw new WavError(
      'wav-truncated',
      `is cut short: its header says ${statedBytes} bytes of sound, and it holds ${body.length}`,
    );
  }
  return body.subarray(0, body.length - (body.length % blockBytes));
};

/** @throws WavError */
export const parseWav = (file: Buffer): WavLayout => {
  if (file.length < RIFF_HEADER_BYTES || tag(file, 0) !== 'RIFF' || tag(file, 8) !== 'WAVE') {
    throw new WavError('wav-no-header', 'is not a WAV file');
  }
  const chunks = chunksOf(file);
  const fmt = chunks.get('fmt ');
  const data = chunks.get('data');
  const format = fmt === undefined || fmt.body.length < FMT_BYTES ? undefined : formatOf(fmt.body);
  if (format === undefined || format.blockBytes === 0 || data === undefined)
    throw new WavError('wav-header-broken', 'is a WAV file with a broken header');
  return { ...format, samples: samplesOf(data, format.blockBytes) };
};

/** The header of a plain WAV file with `dataBytes` of samples. */
export const wavHeader = (format: Omit<WavLayout, 'samples'>, dataBytes: number): Buffer => {
  const header = Buffer.alloc(RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES + FMT_BYTES + CHUNK_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(header.length - CHUNK_HEADER_BYTES + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(FMT_BYTES, 16);
  header.writeUInt16LE(format.encoding, 20);
  header.writeUInt16LE(format.channels, 22);
  header.writeUInt32LE(format.rate, 24);
  header.writeUInt32LE(format.rate * format.blockBytes, 28);
  header.writeUInt16LE(format.blockBytes, 32);
  header.writeUInt16LE(format.bits, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
};
