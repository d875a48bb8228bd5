// The beta dialect: the session is flat, events have shorter names, and some do not exist.

import * as z from 'zod';
import * as shapes from '../schemas/schemas.ts';
import { check } from '../schemas/validate.ts';
import type { Configuration, Dialect, SessionFacts } from './dialect.ts';
import { refuseOtherModel, refuseOtherVoice, refuseUnknownVoice } from './model-rules.ts';
import { inputItems } from './new-item.ts';

// The parrot sends the samples back as it got them, so it accepts no other format.
const format = z.literal('pcm16');
const modalities = shapes.modalities(['text'], ['audio', 'text']);

/** What a session sets, and a response may override. */
const shared = {
  modalities,
  instructions: z.string(),
  voice: shapes.voice,
  output_audio_format: format,
  tools: shapes.betaTools,
  tool_choice: shapes.toolChoice,
  temperature: z.number().min(0.6).max(1.2),
  max_response_output_tokens: shapes.maxTokens,
};

const sessionUpdate = z.strictObject({
  session: z
    .strictObject({
      model: z.string(),
      ...shared,
      input_audio_format: format,
      input_audio_transcription: shapes.transcription,
      input_audio_noise_reduction: shapes.noiseReduction,
      turn_detection: shapes.betaTurnDetection,
      speed: shapes.speed,
      tracing: shapes.tracing,
    })
    .partial(),
});

const responseCreate = z.strictObject({
  response: z
    .strictObject({
      ...shared,
      conversation: z.enum(['auto', 'none']),
      input: inputItems.text,
      metadata: shapes.metadata,
    })
    .partial(),
});

type Session = z.infer<typeof sessionUpdate>['session'];

const firstSession = (model: string): Session => ({
  model,
  modalities: ['audio', 'text'],
  instructions: '',
  voice: 'alloy',
  turn_detection: shapes.defaultTurnDetection,
  input_audio_format: 'pcm16',
  output_audio_format: 'pcm16',
  input_audio_transcription: null,
  input_audio_noise_reduction: null,
  tools: [],
  tool_choice: 'auto',
  temperature: 0.8,
  max_response_output_tokens: 'inf',
  speed: 1,
  tracing: null,
});

// Those of the GA models, marin and cedar, are newer than this dialect.
const VOICES = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse'];

const configure = ({ id, model, expiresAt }: SessionFacts): Configuration => {
  let session = firstSession(model);
  return {
    update(given, voiceHasSpoken) {
      const update = check(sessionUpdate, { session: given }).session;
      refuseOtherModel(update.model, model);
      refuseUnknownVoice('session.voice', update.voice, VOICES, model);
      if (voiceHasSpoken) refuseOtherVoice('session.voice', update.voice, session.voice);
      const turn_detection = shapes.updateTurnDetection(session.turn_detection, update.turn_detection);
      session = { ...session, ...update, turn_detection };
    },

    toWire: () => ({
      id,
      object: 'realtime.session',
      expires_at: expiresAt,
      ...session,
      client_secret: null,
    }),

    settings() {
      const { turn_detection, input_audio_transcription: transcription, instructions = '' } = session;
      return {
        turnDetection: shapes.toTurnDetection(turn_detection),
        transcriptionModel: transcription ? (transcription.model ?? 'whisper-1') : undefined,
        instructions,
        mcpServers: [],
      };
    },

    request(response) {
      const given = check(responseCreate, { response: response ?? {} }).response;
      refuseUnknownVoice('response.voice', given.voice, VOICES, model);
      const asked = { ...session, ...given };
      return {
        outOfBand: given.conversation === 'none',
        input: given.input,
        metadata: given.metadata ?? null,
        spoken: asked.modalities?.includes('audio') ?? true,
        mayCall: asked.tool_choice !== 'none',
        wire: {
          modalities: asked.modalities,
          voice: asked.voice,
          output_audio_format: 'pcm16',
          temperature: asked.temperature,
          max_output_tokens: asked.max_response_output_tokens,
        },
      };
    },
  };
};

/** GA events under another name; undefined: not in this dialect. All others are called the same. */
const names: Readonly<Record<string, string | undefined>> = {
  // What is one event here is two in GA.
  'conversation.item.added': 'conversation.item.created',
  'conversation.item.done': undefined,
  'response.output_audio.delta': 'response.audio.delta',
  'response.output_audio.done': 'response.audio.done',
  'response.output_audio_transcript.delta': 'response.audio_transcript.delta',
  'response.output_audio_transcript.done': 'response.audio_transcript.done',
  'response.output_text.delta': 'response.text.delta',
  'response.output_text.done': 'response.text.done',
};

export const beta: Dialect = {
  configure,
  eventName: (type) => (Object.hasOwn(names, type) ? names[type] : type),
  assistantText: 'text',
  assistantAudio: 'audio',
  obfuscates: false,
  runsMcp: false,
  namesFunctionWhenDone: false,
};
