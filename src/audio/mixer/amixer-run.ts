// One run of amixer: which mixer belongs to the loudspeaker, a limit of time (a USB card that hangs would hold
// it for ever), and one sentence where it fails.

import { ToolError } from '../../core/errors.ts';
import { Child, type OnExit } from '../../system/child-process.ts';
import { type ChildEnd, cardFailure } from '../card-failure.ts';

const LIMIT_MS = 2_000;

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

/**
 * What amixer says, with the volume as ears hear it.
 * @param device the loudspeaker's, as ALSA knows it
 * @throws ToolError; the signal's reason where that was aborted, when no process is left
 */
export const runAmixer = (device: string, words: readonly string[], signal?: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const chunks: Buffer[] = [];
    let late = false;
    const onExit: OnExit = (code, endedBy, stderr) => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else if (late) reject(new ToolError(lateSentence(device)));
      else reject(new ToolError(sentenceOf(device, { code, signal: endedBy, stderr })));
    };
    const onOutput = (chunk: Buffer): void => void chunks.push(chunk);
    const child = new Child('amixer', ['-M', ...mixerOf(device), ...words], { onOutput, onExit });
    const end = (): void => void child.kill();
    const limit = setTimeout(() => {
      late = true;
      end();
    }, LIMIT_MS);
    signal?.addEventListener('abort', end, { once: true });
  });

const lateSentence = (device: string): string =>
  `The loudspeaker "${device}" did not answer within ${LIMIT_MS / 1000} s when asked for its volume: ` +
  'unplug the card, plug it in again, and try.';
