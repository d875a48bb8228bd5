// The parts of a session's configuration that both dialects share; and of its `turn_detection` also the
// defaults, how an update changes it, and how the input audio buffer uses it.

import * as z from 'zod';
import type { Settings } from '../session/dialect.ts';

const functionTool = z.strictObject({
  type: z.literal('function'),
  name: z.string(),
  description: z.string().nullish(),
  parameters: z.unknown().optional(),
});

const mcpFilter = z.strictObject({
  read_only: z.boolean().optional(),
  tool_names: z.array(z.string()).optional(),
});

const mcpTool = z.strictObject({
  type: z.literal('mcp'),
  server_label: z.string(),
  server_url: z.string().optional(),
  server_description: z.string().optional(),
  connector_id: z.string().optional(),
  tunnel_id: z.string().optional(),
  authorization: z.string().optional(),
  headers: z.record(z.string(), z.string()).nullish(),
  allowed_tools: z.union([z.array(z.string()), mcpFilter]).nullish(),
  allowed_callers: z.array(z.string()).nullish(),
  defer_loading: z.boolean().optional(),
  require_approval: z
    .union([
      z.enum(['always', 'never']),
      z.strictObject({ always: mcpFilter.optional(), never: mcpFilter.optional() }),
    ])
    .nullish(),
});

export const gaTools = z.array(z.discriminatedUnion('type', [functionTool, mcpTool]));
/** The beta dialect has no MCP. */
export const betaTools = z.array(z.discriminatedUnion('type', [functionTool]));

export const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.strictObject({ type: z.literal('function'), name: z.string() }),
  z.strictObject({ type: z.literal('mcp'), server_label: z.string(), name: z.string().nullish() }),
]);

export const maxTokens = z.union([z.literal('inf'), z.int().min(1).max(4096)]);
export const speed = z.number().min(0.25).max(1.5);
export const voice = z.union([z.string(), z.strictObject({ id: z.string() })]);
export const metadata = z.record(z.string(), z.string()).nullable();

export const tracing = z
  .union([
    z.literal('auto'),
    z.strictObject({
      workflow_name: z.string().optional(),
      group_id: z.string().optional(),
      metadata: z.unknown().optional(),
    }),
  ])
  .nullable();

export const transcription = z
  .strictObject({
    model: z.string().optional(),
    language: z.string().nullish(),
    languages: z.array(z.string()).nullish(),
    keywords: z.array(z.string()).nullish(),
    prompt: z.string().nullish(),
    delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).nullish(),
  })
  .nullable();

export const noiseReduction = z
  .strictObject({ type: z.enum(['near_field', 'far_field']), strength: z.number().min(0).max(1).optional() })
  .nullable();

const answering = {
  create_response: z.boolean().optional(),
  interrupt_response: z.boolean().optional(),
};
const milliseconds = z.int().min(0).max(60_000);

const serverVad = z.strictObject({
  type: z.literal('server_vad'),
  threshold: z.number().min(0).max(1).optional(),
  prefix_padding_ms: milliseconds.optional(),
  silence_duration_ms: milliseconds.optional(),
  ...answering,
});
const semanticVad = z.strictObject({
  type: z.literal('semantic_vad'),
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
  ...answering,
});
const idle = { idle_timeout_ms: z.int().min(5000).max(30_000).nullish() };

export const gaTurnDetection = z.discriminatedUnion('type', [serverVad.extend(idle), semanticVad]).nullable();
export const betaTurnDetection = z.discriminatedUnion('type', [serverVad, semanticVad]).nullable();

type WireTurnDetection = z.infer<typeof gaTurnDetection>;
type Given = NonNullable<WireTurnDetection>;

const answered = { create_response: true, interrupt_response: true };

/** As the real service starts a session: 200 ms of silence, unlike its documentation. */
export const defaultTurnDetection: Extract<Given, { type: 'server_vad' }> = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  ...answered,
};

const defaults = {
  server_vad: defaultTurnDetection,
  semantic_vad: { type: 'semantic_vad', eagerness: 'auto', ...answered },
} as const;

/** What an update leaves out keeps its value, or has its default where the type is new. */
export const updateTurnDetection = (
  old: WireTurnDetection = null,
  update: WireTurnDetection = old,
): WireTurnDetection =>
  update === null ? null : { ...defaults[update.type], ...(old?.type === update.type ? old : {}), ...update };

// The real service waits until the sentence sounds complete, and no longer than 8, 4 or 2 s. The parrot
// does not know what a sentence is: it waits a quarter of that, always.
const EAGER_SILENCE_MS = { low: 2000, medium: 1000, auto: 1000, high: 500 };
const SEMANTIC_PREFIX_MS = 300;

export const toTurnDetection = (wire: WireTurnDetection = null): Settings['turnDetection'] => {
  if (wire === null) return undefined;
  const { create_response: createResponse = true, interrupt_response: interruptResponse = true } = wire;
  const common = { createResponse, interruptResponse };
  if (wire.type === 'semantic_vad') {
    const silenceMs = EAGER_SILENCE_MS[wire.eagerness ?? 'auto'];
    return { threshold: 0.5, prefixMs: SEMANTIC_PREFIX_MS, silenceMs, idleMs: undefined, ...common };
  }
  return {
    threshold: wire.threshold ?? 0.5,
    prefixMs: wire.prefix_padding_ms ?? 300,
    silenceMs: wire.silence_duration_ms ?? 200,
    idleMs: wire.idle_timeout_ms ?? undefined,
    ...common,
  };
};

/** An array of modalities that is one of the combinations given. */
export const modalities = (...combinations: readonly string[][]) =>
  z
    .array(z.enum(['text', 'audio']))
    .refine(
      (given) =>
        combinations.some((one) => one.length === given.length && given.every((m) => one.includes(m))),
      {
        error: (issue) =>
          `Invalid modalities: ${JSON.stringify(issue.input)}. Supported combinations are: ` +
          `${combinations.map((one) => JSON.stringify(one)).join(' and ')}.`,
      },
    );
