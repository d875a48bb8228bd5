// Transcripts and token counts. The parrot has no speech recognition: its transcript is the duration of the speech. It
// counts tokens as the real service does, for clients that add them up.

import { msOfBytes } from '../../core/pcm.ts';
import type { Conversation } from './items.ts';

/** The transcript of `bytes` of PCM. */
export const describeSpeech = (bytes: number): string =>
  `(${(msOfBytes(bytes) / 1000).toFixed(1)} s of speech)`;

/** A text in the pieces that it is streamed in; joined they are the text. */
export const inWords = (text: string): string[] => text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];

export interface Tokens {
  readonly audio: number;
  readonly text: number;
}

const CHARACTERS_PER_TOKEN = 4;
const HEARD_MS_PER_TOKEN = 100;
const SPOKEN_MS_PER_TOKEN = 50;

export const textTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);
const heardTokens = (bytes: number): number => Math.ceil(msOfBytes(bytes) / HEARD_MS_PER_TOKEN);
export const spokenTokens = (bytes: number): number => Math.ceil(msOfBytes(bytes) / SPOKEN_MS_PER_TOKEN);

/** The input of a response: the whole conversation. */
export const inputTokens = (conversation: Conversation, instructions: string): Tokens => {
  const parts = conversation.items.flatMap((item) => item.content);
  return {
    audio: parts.reduce((sum, part) => sum + heardTokens(part.audio?.length ?? 0), 0),
    text: parts.reduce((sum, part) => sum + textTokens(part.text ?? ''), textTokens(instructions)),
  };
};

/** `response.usage`. */
export const responseUsage = (input: Tokens, output: Tokens) => ({
  total_tokens: input.audio + input.text + output.audio + output.text,
  input_tokens: input.audio + input.text,
  output_tokens: output.audio + output.text,
  input_token_details: {
    text_tokens: input.text,
    audio_tokens: input.audio,
    image_tokens: 0,
    cached_tokens: 0,
    cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
  },
  output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
});

/** `usage` of a transcription: the oldest model is billed by the second, the others by the token. */
export const transcriptionUsage = (model: string, bytes: number, transcript: string) => {
  if (model === 'whisper-1') return { type: 'duration', seconds: msOfBytes(bytes) / 1000 };
  const audio = heardTokens(bytes);
  const output = textTokens(transcript);
  return {
    type: 'tokens',
    total_tokens: audio + output,
    input_tokens: audio,
    input_token_details: { text_tokens: 0, audio_tokens: audio },
    output_tokens: output,
  };
};
