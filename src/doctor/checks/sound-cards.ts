// The cards as ALSA's own tools list them, and whether the configured device is one of them. The number of a card
// depends on the order of detection, its name does not: a device given by number is a warning.

import { cardOf } from '../../audio/cards.ts';
import { type Check, createCheck, type Finding, fail, pass, warn } from '../check.ts';
import type { Machine } from './machine.ts';

export interface Card {
  /** As the configuration should name it: "plughw:CARD=Mic,DEV=0". */
  readonly device: string;
  readonly number: string;
  readonly id: string;
  readonly name: string;
}

/** The lines `card 1: Mic [USB PnP Sound Device], device 0: USB Audio [USB Audio]` of arecord -l and aplay -l. */
export const parseCards = (output: string): Card[] =>
  [...output.matchAll(/^card (\d+): (\S+) \[(.*)\], device (\d+): /gm)].map(
    ([, number = '', id = '', name = '', device = '']) => ({
      device: `plughw:CARD=${id},DEV=${device}`,
      number,
      id,
      name,
    }),
  );

const listed = (cards: readonly Card[]): string =>
  cards.length === 0 ? 'there is none' : cards.map(({ device, name }) => `${device} (${name})`).join(', ');

/** Whether the list of cards has the device. */
export const judgeDevice = (
  kind: 'microphone' | 'loudspeaker',
  device: string,
  cards: readonly Card[],
): Finding => {
  const named = cardOf(device);
  const inFile = `device in [${kind}] of /etc/parley/parley.toml`;
  if (named === undefined)
    return pass(`${kind}-not-a-card`, `${device}, which ALSA defines; cards: ${listed(cards)}`);
  const card = cards.find(
    ({ id, number, device: listedAs }) =>
      (id === named.card || number === named.card) &&
      (named.pcm === undefined || listedAs.endsWith(`DEV=${named.pcm}`)),
  );
  if (card === undefined)
    return fail(
      `${kind}-missing`,
      `${device} is missing; cards: ${listed(cards)}`,
      `Plug it in, or name another as ${inFile}.`,
    );
  if (/^\d+$/.test(named.card) && card.id !== named.card)
    return warn(
      `${kind}-by-number`,
      `${device} (${card.name}), by a number that may change`,
      `Set ${inFile} to "${card.device}".`,
    );
  return pass(`${kind}-found`, `${device} (${card.name})`);
};

export const cardCheck = (kind: 'microphone' | 'loudspeaker', device: string, machine: Machine): Check =>
  createCheck(`${kind}-card`, async () => {
    const lister = kind === 'microphone' ? 'arecord' : 'aplay';
    const { code, output } = await machine.run(lister, ['-l']);
    if (code === 127)
      return fail(
        'alsa-utils-missing',
        `${lister} is not installed`,
        'Install it: sudo apt install alsa-utils.',
      );
    return judgeDevice(kind, device, parseCards(output));
  });
