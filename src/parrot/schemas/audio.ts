// Audio as a client sends it, in events and in items.

import { MAX_INPUT_BYTES } from '../hearing/input-audio-buffer.ts';
import { ApiError } from './api-error.ts';

// Simple enough not to backtrack over 20 million characters.
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whole samples of PCM from base64. Throws an ApiError that names `param`. */
export const parseAudio = (base64: string, param: string): Buffer => {
  const invalid = (sentence: string): ApiError =>
    new ApiError(`Invalid '${param}'. ${sentence}`, { code: 'invalid_value', param });
  if (base64.length > Math.ceil(MAX_INPUT_BYTES / 3) * 4) {
    throw invalid(`Expected at most ${MAX_INPUT_BYTES / 1024 / 1024} MiB of audio in one event.`);
  }
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) {
    throw invalid('Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value.');
  }
  const pcm = Buffer.from(base64, 'base64');
  if (pcm.length % 2 !== 0) {
    throw invalid(`Expected whole 16-bit samples but got an odd number of bytes (${pcm.length}).`);
  }
  return pcm;
};
