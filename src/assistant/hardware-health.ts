// Whether microphone, loudspeaker and connection are as a phase wants them: what the watchdog goes by. Pure.

import type { Outputs } from '../core/conversation.ts';
import type { Connection, Loudspeaker, Microphone } from '../core/ports.ts';

export interface Found {
  readonly microphone: Pick<Microphone, 'inUse'>;
  readonly loudspeaker: Pick<Loudspeaker, 'inUse'>;
  readonly connection: Pick<Connection, 'open'> | undefined;
}

/** What is not as `wanted`, in words for the log; undefined where all is well. */
export const amiss = (
  wanted: Outputs,
  { microphone, loudspeaker, connection }: Found,
): string | undefined => {
  if (microphone.inUse !== (wanted.microphone === 'on'))
    return `${wanted.status} wants the microphone ${wanted.microphone}, and it is not`;
  if (wanted.loudspeaker === 'silent' && loudspeaker.inUse)
    return `${wanted.status} wants the loudspeaker silent, and its card is still taken`;
  if (wanted.connection === 'open' && connection?.open !== true)
    return `${wanted.status} wants the connection open, and it is not`;
  return undefined;
};
