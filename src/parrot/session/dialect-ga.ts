// The generally available dialect: the session is nested, and says its type in every update.

import * as z from 'zod';
import { defaultTurnDetection, toTurnDetection, updateTurnDetection } from '../hearing/turn-detection.ts';
import { mcpServersOf } from '../responses/mcp-servers.ts';
import * as shapes from '../schemas/schemas.ts';
import { check } from '../schemas/validate.ts';
import type { Configuration, Dialect, ResponseRequest, SessionFacts, Settings } from './dialect.ts';
import { refuseOtherModel, refuseOtherVoice, refuseReasoning, refuseUnknownVoice } from './model-rules.ts';
import { inputItems } from './new-item.ts';

// The parrot gives back the samples it got, so it takes no other format than the house's.
const format = z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24_000).optional() });
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

const sessionFields = z
  .strictObject({
    model: z.string(),
    output_modalities: modalities,
    instructions: z.string(),
    audio: z.strictObject({ input: input.optional(), output: output.optional() }),
    tools: shapes.gaTools,
    tool_choice: shapes.toolChoice,
    reasoning,
    parallel_tool_calls: z.boolean(),
    max_output_tokens: shapes.maxTokens,
    truncation,
    tracing: shapes.tracing,
    prompt,
    include: z.array(z.literal('item.input_audio_transcription.logprobs')).nullable(),
  })
  .partial();

const sessionUpdate = z.strictObject({
  session: z.strictObject({ type: z.literal('realtime'), ...sessionFields.shape }),
});

const responseCreate = z.strictObject({
  response: z
    .strictObject({
      output_modalities: modalities,
      instructions: z.string(),
      audio: z.strictObject({
        output: z.strictObject({ format, voice: shapes.voice }).partial().optional(),
      }),
      tools: shapes.gaTools,
      tool_choice: shapes.toolChoice,
      conversation: z.enum(['auto', 'none']),
      input: inputItems.output_text,
      metadata: shapes.metadata,
      max_output_tokens: shapes.maxTokens,
      reasoning,
      parallel_tool_calls: z.boolean(),
      prompt,
    })
    .partial(),
});

type Update = z.infer<typeof sessionUpdate>['session'];
type Audio = NonNullable<Update['audio']>;
type Session = Omit<Update, 'audio'> & { audio: { input: Input; output: Output } };
type Input = NonNullable<Audio['input']>;
type Output = NonNullable<Audio['output']>;

const VOICES = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'];
const VOICE = 'audio.output.voice';
const PCM = { type: 'audio/pcm', rate: 24_000 } as const;

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
      turn_detection: { ...defaultTurnDetection, idle_timeout_ms: null },
    },
    output: { format: PCM, voice: 'alloy', speed: 1 },
  },
});

const mergeInput = (old: Input, update: Input): Input => ({
  ...old,
  ...update,
  format: PCM,
  turn_detection:
    update.turn_detection === undefined
      ? (old.turn_detection ?? null)
      : updateTurnDetection(old.turn_detection ?? null, update.turn_detection),
});

class GaConfiguration implements Configuration {
  readonly #facts: SessionFacts;
  #session: Session;

  constructor(facts: SessionFacts) {
    this.#facts = facts;
    this.#session = firstSession(facts.model);
  }

  update(session: unknown, voiceHasSpoken: boolean): void {
    const update = check(sessionUpdate, { session }).session;
    const { audio: old } = this.#session;
    const voice = update.audio?.output?.voice;
    refuseOtherModel(update.model, this.#facts.model);
    refuseReasoning('session', update, this.#facts.model);
    refuseUnknownVoice(`session.${VOICE}`, voice, VOICES, this.#facts.model);
    if (voiceHasSpoken) refuseOtherVoice(`session.${VOICE}`, voice, old.output.voice);
    const audio = {
      input: mergeInput(old.input, update.audio?.input ?? {}),
      output: { ...old.output, ...update.audio?.output, format: PCM },
    };
    this.#session = { ...this.#session, ...update, audio };
  }

  toWire(): Readonly<Record<string, unknown>> {
    const { id, expiresAt } = this.#facts;
    const { type, ...session } = this.#session;
    return { type, object: 'realtime.session', id, ...session, expires_at: expiresAt };
  }

  settings(): Settings {
    const { audio, instructions } = this.#session;
    const { transcription } = audio.input;
    return {
      turnDetection: toTurnDetection(audio.input.turn_detection ?? null),
      transcriptionModel: transcription ? (transcription.model ?? 'gpt-live-transcribe') : undefined,
      instructions: instructions ?? '',
      mcpServers: mcpServersOf(this.#session.tools ?? []),
    };
  }

  request(response: unknown): ResponseRequest {
    const given = check(responseCreate, { response: response ?? {} }).response;
    const { model } = this.#facts;
    refuseReasoning('response', given, model);
    refuseUnknownVoice(`response.${VOICE}`, given.audio?.output?.voice, VOICES, model);
    const session = this.#session;
    const modalities = given.output_modalities ?? session.output_modalities ?? ['audio'];
    const voice = given.audio?.output?.voice ?? session.audio.output.voice;
    return {
      outOfBand: given.conversation === 'none',
      input: given.input,
      metadata: given.metadata ?? null,
      spoken: modalities.includes('audio'),
      mayCall: (given.tool_choice ?? session.tool_choice) !== 'none',
      wire: {
        output_modalities: modalities,
        max_output_tokens: given.max_output_tokens ?? session.max_output_tokens,
        audio: { output: { format: PCM, voice } },
      },
    };
  }
}

export const ga: Dialect = {
  configure: (facts) => new GaConfiguration(facts),
  eventName: (type) => type,
  assistantText: 'output_text',
  assistantAudio: 'output_audio',
  obfuscates: true,
  announcesConversation: false,
  runsMcp: true,
  namesFunctionWhenDone: true,
};
