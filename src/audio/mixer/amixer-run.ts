// Runs amixer: which mixer belongs to the loudspeaker, a time limit (a USB card that hangs would block it
// without end), and one sentence where it fails.

import { type Notice, ToolError } from '../../core/errors.ts';
import { type ChildEnd, runCommand } from '../../system/child-process.ts';
import { childFailure } from '../card-failure.ts';
import { cardOf } from '../cards.ts';

/** amixer needs milliseconds; a machine that is very busy makes that seconds. */
const TIMEOUT_MS = 10_000;

/** Why amixer failed. A device may be one that plays, and have no mixer of its name. */
export const mixerFailure = (device: string, end: ChildEnd): Notice => {
  if (!/Invalid CTL/.test(end.stderr) || /annot (find|get) card|Connection refused/.test(end.stderr))
    return childFailure({ kind: 'loudspeaker', device, program: 'amixer' }, end);
  return {
    code: 'mixer-missing',
    sentence:
      `ALSA knows no mixer for the loudspeaker "${device}": name its card, such as "plughw:CARD=Device,DEV=0", ` +
      'as device in [loudspeaker] of the configuration, or define a ctl of that name in /etc/asound.conf.',
  };
};

export const mixerTimeout = (device: string): Notice => ({
  code: 'mixer-timed-out',
  sentence:
    `The loudspeaker "${device}" did not answer within ${TIMEOUT_MS / 1000} s when asked for its volume: ` +
    'unplug the card, plug it in again, and try.',
});

/**
 * Runs amixer, with percent of the perceived loudness.
 * @param device the loudspeaker's, as ALSA knows it
 * @returns the output of amixer
 * @throws ToolError with the code of the failure; the reason of `signal` where that was aborted. No process is left
 * then.
 */
export const runAmixer = async (
  device: string,
  words: readonly string[],
  signal?: AbortSignal,
): Promise<string> => {
  signal?.throwIfAborted();
  const card = cardOf(device)?.card;
  // The mixer of the card, or of the device where its name does not say the card.
  const mixer = card === undefined ? device : `hw:CARD=${card}`;
  const end = await runCommand('amixer', ['-M', '-D', mixer, ...words], { timeoutMs: TIMEOUT_MS, signal });
  signal?.throwIfAborted();
  if (end.code === 0) return end.stdout;
  const { code, sentence } = end.failure === 'timed-out' ? mixerTimeout(device) : mixerFailure(device, end);
  throw new ToolError(code, sentence);
};
