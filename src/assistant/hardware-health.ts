// Whether the hardware does what the phase says. Pure.

import { outputs, type Phase } from '../core/conversation.ts';

/** What contradicts the phase, in words for the log; undefined where nothing does. */
export const hardwareProblem = (
  phase: Phase,
  microphoneInUse: boolean,
  loudspeakerInUse: boolean,
  connectionIsOpen: boolean,
): string | undefined => {
  const { status, microphone, loudspeaker, connection } = outputs[phase];
  if (microphoneInUse !== (microphone === 'on'))
    return `${status} needs the microphone ${microphone}, and it is not`;
  if (loudspeaker === 'silent' && loudspeakerInUse)
    return `${status} needs the loudspeaker silent, and its card is in use`;
  if (connection === 'open' && !connectionIsOpen) return `${status} needs the connection open, and it is not`;
  return undefined;
};
