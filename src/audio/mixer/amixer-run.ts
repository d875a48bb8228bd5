// One run of amixer: which mixer belongs to the loudspeaker, a limit of time (a USB card that hangs would hold
// it for ever), and one sentence where it fails.

import { ToolError } from '../../core/errors.ts';
import { Child, type OnExit } from '../../system/child-process.ts';
import { type ChildEnd, childFailure } from '../card-failure.ts';
import { cardOf } from '../cards.ts';

const LIMIT_MS = 2_000;

/** The arguments that select the mixer of the card, or of the device where its name does not say the card. */
export const mixerOf = (device: string): string[] => {
  const card = cardOf(device)?.card;
  return ['-D', card === undefined ? device : `hw:CARD=${card}`];
};

const sentenceOf = (device: string, end: ChildEnd): string => {
  // A name may stand for something that plays, and for no mixer.
  if (/Invalid CTL/.test(end.stderr) && !/annot (find|get) card|Connection refused/.test(end.stderr))
    return (
      `ALSA knows no mixer for the loudspeaker "${device}": name its card, such as "plughw:CARD=Device,DEV=0", ` +
      'as device in [loudspeaker] of the configuration, or define a ctl of that name in /etc/asound.conf.'
    );
  return childFailure({ kind: 'loudspeaker', device, program: 'amixer' }, end).sentence;
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
