// Runs amixer: which mixer belongs to the loudspeaker, a time limit (a USB card that hangs would hold it for
// ever), and one sentence where it fails.

import { ToolError } from '../../core/errors.ts';
import { runCommand } from '../../system/child-process.ts';
import { type ChildEnd, cardFailure } from '../card-failure.ts';

const TIMEOUT_MS = 2000;

/**
 * The card that a device of ALSA's is on: by its name ("plughw:CARD=Device,DEV=0"), or by its place
 * ("hw:1,0"). Undefined for one whose card only asound.conf knows.
 */
const cardOf = (device: string): string | undefined =>
  /\bCARD=["']?(\w+)/.exec(device)?.[1] ??
  /\b(?:plughw|hw|sysdefault|default|dmix|front|hdmi|iec958):["']?(\w+)(?=["',]|$)/.exec(device)?.[1];

/** For amixer: whose mixer it is. */
export const mixerOf = (device: string): string[] => {
  const card = cardOf(device);
  if (card === undefined) return ['-D', device];
  return /^\d+$/.test(card) ? ['-c', card] : ['-D', `hw:CARD=${card}`];
};

const sentenceOf = (device: string, end: ChildEnd): string => {
  // A name may stand for something that plays, and for no mixer.
  if (/Invalid CTL/.test(end.stderr) && !/annot (find|get) card|Connection refused/.test(end.stderr))
    return (
      `ALSA knows no mixer for the loudspeaker "${device}": name its card, such as "plughw:CARD=Device,DEV=0", ` +
      'as device in [loudspeaker] of the configuration, or define a ctl of that name in /etc/asound.conf.'
    );
  return cardFailure({ kind: 'loudspeaker', device, program: 'amixer' }, end);
};

const timeoutSentence = (device: string): string =>
  `The loudspeaker "${device}" did not answer within ${TIMEOUT_MS / 1000} s when asked for its volume: ` +
  'unplug the card, plug it in again, and try.';

/**
 * Runs amixer, with percent mapped to what ears hear.
 * @param device the loudspeaker's, as ALSA knows it
 * @returns the output of amixer
 * @throws ToolError (amixer-timed-out, amixer-failed); the reason of `signal` where that was aborted. No process
 * is left then.
 */
export const runAmixer = async (
  device: string,
  words: readonly string[],
  signal?: AbortSignal,
): Promise<string> => {
  signal?.throwIfAborted();
  const args = ['-M', ...mixerOf(device), ...words];
  const end = await runCommand('amixer', args, { timeoutMs: TIMEOUT_MS, signal });
  signal?.throwIfAborted();
  if (end.code === 0) return end.stdout;
  if (end.failure === 'timed-out') throw new ToolError('amixer-timed-out', timeoutSentence(device));
  throw new ToolError('amixer-failed', sentenceOf(device, end));
};
