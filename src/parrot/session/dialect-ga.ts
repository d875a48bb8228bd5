// The generally available dialect: the session is nested, and every update has its type.

import * as z from 'zod';
import { SAMPLE_RATE } from '../../core/pcm.ts';
import { mcpServersOf } from '../responses/mcp-servers.ts';
import * as shapes from '../schemas/schemas.ts';
import { check } from '../schemas/validate.ts';
import type { Configuration, Dialect, SessionFacts } from './dialect.ts';
import { refuseOtherModel, refuseOtherVoice, refuseReasoning, refuseUnknownVoice } from './model-rules.ts';
import { inputItems } from './new-item.ts';

// The parrot sends the samples back as it got them, so it accepts no other format.
const format = z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(SAMPLE_RATE).optional() });
const effort = z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']);
const reasoning = z.strictObject({ effort: effort.optional() }).nullable();
const modalities = shapes.modalities(['text'], ['audio']);
const prompt = z
  .strictObject({
    id: z.string(),
    version: z.string().nullish(),
    variables: z.record(z.string(), z.unknown()).nullish(),
  })
  .nullable();

const truncation = z.union([
  z.enum(['auto', 'disabled']),
  z.strictObject({
    type: z.literal('retention_ratio'),
    retention_ratio: z.number().min(0).max(1),
    token_limits: z.strictObject({ post_instructions: z.int().min(0).optional() }).optional(),
  }),
]);

const input = z
  .strictObject({
    format,
    noise_reduction: shapes.noiseReduction,
    transcription: shapes.transcription,
    turn_detection: shapes.gaTurnDetection,
  })
  .partial();

const output = z.strictObject({ format, voice: shapes.voice, speed: shapes.speed }).partial();

/** What a session sets, and a response may override. */
const shared = z
  .strictObject({
    output_modalities: modalities,
    instructions: z.string(),
    tools: shapes.gaTools,
    tool_choice: shapes.toolChoice,
    reasoning,
    parallel_tool_calls: z.boolean(),
    max_output_tokens: shapes.maxTokens,
    prompt,
  })
  .partial().shape;

const sessionUpdate = z.strictObject({
  session: z.strictObject({
    type: z.literal('realtime'),
    model: z.string().optional(),
    ...shared,
    audio: z.strictObject({ input: input.optional(), output: output.optional() }).optional(),
    truncation: truncation.optional(),
    tracing: shapes.tracing.optional(),
    include: z.array(z.literal('item.input_audio_transcription.logprobs')).nullish(),
  }),
});

const responseCreate = z.strictObject({
  response: z.strictObject({
    ...shared,
    audio: z.strictObject({ output: output.omit({ speed: true }).optional() }).optional(),
    conversation: z.enum(['auto', 'none']).optional(),
    input: inputItems.output_text.optional(),
    metadata: shapes.metadata.optional(),
  }),
});

type Update = z.infer<typeof sessionUpdate>['session'];
type Audio = { input: z.infer<typeof input>; output: z.infer<typeof output> };
type Session = Omit<Update, 'audio'> & { audio: Audio };

const VOICES = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'];
const VOICE = 'audio.output.voice';
const PCM = { type: 'audio/pcm', rate: SAMPLE_RATE } as const;

const firstSession = (model: string): Session => ({
  type: 'realtime',
  model,
  output_modalities: ['audio'],
  instructions: '',
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  truncation: 'auto',
  tracing: null,
  prompt: null,
  include: null,
  audio: {
    input: {
      format: PCM,
      transcription: null,
      noise_reduction: null,
      turn_detection: { ...shapes.defaultTurnDetection, idle_timeout_ms: null },
    },
    output: { format: PCM, voice: 'alloy', speed: 1 },
  },
});

const configure = ({ id, model, expiresAt }: SessionFacts): Configuration => {
  let session = firstSession(model);
  return {
    update(given, voiceHasSpoken) {
      const update = check(sessionUpdate, { session: given }).session;
      const { input, output } = session.audio;
      const { input: newInput, output: newOutput } = update.audio ?? {};
      refuseOtherModel(update.model, model);
      refuseReasoning('session', update, model);
      refuseUnknownVoice(`session.${VOICE}`, newOutput?.voice, VOICES, model);
      if (voiceHasSpoken) refuseOtherVoice(`session.${VOICE}`, newOutput?.voice, output.voice);
      const turn_detection = shapes.updateTurnDetection(input.turn_detection, newInput?.turn_detection);
      const audio = {
        input: { ...input, ...newInput, format: PCM, turn_detection },
        output: { ...output, ...newOutput, format: PCM },
      };
      session = { ...session, ...update, audio };
    },

    toWire: () => ({ object: 'realtime.session', id, ...session, expires_at: expiresAt }),

    settings() {
      const { audio, instructions = '', tools = [] } = session;
      const { transcription, turn_detection } = audio.input;
      return {
        turnDetection: shapes.toTurnDetection(turn_detection),
        transcriptionModel: transcription ? (transcription.model ?? 'gpt-live-transcribe') : undefined,
        instructions,
        mcpServers: mcpServersOf(tools),
      };
    },

    request(response) {
      const given = check(responseCreate, { response: response ?? {} }).response;
      const voice = given.audio?.output?.voice;
      refuseReasoning('response', given, model);
      refuseUnknownVoice(`response.${VOICE}`, voice, VOICES, model);
      const asked = { ...session, ...given };
      return {
        outOfBand: given.conversation === 'none',
        input: given.input,
        metadata: given.metadata ?? null,
        spoken: asked.output_modalities?.includes('audio') ?? true,
        mayCall: asked.tool_choice !== 'none',
        wire: {
          output_modalities: asked.output_modalities,
          max_output_tokens: asked.max_output_tokens,
          audio: { output: { format: PCM, voice: voice ?? session.audio.output.voice } },
        },
      };
    },
  };
};

export const ga: Dialect = {
  configure,
  eventName: (type) => (type === 'conversation.created' ? undefined : type),
  assistantText: 'output_text',
  assistantAudio: 'output_audio',
  obfuscates: true,
  runsMcp: true,
  namesFunctionWhenDone: true,
};
