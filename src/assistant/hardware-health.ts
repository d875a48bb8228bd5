// Whether microphone, loudspeaker and connection do what the phase says: the watchdog depends on it. Pure.

import type { Outputs } from '../core/conversation.ts';
import type { Connection, Loudspeaker, Microphone } from '../core/ports.ts';

export interface HardwareState {
  readonly microphone: Pick<Microphone, 'inUse'>;
  readonly loudspeaker: Pick<Loudspeaker, 'inUse'>;
  readonly connection: Pick<Connection, 'open'> | undefined;
}

/** The first contradiction between a phase and its hardware, in words for the log; undefined where there is none. */
export const hardwareProblem = (
  expected: Outputs,
  { microphone, loudspeaker, connection }: HardwareState,
): string | undefined => {
  if (microphone.inUse !== (expected.microphone === 'on'))
    return `${expected.status} needs the microphone ${expected.microphone}, and it is not`;
  if (expected.loudspeaker === 'silent' && loudspeaker.inUse)
    return `${expected.status} needs the loudspeaker silent, and its card is in use`;
  if (expected.connection === 'open' && connection?.open !== true)
    return `${expected.status} needs the connection open, and it is not`;
  return undefined;
};
