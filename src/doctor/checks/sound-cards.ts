// The cards as ALSA's own tools list them, and whether the configured device is one of them. The number of a card
// depends on the order of detection, its name does not: a device given by number is a warning.

import { cardOf } from '../../audio/cards.ts';
import { type Check, createCheck, type Finding, fail, pass, warn } from '../check.ts';
import type { Machine } from './machine.ts';

type Kind = 'microphone' | 'loudspeaker';

interface Card {
  /** As the configuration should name it: "plughw:CARD=Mic,DEV=0". */
  readonly device: string;
  readonly number: string;
  readonly id: string;
  readonly name: string;
}

/** The lines `card 1: Mic [USB PnP Sound Device], device 0: USB Audio [USB Audio]` of arecord -l and aplay -l. */
export const parseCards = (output: string): Card[] =>
  [...output.matchAll(/^card (\d+): (\S+) \[(.*)\], device (\d+): /gm)].map(
    ([, number = '', id = '', name = '', pcm]) => ({
      device: `plughw:CARD=${id},DEV=${pcm}`,
      number,
      id,
      name,
    }),
  );

/** Whether the list of cards has the device. */
const judgeDevice = (kind: Kind, device: string, cards: readonly Card[]): Finding => {
  const named = cardOf(device);
  const inFile = `device in [${kind}] of /etc/parley/parley.toml`;
  const listed = cards.map((card) => `${card.device} (${card.name})`).join(', ') || 'there is none';
  if (named === undefined)
    return pass(`${kind}-not-a-card`, `${device}, which ALSA defines; cards: ${listed}`);
  const card = cards.find(
    ({ id, number, device: listedAs }) =>
      (id === named.card || number === named.card) &&
      (named.pcm === undefined || listedAs.endsWith(`DEV=${named.pcm}`)),
  );
  const missing = `${device} is missing; cards: ${listed}`;
  if (card === undefined)
    return fail(`${kind}-missing`, missing, `Plug it in, or name another as ${inFile}.`);
  const found = `${device} (${card.name})`;
  const remedy = `Set ${inFile} to "${card.device}".`;
  if (/^\d+$/.test(named.card) && card.id !== named.card)
    return warn(`${kind}-by-number`, `${found}, by a number that may change`, remedy);
  return pass(`${kind}-found`, found);
};

export const cardCheck = (kind: Kind, device: string, machine: Machine): Check =>
  createCheck(`${kind}-card`, async () => {
    const lister = kind === 'microphone' ? 'arecord' : 'aplay';
    const { code, stdout } = await machine.run(lister, ['-l']);
    const remedy = 'Install it: sudo apt install alsa-utils.';
    if (code === 127) return fail('alsa-utils-missing', `${lister} is not installed`, remedy);
    return judgeDevice(kind, device, parseCards(stdout));
  });
