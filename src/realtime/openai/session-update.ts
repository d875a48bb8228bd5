// Where to connect, and the settings of a session, in both dialects. Pure.
// The beta shape is exactly what the original example sends; configuration adds to it.

import type { AudioTranscription, RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime';
import { isRecord } from '../../core/is-record.ts';
import { SAMPLE_RATE } from '../../core/pcm.ts';
import type { McpServer, Protocol, ToolDefinition } from '../protocol.ts';

export type Dialect = 'ga' | 'beta';

export interface TurnDetection {
  readonly type: 'server_vad' | 'semantic_vad';
  /** 0 to 1, server_vad only. */
  readonly threshold: number;
  readonly prefixPaddingMs: number;
  readonly silenceDurationMs: number;
  /** semantic_vad only. */
  readonly eagerness: 'auto' | 'low' | 'medium' | 'high';
}

export interface SessionOptions {
  /** Undefined: the dialect's own default, as for the three after it. */
  readonly instructions?: string | undefined;
  readonly model?: string | undefined;
  readonly voice?: string | undefined;
  /** '' turns the transcription of the person's speech off. */
  readonly transcriptionModel?: string | undefined;
  /** ISO 639-1; '' lets the service detect it. */
  readonly language: string;
  readonly noiseReduction: 'far_field' | 'near_field' | 'off';
  readonly turnDetection: TurnDetection;
  readonly speed: number;
  readonly maxOutputTokens: number | 'inf';
  /** Beta only: GA has no such field and refuses it. */
  readonly temperature: number;
  readonly tools: readonly ToolDefinition[];
  readonly servers: readonly McpServer[];
}

export interface OpenAiOptions {
  readonly url: string;
  /** With the key in them: never logged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly dialect: Dialect | 'auto';
  readonly session: SessionOptions;
  /** A reply that sounds and of which nothing more comes is over after so long. */
  readonly replyStallLimitMs: number;
  /** Function calls of one conversation that are run. */
  readonly maxCalls: number;
  /** A service that has not confirmed the session after so long may never do so. */
  readonly unconfirmedAfterMs: number;
}

const defaults = {
  ga: {
    model: 'gpt-realtime-2.1',
    voice: 'marin',
    transcriptionModel: 'gpt-live-transcribe',
    instructions:
      'You are Parley, a helpful, friendly speaker in a living room. Answer briefly, in the language you are spoken to.',
  },
  beta: {
    model: 'gpt-4o-realtime-preview',
    voice: 'sage',
    transcriptionModel: 'whisper-1',
    instructions: undefined,
  },
} as const;

export const defaultModel = (dialect: Dialect): string => defaults[dialect].model;

/**
 * The model goes into the query, unless the URL names one already (Azure's `deployment` counts) or the
 * configuration says '' for it.
 */
export const endpointOf = (
  options: Pick<OpenAiOptions, 'url' | 'headers' | 'dialect' | 'session'>,
): Pick<Protocol, 'url' | 'headers'> => {
  const url = new URL(options.url);
  const dialect = options.dialect === 'beta' ? 'beta' : 'ga';
  const { model = defaultModel(dialect) } = options.session;
  if (model !== '' && !url.searchParams.has('model') && !url.searchParams.has('deployment'))
    url.searchParams.set('model', model);
  const beta = dialect === 'beta' ? { 'OpenAI-Beta': 'realtime=v1' } : {};
  return { url: url.href, headers: { ...beta, ...options.headers } };
};

/** The types of the `openai` package are younger than its API in one place. */
type Transcription = AudioTranscription & { readonly languages?: string[] };
type GaSession = Omit<RealtimeSessionCreateRequest, 'model'>;

const transcription = (options: SessionOptions, dialect: Dialect): Transcription | null => {
  const model = options.transcriptionModel ?? defaults[dialect].transcriptionModel;
  if (model === '') return null;
  if (options.language === '') return { model };
  const plural = /^gpt-(live-)?transcribe/.test(model);
  return plural ? { model, languages: [options.language] } : { model, language: options.language };
};

const noiseReduction = (options: SessionOptions) =>
  options.noiseReduction === 'off' ? null : { type: options.noiseReduction };

const turnDetection = ({ type, eagerness, ...server }: TurnDetection) => {
  if (type === 'semantic_vad') return { type, eagerness, create_response: true };
  return {
    type,
    threshold: server.threshold,
    prefix_padding_ms: server.prefixPaddingMs,
    silence_duration_ms: server.silenceDurationMs,
    create_response: true,
  };
};

const functionTool = ({ name, description, parameters }: ToolDefinition) => ({
  type: 'function' as const,
  name,
  description,
  parameters,
});

const mcpTool = (server: McpServer) => ({
  type: 'mcp' as const,
  server_label: server.label,
  server_url: server.url,
  ...(server.description === '' ? {} : { server_description: server.description }),
  ...(server.authorization === '' ? {} : { authorization: server.authorization }),
  allowed_tools: [...server.allowedTools],
  require_approval: server.requireApproval,
});

const gaSession = (options: SessionOptions): GaSession => {
  const format = { type: 'audio/pcm', rate: SAMPLE_RATE } as const;
  return {
    type: 'realtime',
    output_modalities: ['audio'],
    instructions: options.instructions ?? defaults.ga.instructions,
    audio: {
      input: {
        format,
        noise_reduction: noiseReduction(options) as { type: 'far_field' },
        transcription: transcription(options, 'ga') as AudioTranscription,
        // The microphone is off while a reply plays; what is still in flight must not cut the reply off.
        turn_detection: { ...turnDetection(options.turnDetection), interrupt_response: false },
      },
      output: {
        format,
        voice: options.voice ?? defaults.ga.voice,
        ...(options.speed === 1 ? {} : { speed: options.speed }),
      },
    },
    tools: [...options.tools.map(functionTool), ...options.servers.map(mcpTool)],
    tool_choice: 'auto',
    max_output_tokens: options.maxOutputTokens,
  };
};

const betaSession = (options: SessionOptions) => ({
  modalities: ['text', 'audio'],
  ...(options.instructions === undefined ? {} : { instructions: options.instructions }),
  voice: options.voice ?? defaults.beta.voice,
  input_audio_format: 'pcm16',
  output_audio_format: 'pcm16',
  input_audio_transcription: transcription(options, 'beta'),
  input_audio_noise_reduction: noiseReduction(options),
  turn_detection: turnDetection(options.turnDetection),
  tools: options.tools.map(functionTool),
  tool_choice: 'auto',
  temperature: options.temperature,
  max_response_output_tokens: options.maxOutputTokens,
  ...(options.speed === 1 ? {} : { speed: options.speed }),
});

/** What a session cannot do without, or what is the owner's to correct; the rest may be left out. */
const neededFields =
  /^(type|model|instructions|tools|turn_detection|(in|out)put_audio_format|modalities|output_modalities|audio\.(in|out)put\.format|audio\.input\.turn_detection|audio(\.(in|out)put)?$)/;

/** @param path below `session` */
export const isNeeded = (path: string): boolean => neededFields.test(path);

/**
 * The `session` of a session.update.
 * @param omitted paths that are left out
 */
export const sessionUpdate = (
  dialect: Dialect,
  options: SessionOptions,
  omitted: ReadonlySet<string> = new Set(),
): object => {
  const session = dialect === 'ga' ? gaSession(options) : betaSession(options);
  return without(session, omitted, '');
};

const without = (value: object, omitted: ReadonlySet<string>, prefix: string): object =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !omitted.has(prefix + key))
      .map(([key, inner]) => [key, isRecord(inner) ? without(inner, omitted, `${prefix}${key}.`) : inner]),
  );
