// The two sound cards of the rig, the kernel's loopbacks: what is played at one end is recorded at the other.
// Parley uses device 1 of both cards, the tests use device 0.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { run } from './run.ts';
import { waitFor } from './wait-for.ts';

export const cards = { microphone: 'rigmic', loudspeaker: 'rigspk' } as const;
export type CardOf = keyof typeof cards;

const DRIVER = '/sys/bus/platform/drivers/snd_aloop';
const devices: Readonly<Record<CardOf, string>> = { microphone: 'snd_aloop.0', loudspeaker: 'snd_aloop.1' };

/** "closed", or the status of the stream; for both devices of the microphone's card. */
export const captureStates = (): string[] =>
  [0, 1].map((end) => {
    const status = `/proc/asound/${cards.microphone}/pcm${end}c/sub0/status`;
    return (existsSync(status) ? readFileSync(status, 'utf8') : 'closed').trim();
  });

export const microphoneIsRecording = (): boolean =>
  captureStates().some((status) => status.includes('RUNNING'));
export const microphoneIsClosed = (): boolean => captureStates().every((status) => status === 'closed');

const isPresent = (card: CardOf): boolean => existsSync(`/proc/asound/${cards[card]}`);

/** Removes the card, also while it is in use; resolves when it is gone. */
export const unplug = async (card: CardOf): Promise<void> => {
  // The write blocks until the last user has closed the card, so another process does it.
  const written = run('sh', ['-c', `echo ${devices[card]} >${DRIVER}/unbind`]);
  await waitFor(() => !isPresent(card), `the card of the ${card} to disappear`);
  const { code, errors } = await written;
  if (code !== 0) throw new Error(`The card of the ${card} could not be unplugged: ${errors}`);
};

export const plugIn = async (card: CardOf): Promise<void> => {
  writeFileSync(`${DRIVER}/bind`, devices[card]);
  await waitFor(() => isPresent(card), `the card of the ${card} to return`);
};
