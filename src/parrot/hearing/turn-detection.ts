// The `turn_detection` of a session: its defaults, how an update changes it, and what the buffer makes of it.

import type * as z from 'zod';
import type { gaTurnDetection } from '../schemas/schemas.ts';
import type { Settings } from '../session/dialect.ts';

export type WireTurnDetection = z.infer<typeof gaTurnDetection>;
type Given = NonNullable<WireTurnDetection>;

const answering = { create_response: true, interrupt_response: true };

/** As the real service starts a session: 200 ms of silence, unlike its documentation. */
export const defaultTurnDetection: Extract<Given, { type: 'server_vad' }> = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  ...answering,
};

const defaults = {
  server_vad: defaultTurnDetection,
  semantic_vad: { type: 'semantic_vad', eagerness: 'auto', ...answering },
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
