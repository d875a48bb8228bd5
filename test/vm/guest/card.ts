// The two sound cards of the rig, loopbacks of the kernel: what one end plays the other end records. Parley
// has the ends 1 of both, the mouth and the ear of the room the ends 0.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { run } from './run.ts';
import { becomes } from './waiting.ts';

export const cards = { microphone: 'rigmic', loudspeaker: 'rigspk' } as const;
export type CardOf = keyof typeof cards;

const DRIVER = '/sys/bus/platform/drivers/snd_aloop';
const devices: Readonly<Record<CardOf, string>> = { microphone: 'snd_aloop.0', loudspeaker: 'snd_aloop.1' };

/** "closed", or how it runs; both ends of the microphone's card, for whoever records records there. */
export const recordings = (): string[] =>
  [0, 1].map((end) => {
    const status = `/proc/asound/${cards.microphone}/pcm${end}c/sub0/status`;
    return (existsSync(status) ? readFileSync(status, 'utf8') : 'closed').trim();
  });

export const isRecording = (): boolean => recordings().some((status) => status.includes('RUNNING'));
export const nobodyRecords = (): boolean => recordings().every((status) => status === 'closed');

const isThere = (card: CardOf): boolean => existsSync(`/proc/asound/${cards[card]}`);

/** Pulls its plug, whoever uses it; resolves when it is gone. */
export const unplug = async (card: CardOf): Promise<void> => {
  // The write lasts until the last user has let go, so a process of its own does it.
  const written = run('sh', ['-c', `echo ${devices[card]} >${DRIVER}/unbind`]);
  await becomes(() => !isThere(card), `the card of the ${card} to be gone`);
  const { code, errors } = await written;
  if (code !== 0) throw new Error(`The card of the ${card} cannot be unplugged: ${errors}`);
};

export const plugIn = async (card: CardOf): Promise<void> => {
  writeFileSync(`${DRIVER}/bind`, devices[card]);
  await becomes(() => isThere(card), `the card of the ${card} to be back`);
};
