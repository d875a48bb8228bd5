import { WavWriter } from '../../src/audio/wav/wav-loudspeaker.ts';

/** Writes `pcm` (24 kHz mono s16le) as a whole file, which replaces what it held. */
export const writeWav = (file: string, pcm: Buffer): void => {
  const writer = new WavWriter(file);
  writer.open();
  writer.write(pcm);
  writer.close();
};
