// Whether the hardware does what the phase says. Pure.

import { outputs, type Phase } from '../core/conversation.ts';
import type { Connection, Loudspeaker, Microphone } from '../core/ports.ts';

interface Hardware {
  readonly microphone: Pick<Microphone, 'inUse'>;
  readonly loudspeaker: Pick<Loudspeaker, 'inUse'>;
}

/** What contradicts the phase, in words for the log; undefined where nothing does. */
export const hardwareProblem = (
  phase: Phase,
  { microphone, loudspeaker }: Hardware,
  connection: Pick<Connection, 'open'> | undefined,
): string | undefined => {
  const expected = outputs[phase];
  if (microphone.inUse !== (expected.microphone === 'on'))
    return `${expected.status} needs the microphone ${expected.microphone}, and it is not`;
  if (expected.loudspeaker === 'silent' && loudspeaker.inUse)
    return `${expected.status} needs the loudspeaker silent, and its card is in use`;
  if (expected.connection === 'open' && connection?.open !== true)
    return `${expected.status} needs the connection open, and it is not`;
  return undefined;
};
